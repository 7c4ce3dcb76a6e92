// Hashes that only who holds the key can make: a short secret behind one cannot be found by trying.
#pragma once

#include <string>
#include <string_view>

namespace rostersync::base {

// HMAC-SHA256 (RFC 2104): 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// From the operating system's generator. Throws CannotRun where it gives none.
std::string random_bytes(std::size_t count);

}  // namespace rostersync::base
