#include "sandbox/quota_headers.hpp"

#include <doctest/doctest.h>

using namespace rostersync;
using namespace rostersync::sandbox;
using std::chrono::milliseconds;

TEST_CASE("each kind of headers says the same in its own words") {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const base::WallTime now{std::chrono::seconds(1'700'000'000)};
  const Rate rate{100, std::chrono::seconds(10)};
  const Quota quota{37, milliseconds(4100)};
  CHECK(quota_headers(QuotaHeaders::none, rate, quota, now).empty());
  CHECK(quota_headers(QuotaHeaders::draft, rate, quota, now) ==
        Headers{{"RateLimit-Policy", R"("default";q=100;w=10)"}, {"RateLimit", R"("default";r=37;t=5)"}});
  CHECK(quota_headers(QuotaHeaders::legacy, rate, quota, now) ==
        Headers{{"RateLimit-Limit", "100"}, {"RateLimit-Remaining", "37"}, {"RateLimit-Reset", "5"}});
  CHECK(quota_headers(QuotaHeaders::x, rate, quota, now) ==
        Headers{{"X-RateLimit-Limit", "100"}, {"X-RateLimit-Remaining", "37"}, {"X-RateLimit-Reset", "1700000005"}});
}
