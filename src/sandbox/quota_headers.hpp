// What an answer's headers say of the rate limit.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "sandbox/rate.hpp"

namespace rostersync::sandbox {

enum class QuotaHeaders {
  none,
  draft,   // RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10)
  legacy,  // its earlier RateLimit-Limit, -Remaining, -Reset (draft 06); the reset in seconds
  x        // X-RateLimit-Limit, -Remaining, -Reset, as the larger APIs have them: the reset as a Unix time
};

// Name and value of each; seconds are rounded up.
std::vector<std::pair<std::string, std::string>> quota_headers(QuotaHeaders kind, const Rate& rate, const Quota& quota,
                                                               base::WallTime now);

}  // namespace rostersync::sandbox
