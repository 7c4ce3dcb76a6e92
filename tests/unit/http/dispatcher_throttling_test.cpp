// The dispatcher in front of a server that is asked too much: pauses, the deadline, the retry budget, and what the rate
// limiter gets to hear.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "http/retry_budget.hpp"
#include "unit/http/dispatcher_world.hpp"

using namespace rostersync::http;
using namespace std::chrono_literals;
using rostersync::base::Duration;
using rostersync::base::Instant;
using testing::answer;
using testing::fault;
using testing::get;
using testing::post;
using testing::World;

namespace {

const std::string api = "https://api.example.com";

Response throttled(const std::string& seconds, int status = 429) {
  return answer(status, "", {{"Retry-After", seconds}});
}

void submit_reads(World& world, int count) {
  for (int i = 0; i < count; ++i) world.dispatcher.submit(get(api + "/" + std::to_string(i)));
}

bool is(const Answer& given, Verdict verdict) {
  return given.verdict == verdict;
}

DispatcherOptions until(Instant deadline) {
  DispatcherOptions options;
  options.deadline = deadline;
  return options;
}

// Lets everything through, and notes what it hears.
class Listener final : public RateLimiter {
 public:
  Instant earliest(Instant now) const override { return now; }
  void sent(Instant now) override { sends.push_back(now); }
  void answered(Instant, const Observation& observation) override { heard.push_back(observation); }
  void pause_until(Instant when) override { pauses.push_back(when); }
  std::size_t most_in_flight() const override { return at_once; }
  double per_second() const override { return 7.5; }

  std::size_t at_once = 1000;
  std::vector<Instant> sends;
  std::vector<Observation> heard;
  std::vector<Instant> pauses;
};

}  // namespace

TEST_CASE("429s of one burst prolong the pause no further than the latest asks") {
  World world([](const Request& request, int nth) {
    return nth == 1 ? throttled(std::to_string(10 + request.url.back() - '0')) : answer(200);
  });
  world.transport.latency = [](const Request& request) { return 10ms * (1 + request.url.back() - '0'); };
  const Instant start = world.clock.now();
  submit_reads(world, 10);
  CHECK(world.finish().size() == 10);
  REQUIRE(world.transport.sent.size() == 20);
  // The last answer, after 100 ms, asks for 19 s; the jitter above it is half of (1.9 s + 0.5 s).
  for (std::size_t i = 10; i < 20; ++i) CHECK(world.transport.sent[i].at == start + 100ms + 19s + 1200ms);
  CHECK_FALSE(world.dispatcher.pace().held_back);
}

TEST_CASE("max_wait counts what each request was held back for, not what its whole burst was") {
  DispatcherOptions options;
  options.retry.max_wait = 250s;
  int rounds = 2;
  World world([&rounds](const Request&, int nth) { return nth <= rounds ? throttled("100") : answer(200); }, options);
  submit_reads(world, 10);
  for (const auto& [id, given] : world.finish()) CHECK(is(given, Verdict::answered));
  CHECK_FALSE(world.dispatcher.stopped().has_value());

  rounds = 3;  // a third wait would be beyond it
  const RequestId one_too_many = world.dispatcher.submit(get(api + "/more"));
  CHECK(is(world.finish().at(one_too_many), Verdict::stopped));
  CHECK(world.dispatcher.stopped() ==
        "the server has held a request back for 210 s and asks for 100 s more, which is beyond max_wait (250 s)");
}

TEST_CASE("a wait beyond the deadline is a clean stop with a sentence of its own") {
  for (const int status : {429, 503}) {
    CAPTURE(status);
    testing::FakeClock from;
    World world([status](const Request&, int nth) { return nth == 1 ? throttled("120", status) : answer(200); },
                until(from.now() + 60s));
    const RequestId asked = world.dispatcher.submit(get(api + "/user"));
    const RequestId later = world.dispatcher.submit(get(api + "/later"), world.clock.now() + 10s);
    const auto answers = world.finish();
    CHECK(is(answers.at(asked), Verdict::stopped));
    CHECK(answers.at(asked).response.status == status);
    CHECK(is(answers.at(later), Verdict::stopped));
    CHECK(world.dispatcher.stopped() == "the server asked to wait 120 s, which is beyond the deadline");
    CHECK(world.transport.sent.size() == 1);
    CHECK(world.clock.now() < from.now() + 1s);  // at once, not when the time has come
  }
}

TEST_CASE("a write in doubt stays in doubt, though its server asks for a wait beyond the deadline") {
  testing::FakeClock from;
  World world([](const Request&, int) { return throttled("120", 503); }, until(from.now() + 60s));
  CHECK(is(world.only(post(api + "/user")), Verdict::unknown));
  CHECK(world.dispatcher.stopped() == "the server asked to wait 120 s, which is beyond the deadline");
}

