#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/rate_simulation.hpp"
#include "http/rate_limiter.hpp"

using namespace rostersync::http;
using namespace rostersync::simulation;
using namespace std::chrono_literals;
using Result = Observation::Result;

namespace {

const Instant t0 = Instant{} + 1h;
constexpr std::size_t max_in_flight = 16;

class FakeMemory final : public RateMemory {
 public:
  std::vector<Instant> answers(Instant) const override { return {}; }
  void sent(Instant) override { ++sends; }
  void answered(Instant, Instant) override { ++ends; }
  std::optional<Finding> finding() const override { return found; }
  void keep(const Finding& finding) override {
    found = finding;
    ++kept;
  }

  std::optional<Finding> found;
  int sends = 0;
  int ends = 0;
  int kept = 0;
};

std::unique_ptr<RateLimiter> adaptive(RateMemory* memory = nullptr) {
  return make_adaptive_limiter({5, max_in_flight}, memory);
}

LimiterClient client(unsigned seed, RateMemory* memory = nullptr) {
  return {adaptive(memory), max_in_flight, seed};
}

Outcome alone(const Quota& quota, const Workload& work, unsigned seed, RateMemory* memory = nullptr) {
  Server server(quota, quota.per * (seed % 10) / 10);
  LimiterClient one = client(seed, memory);
  Loop loop(server, work, seed);
  loop.add(one);
  return loop.run();
}

double share(const Outcome& outcome, const Quota& quota, const Workload& work) {
  const double allowed =
      static_cast<double>(quota.requests) * in_seconds(work.most - work.count_from) / in_seconds(quota.per);
  return static_cast<double>(outcome.admitted) / allowed;
}

double throttled_share(const Outcome& outcome) {
  return static_cast<double>(outcome.throttled) / static_cast<double>(outcome.throttled + outcome.admitted);
}

Workload endless(Duration most, Duration count_from = 0s) {
  Workload work;
  work.requests_each = 10'000'000;
  work.most = most;
  work.count_from = count_from;
  return work;
}

const Quota hundred_a_second{Kind::sliding, 100, 1s, false, false};

// --- one request after the other, by hand
// -----------------------------------------------------------------------------

Observation saw(Result result, Instant sent) {
  Observation observation;
  observation.result = result;
  observation.sent = sent;
  return observation;
}

// Sends when the limiter lets it, and is answered a millisecond later. The time of the answer.
Instant exchange(RateLimiter& limiter, Instant now, Result result) {
  const Instant at = limiter.earliest(now + 1us);
  REQUIRE(at != Instant::max());
  limiter.sent(at);
  limiter.answered(at + 1ms, saw(result, at));
  return at + 1ms;
}

Instant exchange_for(RateLimiter& limiter, Instant now, Duration time) {
  const Instant end = now + time;
  while (now < end) now = exchange(limiter, now, Result::answered);
  return now;
}

// One that was throttled at about 40 requests a second, and is through with it.
Instant find_a_limit(RateLimiter& limiter, Instant now) {
  for (int i = 0; limiter.per_second() < 40; ++i) {
    REQUIRE(i < 1000);
    now = exchange(limiter, now, Result::answered);
  }
  now = exchange(limiter, now, Result::throttled);
  return exchange(limiter, now, Result::answered);
}

}  // namespace

TEST_CASE(
    "auto: nine tenths of the allowance are used, and few answers are 429, whatever counts and whatever it says") {
  struct Case {
    const char* name;
    bool retry_after;
    bool headers;
  };
  for (const Case& row : {Case{"nothing said", false, false}, Case{"Retry-After", true, false},
                          Case{"headers", false, true}, Case{"both", true, true}}) {
    for (const Kind kind : {Kind::fixed, Kind::sliding, Kind::bucket}) {
      for (const bool by_minute : {false, true}) {
        CAPTURE(std::string(row.name));
        CAPTURE(static_cast<int>(kind));
        CAPTURE(by_minute);
        const Quota quota{kind, by_minute ? 300U : 100U, by_minute ? 60s : 1s, row.retry_after, row.headers};
        const Workload work = by_minute ? endless(15min, 2min) : endless(3min, 30s);
        const Outcome outcome = alone(quota, work, 1);
        CHECK(share(outcome, quota, work) > 0.90);
        CHECK(throttled_share(outcome) < 0.01);
        const Outcome from_the_start = alone(quota, endless(work.most), 2);
        CHECK(share(from_the_start, quota, endless(work.most)) > 0.84);
        CHECK(throttled_share(from_the_start) < 0.015);
        if (row.headers) CHECK(from_the_start.throttled == 0);
      }
    }
  }
}

