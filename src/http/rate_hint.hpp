// What an answer's headers say of the quota: RateLimit and RateLimit-Policy (IETF
// draft-ietf-httpapi-ratelimit-headers), their earlier three-header form (RateLimit-Limit, -Remaining, -Reset), and
// X-RateLimit-*.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace rostersync::http {

struct RateHint {
  std::optional<std::uint64_t> limit;      // requests a window
  std::optional<base::Duration> window;    // how long a window is
  std::optional<std::uint64_t> remaining;  // requests left in this window
  std::optional<base::Duration> reset;     // until there are more
};

// Nothing where the headers say nothing that makes sense. Of several policies, the one that leaves the fewest requests.
// A reset beyond 2^30 is a Unix time, and is taken against the answer's own Date, else against `now`.
std::optional<RateHint> rate_hint(const Response& response, base::WallTime now);

}  // namespace rostersync::http