TEST_CASE("a wait that ends before the deadline is waited for") {
  testing::FakeClock from;
  World world([](const Request&, int nth) { return nth == 1 ? throttled("59") : answer(200); },
              until(from.now() + 60s));
  CHECK(is(world.only(get(api + "/user")), Verdict::answered));
  CHECK_FALSE(world.dispatcher.stopped().has_value());
}

TEST_CASE("a wall clock that jumps changes nothing, but what a Retry-After date without Date means") {
  for (const auto jump : {std::chrono::hours(1), std::chrono::hours(-1)}) {
    CAPTURE(jump.count());
    World* self = nullptr;
    World world([&](const Request& request, int nth) {
      if (request.url == api + "/1") self->clock.start += jump;
      return nth == 1 && request.url == api + "/2" ? throttled("30") : nth == 1 ? answer(502) : answer(200);
    });
    self = &world;
    const Instant start = world.clock.now();
    submit_reads(world, 3);
    for (const auto& [id, given] : world.finish()) CHECK(is(given, Verdict::answered));
    std::vector<Duration> sends;
    for (const auto& one : world.transport.sent) sends.push_back(one.at - start);
    const Duration resumed = 10ms + 30s + 1750ms;
    CHECK(sends == std::vector<Duration>{0s, 0s, 0s, resumed, resumed, resumed});
  }
}

TEST_CASE("a Retry-After date counts from the answer's Date, whatever the wall clock says") {
  for (const auto jump : {std::chrono::hours(1), std::chrono::hours(-1)}) {
    World world([](const Request&, int nth) {
      return nth == 1
                 ? answer(429, "",
                          {{"Date", "Tue, 14 Nov 2023 22:13:20 GMT"}, {"Retry-After", "Tue, 14 Nov 2023 22:13:50 GMT"}})
                 : answer(200);
    });
    world.clock.start += jump;
    const Instant start = world.clock.now();
    CHECK(is(world.only(get(api + "/user")), Verdict::answered));
    CHECK(world.transport.sent.at(1).at - start == 10ms + 30s + 1750ms);
  }
}