TEST_CASE("auto: where no 429 ever comes, it is as fast within seconds as latency and max_in_flight let it") {
  Workload work = endless(8s, 6s);
  work.latency_least = work.latency_most = 10ms;
  const Quota no_limit{Kind::bucket, 100'000'000, 1s, false, false};
  CHECK(static_cast<double>(alone(no_limit, work, 1).admitted) / 2 > 0.95 * max_in_flight / 0.010);

  Workload fast = endless(25s, 10s);
  fast.latency_least = fast.latency_most = 2ms;  // 8,000 a second, if the server bore them
  const Quota five_thousand{Kind::fixed, 5000, 1s, false, false};
  const Outcome outcome = alone(five_thousand, fast, 1);
  CHECK(share(outcome, five_thousand, fast) > 0.90);
  CHECK(throttled_share(outcome) < 0.005);
}

TEST_CASE("auto: a limit that was found is tried again ever more rarely") {
  const auto throttled_in = [](Duration from, Duration to) {
    std::uint64_t throttled = 0;
    for (const unsigned seed : {1U, 2U, 3U}) throttled += alone(hundred_a_second, endless(to, from), seed).throttled;
    return throttled;
  };
  const auto early = throttled_in(10s, 130s);
  const auto late = throttled_in(300s, 420s);
  CHECK(late > 0);  // but it is tried
  CHECK(late <= 3 * 4);
  CHECK(early >= late);
}

TEST_CASE("auto: clients that know nothing of each other share a quota, and few of their answers are 429") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    Server server(hundred_a_second, 0s);
    std::vector<LimiterClient> clients;
    for (unsigned i = 0; i < 5; ++i) clients.push_back(client(10 * seed + i));
    Loop loop(server, endless(5min, 1min), seed);
    for (LimiterClient& each : clients) loop.add(each);
    const Outcome outcome = loop.run();
    CHECK(share(outcome, hundred_a_second, endless(5min, 1min)) > 0.90);
    CHECK(throttled_share(outcome) < 0.02);
    for (const std::uint64_t admitted : outcome.admitted_of) {
      CHECK(static_cast<double>(admitted) > 0.3 * static_cast<double>(outcome.admitted) / 5);
    }
  }
}

