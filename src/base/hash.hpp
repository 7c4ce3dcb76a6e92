// The stable hash of canonical bytes: xxHash64 with seed 0, the same on every machine and in every release.
#pragma once

#include <cstdint>
#include <string_view>

namespace rostersync::base {

std::uint64_t stable_hash(std::string_view bytes);

struct WideHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const WideHash&) const = default;
};

// 128 bits (XXH3), where a collision would be mistaken for identity.
WideHash wide_hash(std::string_view bytes);

}  // namespace rostersync::base
