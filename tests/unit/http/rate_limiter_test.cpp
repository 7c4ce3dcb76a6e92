#include "http/rate_limiter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <stdexcept>
#include <vector>

using namespace rostersync::http;
using namespace std::chrono_literals;
using rostersync::base::Duration;
using rostersync::base::Instant;

namespace {

const Instant t0 = Instant{} + 1h;

// Sends as fast as the limiter lets it, with answers after random delays; when each request reached the server.
std::vector<Instant> arrivals_of(RateLimiter& limiter, std::size_t requests, std::size_t most_open, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> delay_ms(1, 3000);
  std::multiset<Instant> answers;  // of what is open
  std::vector<Instant> arrivals;
  Instant now = t0;
  while (arrivals.size() < requests) {
    const Instant sending = answers.size() < most_open ? limiter.earliest(now) : Instant::max();
    if (!answers.empty() && *answers.begin() <= sending) {
      now = std::max(now, *answers.begin());
      limiter.answered(now);
      answers.erase(answers.begin());
      continue;
    }
    REQUIRE(sending != Instant::max());
    now = std::max(now, sending);
    REQUIRE(limiter.earliest(now) == now);
    limiter.sent(now);
    const Duration delay = std::chrono::milliseconds(delay_ms(random));
    answers.insert(now + delay);
    arrivals.push_back(now + std::chrono::milliseconds(delay_ms(random)) * delay.count() / Duration(3000ms).count());
  }
  std::sort(arrivals.begin(), arrivals.end());
  return arrivals;
}

}  // namespace

TEST_CASE("window: never more than N arrive in any trailing window, whatever the network does") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const std::size_t limit = 10;
    const auto limiter = make_window_limiter(limit, 5s);
    const auto arrivals = arrivals_of(*limiter, 500, 7, seed);
    Duration least = Duration::max();
    for (std::size_t i = limit; i < arrivals.size(); ++i) least = std::min(least, arrivals[i] - arrivals[i - limit]);
    CHECK(least >= 5s);
  }
}

TEST_CASE("window: a place is freed one period after the answer, not after the sending") {
  const auto limiter = make_window_limiter(2, 10s);
  CHECK(limiter->earliest(t0) == t0);
  limiter->sent(t0);
  limiter->sent(t0);
  CHECK(limiter->earliest(t0) == Instant::max());
  limiter->answered(t0 + 3s);
  CHECK(limiter->earliest(t0 + 3s) == t0 + 13s);
  limiter->answered(t0 + 4s);
  CHECK(limiter->earliest(t0 + 12s) == t0 + 13s);
  CHECK(limiter->earliest(t0 + 13s) == t0 + 13s);
  limiter->sent(t0 + 13s);
  CHECK(limiter->earliest(t0 + 13s) == t0 + 14s);
}

TEST_CASE("bucket: a burst of N, then evenly, never faster than the refill") {
  const auto limiter = make_bucket_limiter(4, 8s);
  Instant now = t0;
  std::vector<Instant> sends;
  for (int i = 0; i < 10; ++i) {
    now = limiter->earliest(now);
    limiter->sent(now);
    limiter->answered(now);
    sends.push_back(now);
  }
  for (std::size_t i = 0; i < 4; ++i) CHECK(sends[i] == t0);
  for (std::size_t i = 4; i < 10; ++i) CHECK(sends[i] - t0 == 2s * static_cast<int>(i - 3));
}

TEST_CASE("bucket: idle time refills it, and no further than full") {
  const auto limiter = make_bucket_limiter(3, 3s);
  for (int i = 0; i < 3; ++i) limiter->sent(t0);
  CHECK(limiter->earliest(t0) == t0 + 1s);
  const Instant much_later = t0 + 1h;
  for (int i = 0; i < 3; ++i) {
    CHECK(limiter->earliest(much_later) == much_later);
    limiter->sent(much_later);
  }
  CHECK(limiter->earliest(much_later) == much_later + 1s);
}

TEST_CASE("pause_until holds every send back, and a later call can only prolong it") {
  for (const bool window : {true, false}) {
    CAPTURE(window);
    const auto limiter = window ? make_window_limiter(5, 1s) : make_bucket_limiter(5, 1s);
    limiter->pause_until(t0 + 60s);
    CHECK(limiter->earliest(t0) == t0 + 60s);
    limiter->pause_until(t0 + 30s);
    CHECK(limiter->earliest(t0) == t0 + 60s);
    limiter->pause_until(t0 + 90s);
    CHECK(limiter->earliest(t0) == t0 + 90s);
    CHECK(limiter->earliest(t0 + 91s) == t0 + 91s);
  }
}

TEST_CASE("a rate of nothing is a defect of the caller") {
  CHECK_THROWS_AS(make_window_limiter(0, 1s), std::invalid_argument);
  CHECK_THROWS_AS(make_bucket_limiter(0, 1s), std::invalid_argument);
  CHECK_THROWS_AS(make_window_limiter(1, 0s), std::invalid_argument);
}
