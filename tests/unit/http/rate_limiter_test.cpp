#include "http/rate_limiter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace rostersync::http;
using namespace std::chrono_literals;
using rostersync::base::Duration;
using rostersync::base::Instant;

namespace {

const Instant t0 = Instant{} + 1h;

struct Memory final : RateMemory {
  std::vector<Instant> answers(Instant since) const override {
    std::vector<Instant> found;
    std::copy_if(earlier.begin(), earlier.end(), std::back_inserter(found), [&](Instant one) { return one > since; });
    return found;
  }
  void sent(Instant now) override { sends.push_back(now); }
  void answered(Instant sent, Instant now) override { exchanges.emplace_back(sent, now); }
  std::optional<Finding> finding() const override { return std::nullopt; }
  void keep(const Finding&) override {}

  std::vector<Instant> earlier;
  std::vector<Instant> sends;
  std::vector<std::pair<Instant, Instant>> exchanges;
};

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
      limiter.answered(now, {});
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
  limiter->answered(t0 + 3s, {});
  CHECK(limiter->earliest(t0 + 3s) == t0 + 13s);
  limiter->answered(t0 + 4s, {});
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
    limiter->answered(now, {});
    sends.push_back(now);
  }
  for (std::size_t i = 0; i < 4; ++i) CHECK(sends[i] == t0);
  for (std::size_t i = 4; i < 10; ++i) CHECK(sends[i] - t0 == 2s * static_cast<int>(i - 3));
}

TEST_CASE("bucket: idle time refills it, and no further than full") {
  const auto limiter = make_bucket_limiter(3, 3s);
  const auto exchange = [&](Instant now) {
    limiter->sent(now);
    limiter->answered(now, {});
  };
  for (int i = 0; i < 3; ++i) exchange(t0);
  CHECK(limiter->earliest(t0) == t0 + 1s);
  const Instant much_later = t0 + 1h;
  for (int i = 0; i < 3; ++i) {
    CHECK(limiter->earliest(much_later) == much_later);
    exchange(much_later);
  }
  CHECK(limiter->earliest(much_later) == much_later + 1s);
}

TEST_CASE("bucket: what is in flight may arrive at any moment, so its tokens flow back only from its answer on") {
  const auto limiter = make_bucket_limiter(3, 3s);
  for (int i = 0; i < 3; ++i) limiter->sent(t0);
  CHECK(limiter->earliest(t0) == Instant::max());
  CHECK(limiter->earliest(t0 + 1h) == Instant::max());
  limiter->answered(t0 + 5s, {});
  CHECK(limiter->earliest(t0 + 5s) == t0 + 6s);
  limiter->answered(t0 + 6s, {});
  limiter->answered(t0 + 6s, {});
  CHECK(limiter->earliest(t0 + 6s) == t0 + 6s);
  limiter->sent(t0 + 6s);
  CHECK(limiter->earliest(t0 + 6s) == t0 + 7s);
}

TEST_CASE("the rate that a limiter was told") {
  CHECK(make_window_limiter(300, 60s)->per_second() == doctest::Approx(5));
  CHECK(make_bucket_limiter(30, 2s)->per_second() == doctest::Approx(15));
  CHECK(make_window_limiter(1, 1s)->most_in_flight() > 1'000'000);
}

TEST_CASE("what earlier processes sent is not sent once more") {
  struct Row {
    const char* name;
    std::vector<Instant> answers;
    Instant window;
    Instant bucket;
  };
  const auto at = [](std::initializer_list<Duration> times) {
    std::vector<Instant> answers;
    for (const Duration time : times) answers.push_back(t0 + time);
    return answers;
  };
  const Row rows[] = {
      // 4 in 8 s
      {"nothing", {}, t0, t0},
      {"long ago", at({-1h, -1h, -1h, -1h}), t0, t0},
      {"three of four", at({-1s, -1s, -1s}), t0, t0},
      {"all four, just now", at({0s, 0s, 0s, 0s}), t0 + 8s, t0 + 2s},
      {"all four, a while ago", at({-7s, -3s, -1s, -1s}), t0 + 1s, t0},
      {"all four, a moment ago", at({-1s, -1s, -1s, -1s}), t0 + 7s, t0 + 1s},
      {"more than four, at a higher rate", at({-6s, -5s, -4s, -3s, -1s, 0s}), t0 + 4s, t0},
      {"far more than four at once", std::vector<Instant>(1000, t0), t0 + 8s, t0 + 2s},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Memory memory;
    memory.earlier = row.answers;
    CHECK(make_window_limiter(4, 8s, &memory)->earliest(t0) == row.window);
    CHECK(make_bucket_limiter(4, 8s, &memory)->earliest(t0) == row.bucket);
  }
}

TEST_CASE("what is sent and answered is remembered for later processes") {
  for (const bool window : {true, false}) {
    CAPTURE(window);
    Memory memory;
    const auto limiter = window ? make_window_limiter(5, 1s, &memory) : make_bucket_limiter(5, 1s, &memory);
    limiter->sent(t0);
    limiter->sent(t0 + 1ms);
    Observation observation;
    observation.sent = t0 + 1ms;
    limiter->answered(t0 + 9ms, observation);
    CHECK(memory.sends == std::vector<Instant>{t0, t0 + 1ms});
    CHECK(memory.exchanges == std::vector<std::pair<Instant, Instant>>{{t0 + 1ms, t0 + 9ms}});
  }
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
