#include "sandbox/quota_headers.hpp"

#include <fmt/format.h>

namespace rostersync::sandbox {

namespace {

using std::chrono::ceil;
using std::chrono::seconds;

std::vector<std::pair<std::string, std::string>> three(const std::string& prefix, unsigned limit, unsigned remaining,
                                                       std::int64_t reset) {
  return {{prefix + "-Limit", fmt::to_string(limit)},
          {prefix + "-Remaining", fmt::to_string(remaining)},
          {prefix + "-Reset", fmt::to_string(reset)}};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> quota_headers(QuotaHeaders kind, const Rate& rate, const Quota& quota,
                                                               base::WallTime now) {
  const auto window = ceil<seconds>(rate.per).count();
  const auto reset = ceil<seconds>(quota.reset).count();
  switch (kind) {
    case QuotaHeaders::draft:
      return {{"RateLimit-Policy", fmt::format(R"("default";q={};w={})", rate.requests, window)},
              {"RateLimit", fmt::format(R"("default";r={};t={})", quota.remaining, reset)}};
    case QuotaHeaders::legacy:
      return three("RateLimit", rate.requests, quota.remaining, reset);
    case QuotaHeaders::x:
      return three("X-RateLimit", rate.requests, quota.remaining,
                   ceil<seconds>((now + quota.reset).time_since_epoch()).count());
    case QuotaHeaders::none:
      break;
  }
  return {};
}

}  // namespace rostersync::sandbox