TEST_CASE("the limiter hears of every attempt: when it was sent, what became of it, what was said of the quota") {
  using Result = Observation::Result;
  struct Row {
    const char* name;
    Response response;
    Result result;
    std::optional<Duration> retry_after;
  };
  const Row rows[] = {
      {"200", answer(200), Result::answered, {}},
      {"404", answer(404), Result::answered, {}},
      {"500", answer(500), Result::answered, {}},
      {"a Retry-After that says nothing of the rate", throttled("9", 301), Result::answered, {}},
      {"429", answer(429), Result::throttled, {}},
      {"429 with Retry-After", throttled("3"), Result::throttled, 3s},
      {"503", answer(503), Result::strained, {}},
      {"503 with Retry-After", throttled("4", 503), Result::strained, 4s},
      {"timed out", fault(Failure::timed_out), Result::strained, {}},
      {"lost", fault(Failure::lost), Result::lost, {}},
      {"never left", fault(Failure::never_left), Result::lost, {}},
      {"too large", fault(Failure::too_large), Result::lost, {}},
      {"insecure", fault(Failure::insecure), Result::lost, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    auto owned = std::make_unique<Listener>();
    Listener& listener = *owned;
    World world(
        [&row](const Request&, int nth) {
          Response response = nth == 1 ? row.response : answer(200);
          if (nth == 2) response.headers.emplace_back("X-RateLimit-Remaining", "41");
          return response;
        },
        {}, std::move(owned));
    world.only(get(api + "/user"));
    REQUIRE(!listener.heard.empty());
    CHECK(listener.heard.size() == listener.sends.size());
    for (std::size_t i = 0; i < listener.heard.size(); ++i) CHECK(listener.heard[i].sent == listener.sends[i]);
    CHECK(listener.heard[0].result == row.result);
    CHECK(listener.heard[0].retry_after == row.retry_after);
    CHECK_FALSE(listener.heard[0].hint.has_value());
    if (listener.heard.size() < 2) continue;
    REQUIRE(listener.heard[1].hint.has_value());
    CHECK(listener.heard[1].hint->remaining == 41U);
  }
}

TEST_CASE("a followed redirect is an answer too, and its quota counts") {
  auto owned = std::make_unique<Listener>();
  Listener& listener = *owned;
  World world(
      [](const Request&, int nth) {
        return nth == 1 ? answer(302, "", {{"Location", "/user"}, {"RateLimit-Remaining", "0"}}) : answer(200);
      },
      {}, std::move(owned));
  CHECK(is(world.only(get(api + "/user")), Verdict::answered));
  REQUIRE(listener.heard.size() == 2);
  CHECK(listener.heard[0].hint->remaining == 0U);
}

TEST_CASE("as many at a time as both the options and the limiter allow, and never none") {
  struct Row {
    std::size_t limiter;
    std::size_t expected;
  };
  for (const Row row : {Row{3, 3}, Row{1000, 8}, Row{0, 1}}) {
    CAPTURE(row.limiter);
    auto owned = std::make_unique<Listener>();
    owned->at_once = row.limiter;
    World world([](const Request&, int) { return answer(200); }, {8, {}, DryRun::no}, std::move(owned));
    submit_reads(world, 50);
    CHECK(world.dispatcher.pace().in_flight_limit == row.expected);
    CHECK(world.finish().size() == 50);
    CHECK(world.transport.most_in_flight == row.expected);
  }
}

TEST_CASE("pace: what the limiter lets through, what is in flight, and whether the server has asked to wait") {
  World world([](const Request&, int nth) { return nth == 1 ? throttled("30") : answer(200); }, {},
              std::make_unique<Listener>());
  world.dispatcher.submit(get(api + "/user"));
  CHECK(world.dispatcher.wait(0s).empty());
  CHECK(world.dispatcher.pace().per_second == 7.5);
  CHECK(world.dispatcher.pace().in_flight == 1);
  CHECK_FALSE(world.dispatcher.pace().held_back);
  CHECK(world.dispatcher.wait(10s).empty());
  CHECK(world.dispatcher.pace().held_back);
  CHECK(world.dispatcher.pace().in_flight == 0);
  CHECK(world.finish().size() == 1);
  CHECK_FALSE(world.dispatcher.pace().held_back);
}

TEST_CASE("the retry budget slows a client whose server fails, and fails nothing") {
  // Each of 1,000 reads fails three times. Without a budget, 3,000 repetitions would go within a few seconds.
  DispatcherOptions options;
  options.max_in_flight = 1000;
  World world([](const Request&, int nth) { return nth <= 3 ? answer(502) : answer(200); }, options);
  const Instant start = world.clock.now();
  submit_reads(world, 1000);
  for (const auto& [id, given] : world.finish()) CHECK(is(given, Verdict::answered));
  CHECK(world.dispatcher.counters().retries == 3000);
  const double seconds = std::chrono::duration<double>(world.clock.now() - start).count();
  const double enough = (3000.0 - RetryBudget::most) / RetryBudget::per_second;  // what 1,000 first sends earn is lost:
  CHECK(seconds > enough - 0.1);                                                 // the budget was full at that time
  CHECK(seconds < enough + 2);
}

TEST_CASE("while a repetition waits for the budget, nothing begins, and what is begun goes on") {
  // Everything fails until the budget is used up; then there are new requests, and one that goes on with an operation.
  bool healthy = false;
  DispatcherOptions options;
  options.max_in_flight = 1000;
  World world([&healthy](const Request&, int) { return healthy ? answer(200) : answer(502); }, options);
  submit_reads(world, 300);
  while (world.dispatcher.counters().retries < static_cast<std::uint64_t>(RetryBudget::most))
    world.dispatcher.wait(1ms);
  healthy = true;
  const std::size_t before = world.transport.sent.size();
  const RequestId begins = world.dispatcher.submit(get(api + "/begins"));
  const RequestId further = world.dispatcher.submit(get(api + "/further"), {}, Schedule::Turn::further);
  world.finish();
  const auto place = [&](RequestId id) {
    const auto found = std::find_if(world.transport.sent.begin(), world.transport.sent.end(),
                                    [id](const auto& one) { return one.id == id; });
    return static_cast<std::size_t>(found - world.transport.sent.begin());
  };
  CHECK(place(further) == before);
  // What it waits for is that no repetition is due any more: 172 of them at least, 32 a second.
  CHECK(place(begins) >= before + 170);
}

TEST_CASE("what is sent again after a 429 costs no budget") {
  DispatcherOptions options;
  options.max_in_flight = 1000;
  World world([](const Request&, int nth) { return nth == 1 ? throttled("1") : answer(nth == 2 ? 502 : 200); },
              options);
  const Instant start = world.clock.now();
  submit_reads(world, RetryBudget::most);
  CHECK(world.finish().size() == RetryBudget::most);
  CHECK(world.dispatcher.counters().retries == 2 * RetryBudget::most);
  CHECK(world.clock.now() - start < 2s);  // all the 502s were repeated without waiting for the budget
}
