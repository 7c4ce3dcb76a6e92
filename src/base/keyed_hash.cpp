#include "base/keyed_hash.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace rostersync::base {

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  const auto* text = reinterpret_cast<const unsigned char*>(bytes.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text, bytes.size(), hash.data(), &size) == nullptr) {
    throw CannotRun("cannot hash: OpenSSL refuses HMAC with SHA-256");
  }
  return {hash.begin(), hash.begin() + size};
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t got = 0;
  while (got < count) {
    const ssize_t more = ::getrandom(bytes.data() + got, count - got, 0);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) throw CannotRun(fmt::format("the system gives no random bytes: {}", std::strerror(errno)));
    got += static_cast<std::size_t>(more);
  }
  return bytes;
}

}  // namespace rostersync::base
