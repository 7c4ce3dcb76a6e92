// The key of one state directory, under which it remembers values that cannot be read back.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "model/users.hpp"

namespace rostersync::store {

using KeyedHash = std::array<char, 16>;

// STATE/memory.key: 32 random bytes, mode 0600. Whoever has it and the hashes can try out what the values may be; the
// hashes alone say nothing.
class MemoryKey {
 public:
  // Nothing where the file is not there. Throws base::CannotRun where it cannot be read, or is damaged.
  static std::optional<MemoryKey> find(const std::filesystem::path& state_directory);
  // Makes it, whole or not at all, where it is not there. The caller holds the lock of the state directory.
  static MemoryKey find_or_make(const std::filesystem::path& state_directory);

  // Of a user's attribute being `text` (canonical; empty where it is clear).
  KeyedHash hash(std::string_view user_id, std::string_view attribute, model::Presence presence,
                 std::string_view text) const;

  // Tells keys apart, and says nothing of this one.
  std::string name() const;

 private:
  explicit MemoryKey(std::string bytes) : bytes_(std::move(bytes)) {}

  base::Secret bytes_;
};

}  // namespace rostersync::store
