#include "store/memory_key.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/keyed_hash.hpp"

namespace rostersync::store {

namespace {

constexpr std::size_t key_size = 32;

std::filesystem::path file_in(const std::filesystem::path& state_directory) {
  return state_directory / "memory.key";
}

// Each part is told with its length, so that no two lists of parts give the same bytes.
void frame(std::string& bytes, std::string_view part) {
  const std::uint64_t size = part.size();
  for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(size >> shift & 0xFFU);
  bytes += part;
}

std::string framed(std::initializer_list<std::string_view> parts) {
  std::string bytes;
  for (const std::string_view part : parts) frame(bytes, part);
  return bytes;
}

}  // namespace

std::optional<MemoryKey> MemoryKey::find(const std::filesystem::path& state_directory) {
  const std::filesystem::path file = file_in(state_directory);
  std::error_code why;
  if (!std::filesystem::exists(file, why) && !why) return std::nullopt;
  std::string bytes = base::read_file(file);
  if (bytes.size() != key_size) {
    throw base::CannotRun(fmt::format(
        "{} is damaged; it is left as it is: put the file back, or move it away, and attributes that cannot "
        "be read back are sent once more",
        file.string()));
  }
  return MemoryKey(std::move(bytes));
}

MemoryKey MemoryKey::find_or_make(const std::filesystem::path& state_directory) {
  if (auto found = find(state_directory)) return std::move(*found);
  std::string bytes = base::random_bytes(key_size);
  base::AtomicFile file(file_in(state_directory));
  file.write(bytes);
  file.commit();
  return MemoryKey(std::move(bytes));
}

KeyedHash MemoryKey::hash(std::string_view user_id, std::string_view attribute, model::Presence presence,
                          std::string_view text) const {
  const std::string_view says = presence == model::Presence::value ? "value" : "clear";
  const std::string whole = base::hmac_sha256(bytes_.reveal(), framed({"confirmed", user_id, attribute, says, text}));
  KeyedHash kept{};
  std::copy_n(whole.begin(), kept.size(), kept.begin());
  return kept;
}

std::string MemoryKey::name() const {
  std::string digits;
  for (const char byte : base::hmac_sha256(bytes_.reveal(), framed({"name"})).substr(0, 8)) {
    digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return digits;
}

}  // namespace rostersync::store