TEST_CASE("auto: gives way to one who comes later, and takes what another leaves") {
  Server server(hundred_a_second, 0s);
  LimiterClient here = client(1);
  LimiterClient guest = client(2);
  Loop coming(server, endless(5min, 3min), 1);
  coming.add(here, 0s, 1'000'000);
  coming.add(guest, 30s, 1'000'000);
  const Outcome both = coming.run();
  CHECK(both.admitted_of[1] > 0.25 * 100 * 120);

  Server another(hundred_a_second, 0s);
  LimiterClient stays = client(3);
  LimiterClient leaves = client(4);
  Loop leaving(another, endless(5min, 4min), 1);
  leaving.add(stays, 0s, 1'000'000);
  leaving.add(leaves, 0s, 6'000);  // two minutes of its half
  CHECK(leaving.run().admitted_of[0] > 0.90 * 100 * 60);
}

TEST_CASE("auto: 429s to what was in flight together lower the rate once") {
  const auto limiter = adaptive();
  Instant now = find_a_limit(*limiter, t0);
  now = exchange_for(*limiter, now, 3s);
  std::vector<Instant> sent;
  for (int i = 0; i < 5; ++i) {
    now = limiter->earliest(now);
    limiter->sent(now);
    sent.push_back(now);
  }
  const double before = limiter->per_second();
  limiter->answered(now, saw(Result::throttled, sent.front()));
  const double lowered = limiter->per_second();
  CHECK(lowered < 0.9 * before);
  CHECK(lowered > 0.7 * before);
  for (std::size_t i = 1; i < sent.size(); ++i) limiter->answered(now + 1ms, saw(Result::throttled, sent[i]));
  CHECK(limiter->per_second() == lowered);
}

TEST_CASE("auto: a rate that at once proves too high is left faster than one that was borne for a while") {
  const auto after_another_429 = [](Duration borne) {
    const auto limiter = adaptive();
    Instant now = find_a_limit(*limiter, t0);
    now = exchange_for(*limiter, now, borne);
    const double before = limiter->per_second();
    now = exchange(*limiter, now, Result::throttled);
    exchange(*limiter, now, Result::answered);
    return limiter->per_second() / before;
  };
  CHECK(after_another_429(30ms) < 0.6);
  CHECK(after_another_429(3s) > 0.75);
}

TEST_CASE("auto: a 429 lowers how many are in flight where it met as many as that") {
  for (const bool full : {true, false}) {
    CAPTURE(full);
    const auto limiter = adaptive();
    Instant now = exchange_for(*limiter, t0, 3s);
    std::vector<Instant> sent;
    while (sent.size() < (full ? max_in_flight : max_in_flight / 2)) {
      sent.push_back(now = limiter->earliest(now));
      limiter->sent(now);
    }
    for (const Instant each : sent) limiter->answered(now + 1ms, saw(Result::throttled, each));
    CHECK((limiter->most_in_flight() < max_in_flight) == full);
  }
}

TEST_CASE("auto: while throttled, one request at a time asks, at growing intervals, whether it is over") {
  const auto limiter = adaptive();
  Instant now = exchange_for(*limiter, t0, 2s);
  Duration last{0};
  for (int i = 0; i < 12; ++i) {
    const Instant refused = now = exchange(*limiter, now, Result::throttled);
    const Duration wait = limiter->earliest(now) - refused;
    CHECK(wait >= last);
    CHECK(wait <= 32s);  // and never stalls
    last = wait;
  }
  CHECK(last == 32s);
  now = limiter->earliest(now);
  limiter->sent(now);
  CHECK(limiter->earliest(now + 1h) == Instant::max());
  limiter->answered(now + 1h, saw(Result::lost, now));
  CHECK(limiter->earliest(now + 1h) == now + 1h);
}

TEST_CASE("auto: no burst after a pause, however long") {
  const auto limiter = adaptive();
  Instant now = find_a_limit(*limiter, t0);
  now = exchange_for(*limiter, now, 5s);
  limiter->pause_until(now + 60s);
  limiter->pause_until(now + 30s);
  CHECK(limiter->earliest(now) == now + 60s);
  const Duration apart = seconds(1 / limiter->per_second());
  Instant last = now + 60s;
  limiter->sent(last);
  for (int i = 0; i < 20; ++i) {
    const Instant next = limiter->earliest(last);
    CHECK(next - last > apart * 9 / 10);
    limiter->sent(last = next);
  }
}

TEST_CASE("auto: answers to requests that the rate did not hold back raise nothing") {
  const auto limiter = adaptive();
  Instant now = find_a_limit(*limiter, t0);
  const double found = limiter->per_second();
  for (int i = 0; i < 500; ++i) now = exchange(*limiter, now + 1s, Result::answered);
  CHECK(limiter->per_second() == found);
  now = exchange_for(*limiter, now, 60s);
  CHECK(limiter->per_second() > 2 * found);
}

TEST_CASE("auto: 503s and time-outs lower how many are in flight, not the rate, and it comes back") {
  const auto limiter = adaptive();
  Instant now = exchange_for(*limiter, t0, 3s);
  CHECK(limiter->most_in_flight() == max_in_flight);
  const double rate = limiter->per_second();
  now = exchange(*limiter, now, Result::strained);
  const std::size_t lowered = limiter->most_in_flight();
  CHECK(lowered < max_in_flight);
  CHECK(lowered > max_in_flight / 2);
  CHECK(limiter->per_second() == rate);

  // What was in flight with it is the same strain.
  limiter->sent(now);
  limiter->answered(now + 1ms, saw(Result::strained, now - 1ms));
  CHECK(limiter->most_in_flight() == lowered);

  for (int i = 0; i < 2000; ++i) {  // as many in flight as it lets
    std::vector<Instant> sent;
    while (sent.size() < limiter->most_in_flight()) {
      sent.push_back(now = limiter->earliest(now));
      limiter->sent(now);
    }
    now += 10ms;
    for (const Instant each : sent) limiter->answered(now, saw(Result::answered, each));
  }
  CHECK(limiter->most_in_flight() == max_in_flight);
}

TEST_CASE("auto: where one at a time is too much, the rate gives way") {
  const auto limiter = adaptive();
  Instant now = exchange_for(*limiter, t0, 3s);
  const double rate = limiter->per_second();
  for (int i = 0; i < 40; ++i) now = exchange(*limiter, now, Result::strained);
  CHECK(limiter->most_in_flight() == 1);
  CHECK(limiter->per_second() < rate);
  CHECK(limiter->earliest(now) - now > 1s);
}

TEST_CASE("auto: a lost request tells nothing of the rate") {
  const auto limiter = adaptive();
  Instant now = exchange_for(*limiter, t0, 1s);
  const double rate = limiter->per_second();
  for (int i = 0; i < 100; ++i) now = exchange(*limiter, now, Result::lost);
  CHECK(limiter->per_second() == rate);
}

TEST_CASE("auto: a quota that is used up is not asked for more before its reset, nor by what is in flight") {
  const auto limiter = adaptive();
  const auto told = [&](Instant now, std::uint64_t remaining, Duration reset) {
    Observation observation = saw(Result::answered, now - 1ms);
    observation.hint = RateHint{300, 60s, remaining, reset};
    limiter->answered(now, observation);
  };
  limiter->sent(t0);
  limiter->sent(t0);
  limiter->sent(t0);
  told(t0 + 1s, 3, 20s);  // and two are in flight: one more may go
  CHECK(limiter->earliest(t0 + 1s) < t0 + 2s);
  limiter->sent(t0 + 1s);
  CHECK(limiter->earliest(t0 + 2s) == t0 + 21s);
  told(t0 + 2s, 100, 19s);
  CHECK(limiter->earliest(t0 + 2s) < t0 + 3s);
  told(t0 + 3s, 0, 18s);
  told(t0 + 3s, 0, 18s);
  CHECK(limiter->earliest(t0 + 3s) == t0 + 21s);
  CHECK(limiter->earliest(t0 + 30s) == t0 + 30s);
}

TEST_CASE("auto: a reset of hours does not stall it: the server is asked again within a minute") {
  const auto limiter = adaptive();
  limiter->sent(t0);
  Observation observation = saw(Result::answered, t0);
  observation.hint = RateHint{5000, 1h, 0, 1h};
  limiter->answered(t0 + 1s, observation);
  CHECK(limiter->earliest(t0 + 1s) == t0 + 61s);
}

TEST_CASE("auto: headers that make no sense change nothing") {
  struct Case {
    const char* name;
    RateHint hint;
  };
  for (const Case& row : {Case{"all zero", {0, 0s, 0, 0s}}, Case{"no limit", {0, 60s, {}, {}}},
                          Case{"no window", {10, {}, {}, {}}}, Case{"always used up", {{}, {}, 0, 0s}},
                          Case{"no reset", {{}, {}, 0, {}}}, Case{"no remaining", {{}, {}, {}, 60s}}}) {
    CAPTURE(std::string(row.name));
    const auto limiter = adaptive();
    Instant now = find_a_limit(*limiter, t0);
    for (int i = 0; i < 100; ++i) {
      now = limiter->earliest(now);
      limiter->sent(now);
      Observation observation = saw(Result::answered, now);
      observation.hint = row.hint;
      limiter->answered(now += 1ms, observation);
    }
    CHECK(now - t0 < 10s);
    CHECK(limiter->per_second() > 30);
  }
}

TEST_CASE("auto: starts from what was found before, and keeps what it finds") {
  FakeMemory memory;
  CHECK(adaptive(&memory)->per_second() == doctest::Approx(5));
  alone(hundred_a_second, endless(2min), 1, &memory);
  REQUIRE(memory.found);
  CHECK(memory.found->per_second > 85);
  CHECK(memory.found->per_second < 110);
  CHECK(memory.found->in_flight == max_in_flight);
  CHECK(memory.kept < 200);  // where it changes, not at every answer
  CHECK(memory.ends <= memory.sends);
  CHECK(memory.sends - memory.ends <= static_cast<int>(max_in_flight));
  CHECK(adaptive(&memory)->per_second() == doctest::Approx(memory.found->per_second));
  CHECK(adaptive(&memory)->most_in_flight() == max_in_flight);

  // Tonight there is no start-up to be paid for.
  const Outcome tonight = alone(hundred_a_second, endless(20s), 2, &memory);
  CHECK(share(tonight, hundred_a_second, endless(20s)) > 0.85);
  CHECK(throttled_share(tonight) < 0.005);
}

TEST_CASE("auto: a finding that no longer holds is left behind, upwards and downwards") {
  for (const double found : {4.0, 5000.0}) {
    CAPTURE(found);
    FakeMemory memory;
    memory.found = Finding{found, max_in_flight};
    const Workload work = endless(3min, 1min);
    const Outcome outcome = alone(hundred_a_second, work, 1, &memory);
    CHECK(share(outcome, hundred_a_second, work) > 0.85);
    CHECK(throttled_share(outcome) < 0.01);
    CHECK(memory.found->per_second == doctest::Approx(100).epsilon(0.15));
  }
}

TEST_CASE("auto: a finding that makes no sense is none") {
  for (const double found : {0.0, -3.0}) {
    FakeMemory memory;
    memory.found = Finding{found, 0};
    CHECK(adaptive(&memory)->per_second() == doctest::Approx(5));
    CHECK(adaptive(&memory)->most_in_flight() >= 1);
  }
}
