// Limiters that are told the rate, against servers that have exactly this rate, in virtual time: the quota is used, and
// never overdrawn.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "http/rate_limiter.hpp"

using namespace rostersync::http;
using namespace std::chrono_literals;
using rostersync::base::Duration;
using rostersync::base::Instant;

namespace {

const Instant t0 = Instant{} + 1h;

// Whether a request that arrives now is let in. Whoever is turned away uses nothing up.
using Server = std::function<bool(Instant now)>;

// A window opens with the first request after the last one closed.
Server fixed_window(std::size_t requests, Duration per) {
  return [=, opened = Instant::min(), admitted = std::size_t{0}](Instant now) mutable {
    if (opened == Instant::min() || now >= opened + per) {
      opened = now;
      admitted = 0;
    }
    return ++admitted <= requests;
  };
}

// Windows open by the server's clock, wherever the client stands in one.
Server calendar_window(std::size_t requests, Duration per) {
  return [=, window = Duration::rep{-1}, admitted = std::size_t{0}](Instant now) mutable {
    const auto current = (now.time_since_epoch() + per / 3) / per;
    if (current != window) admitted = 0;
    window = current;
    return ++admitted <= requests;
  };
}

Server sliding_window(std::size_t requests, Duration per) {
  return [=, admitted = std::deque<Instant>{}](Instant now) mutable {
    while (!admitted.empty() && admitted.front() + per <= now) admitted.pop_front();
    if (admitted.size() >= requests) return false;
    admitted.push_back(now);
    return true;
  };
}

Server bucket(std::size_t requests, Duration per) {
  const double size = static_cast<double>(requests);
  const double a_second = size / std::chrono::duration<double>(per).count();
  return [=, tokens = size, last = t0](Instant now) mutable {
    tokens = std::min(size, tokens + std::chrono::duration<double>(now - last).count() * a_second);
    last = now;
    if (tokens < 1 - 1e-6) return false;
    tokens -= 1;
    return true;
  };
}

// How long a request and its answer are under way.
struct Network {
  std::function<Duration(std::mt19937&)> there;
  std::function<Duration(std::mt19937&)> back;
};

Duration between(Duration least, Duration most, std::mt19937& random) {
  return Duration(std::uniform_int_distribution<Duration::rep>(least.count(), most.count())(random));
}

Network quick() {  // 1 to 10 ms in all
  const auto way = [](std::mt19937& random) { return between(500us, 5ms, random); };
  return {way, way};
}

Network rough() {  // one request in twenty is held back for up to 800 ms
  const auto way = [](std::mt19937& random) {
    return random() % 20 == 0 ? between(100ms, 800ms, random) : between(1ms, 60ms, random);
  };
  return {way, way};
}

struct Outcome {
  std::size_t admitted = 0;
  std::size_t turned_away = 0;
};

// A client that always has something to send, for `time`.
Outcome push(RateLimiter& limiter, const Server& server, const Network& network, Duration time, unsigned seed) {
  enum Kind { arrives, answered };
  using Event = std::tuple<Instant, Kind, Instant>;  // when, what, and when the request was sent
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  std::mt19937 random(seed);
  Outcome outcome;
  std::size_t open = 0;
  for (Instant now = t0; now < t0 + time;) {
    const Instant sending = open < 64 ? limiter.earliest(now) : Instant::max();
    if (sending <= now) {
      limiter.sent(now);
      ++open;
      events.emplace(now + network.there(random), arrives, now);
      continue;
    }
    if (events.empty() || sending < std::get<0>(events.top())) {
      now = sending;
      continue;
    }
    const auto [when, kind, sent] = events.top();
    events.pop();
    now = when;
    if (kind == arrives) {
      ++(server(now) ? outcome.admitted : outcome.turned_away);
      events.emplace(now + network.back(random), answered, sent);
    } else {
      Observation observation;
      observation.sent = sent;
      limiter.answered(now, observation);
      --open;
    }
  }
  return outcome;
}

struct Rate {
  std::size_t requests;
  Duration per;
};
const Rate rates[] = {{100, 1s}, {10, 1s}, {250, 1s}, {300, 60s}, {7, 3s}, {20, 10s}};

using Make = std::unique_ptr<RateLimiter> (*)(std::uint64_t, Duration, RateMemory*);
struct Match {
  const char* name;
  Make limiter;
  Server (*server)(std::size_t, Duration);
};
const Match matches[] = {
    {"window limiter, fixed window", make_window_limiter, fixed_window},
    {"window limiter, calendar window", make_window_limiter, calendar_window},
    {"window limiter, sliding window", make_window_limiter, sliding_window},
    {"window limiter, bucket", make_window_limiter, bucket},
    {"bucket limiter, bucket", make_bucket_limiter, bucket},
};

}  // namespace

TEST_CASE("told the rate: no 429, and at least 98% of the allowance is used") {
  for (const Match& match : matches) {
    for (const Rate& rate : rates) {
      CAPTURE(match.name);
      CAPTURE(rate.requests);
      const auto limiter = match.limiter(rate.requests, rate.per, nullptr);
      const auto outcome = push(*limiter, match.server(rate.requests, rate.per), quick(), 100 * rate.per, 1);
      CHECK(outcome.turned_away == 0);
      const auto allowance = 101 * rate.requests;  // one is there to begin with
      CHECK(outcome.admitted * 100 >= allowance * 98);
    }
  }
}

TEST_CASE("told the rate: no 429 on a rough network either, where requests overtake each other") {
  for (const Match& match : matches) {
    for (const Rate& rate : rates) {
      for (unsigned seed = 1; seed <= 2; ++seed) {
        CAPTURE(match.name);
        CAPTURE(rate.requests);
        CAPTURE(seed);
        const auto limiter = match.limiter(rate.requests, rate.per, nullptr);
        const auto outcome = push(*limiter, match.server(rate.requests, rate.per), rough(), 10 * rate.per, seed);
        CHECK(outcome.turned_away == 0);
      }
    }
  }
}

TEST_CASE("told a bucket's rate on a rough network: the steady rate stays the told one") {
  const auto limiter = make_bucket_limiter(300, 60s, nullptr);
  const auto outcome = push(*limiter, bucket(300, 60s), rough(), 1200s, 1);
  CHECK(outcome.admitted >= 6'290);
}
