#include "http/dispatcher.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>
#include <string>

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

Response throttled(std::string seconds, int status = 429) {
  return answer(status, "", {{"Retry-After", std::move(seconds)}});
}

Response redirect(std::string location, int status = 302) {
  return answer(status, "", {{"Location", std::move(location)}});
}

}  // namespace

TEST_CASE("an answer is handed up whole, and counted") {
  World world([](const Request&, int) { return answer(404, "no such user", {{"X-Id", "7"}}); });
  const Answer given = world.only(post(api + "/user"));
  CHECK(given.verdict == Verdict::answered);
  CHECK(given.response.status == 404);
  CHECK(given.response.body == "no such user");
  CHECK(given.response.header("x-id") == "7");
  CHECK(given.attempts == 1);
  CHECK(world.dispatcher.counters().requests == 1);
  CHECK(world.dispatcher.counters().writes == 1);
  CHECK(world.dispatcher.counters().reads == 0);
  CHECK(world.dispatcher.counters().bytes_received == 12);
}

TEST_CASE("a read is repeated until it is answered, with growing waits") {
  World world([](const Request&, int nth) { return nth < 4 ? answer(503) : answer(200); });
  const Answer given = world.only(get(api + "/user"));
  CHECK(given.verdict == Verdict::answered);
  CHECK(given.attempts == 4);
  const auto& sent = world.transport.sent;
  REQUIRE(sent.size() == 4);
  CHECK(sent[1].at - sent[0].at == 10ms + 250ms);
  CHECK(sent[2].at - sent[1].at == 10ms + 500ms);
  CHECK(sent[3].at - sent[2].at == 10ms + 1000ms);
  CHECK(world.dispatcher.counters().retries == 3);
  CHECK(world.dispatcher.counters().requests == 4);
  CHECK(world.dispatcher.counters().reads == 4);
}

TEST_CASE("a read is given up when the retries are used up, with its last answer") {
  World world([](const Request&, int nth) { return nth < 6 ? fault(Failure::lost) : answer(500, "sorry"); });
  const Answer given = world.only(get(api + "/user"));
  CHECK(given.verdict == Verdict::gave_up);
  CHECK(given.attempts == 6);
  CHECK(given.response.body == "sorry");
}

TEST_CASE("a write in doubt is sent once and answered `unknown`") {
  const Response doubts[] = {answer(408),
                             answer(500),
                             answer(502),
                             answer(503),
                             throttled("5", 503),
                             answer(504),
                             fault(Failure::lost),
                             fault(Failure::timed_out),
                             fault(Failure::too_large)};
  for (const Response& doubt : doubts) {
    CAPTURE(doubt.status);
    World world([&doubt](const Request&, int nth) { return nth == 1 ? doubt : answer(201); });
    const Answer given = world.only(post(api + "/user"));
    CHECK(given.verdict == Verdict::unknown);
    CHECK(given.response.status == doubt.status);
    CHECK(given.response.failure == doubt.failure);
    CHECK(world.transport.sent.size() == 1);
  }
}

TEST_CASE("a write that was certainly not carried out is sent again") {
  for (const Response& refusal : {answer(425), throttled("5"), fault(Failure::never_left)}) {
    CAPTURE(refusal.status);
    World world([&refusal](const Request&, int nth) { return nth == 1 ? refusal : answer(201); });
    const Answer given = world.only(post(api + "/user"));
    CHECK(given.verdict == Verdict::answered);
    CHECK(given.response.status == 201);
    CHECK(world.transport.sent.size() == 2);
  }
}

TEST_CASE("no write is ever sent again after an answer that leaves a doubt, whatever comes in whatever order") {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::map<std::string, int> settled;  // by URL: how often it met an answer after which it may not go again
    int sent_after = 0;
    World world([&](const Request& request, int) {
      if (settled[request.url] > 0) ++sent_after;
      const unsigned draw = static_cast<unsigned>(random() % 8);
      if (draw == 0) return answer(425);
      if (draw == 1) return throttled("1");
      if (draw == 2) return fault(Failure::never_left);
      ++settled[request.url];
      if (draw == 3) return fault(Failure::lost);
      if (draw == 4) return answer(500);
      if (draw == 5) return redirect("/elsewhere", 307);
      return answer(201);
    });
    for (int i = 0; i < 200; ++i) world.dispatcher.submit(post(api + "/user/" + std::to_string(i)));
    CHECK(world.finish().size() == 200);
    CHECK(sent_after == 0);
    CHECK(world.dispatcher.counters().writes == world.transport.sent.size());
  }
}

TEST_CASE("a storm of 429: nobody sends during a pause, nothing fails, every write is carried out once") {
  std::map<std::string, int> carried_out;
  Instant quiet_until = Instant::min();
  int sent_too_early = 0;
  int answered = 0;
  World* self = nullptr;
  World world(
      [&](const Request& request, int) {
        const Instant now = self->clock.now();
        if (now < quiet_until) ++sent_too_early;
        if (++answered % 10 == 0) {
          quiet_until = std::max(quiet_until, now + 10ms + 30s);  // from the answer on
          return throttled("30");
        }
        ++carried_out[request.url];
        return answer(200);
      },
      {1, {}, DryRun::no});
  self = &world;
  for (int i = 0; i < 100; ++i) world.dispatcher.submit(post(api + "/user/" + std::to_string(i)));
  for (const auto& [id, given] : world.finish()) CHECK(given.verdict == Verdict::answered);
  CHECK(carried_out.size() == 100);
  for (const auto& [url, times] : carried_out) CHECK(times == 1);
  CHECK(sent_too_early == 0);
  CHECK(world.dispatcher.counters().throttled == 11);
  CHECK(world.dispatcher.counters().retries == 11);
}

TEST_CASE("429s do not use up the retries, and end in a stop at max_wait") {
  World world([](const Request&, int) { return throttled("100"); });
  const RequestId first = world.dispatcher.submit(post(api + "/user/1"));
  const RequestId later = world.dispatcher.submit(get(api + "/user/2"), world.clock.now() + 24h);
  const auto answers = world.finish();
  CHECK(answers.at(first).verdict == Verdict::stopped);
  CHECK(answers.at(first).response.status == 429);
  CHECK(answers.at(first).attempts == 9);  // 8 waits of 100 s and some jitter; a ninth would pass 900 s
  CHECK(answers.at(later).verdict == Verdict::stopped);
  CHECK(answers.at(later).attempts == 0);
  REQUIRE(world.dispatcher.stopped().has_value());
  CHECK(world.dispatcher.stopped()->find("beyond max_wait (900 s)") != std::string::npos);
}

TEST_CASE("a wait beyond max_wait stops the client with a sentence") {
  for (const int status : {429, 503}) {
    CAPTURE(status);
    World world([status](const Request&, int) { return throttled("3600", status); });
    CHECK(world.only(get(api + "/user")).verdict == Verdict::stopped);
    CHECK(world.dispatcher.stopped() == "the server asked to wait 3600 s, which is beyond max_wait (900 s)");
    CHECK(world.transport.sent.size() == 1);
  }
}

TEST_CASE("a write in doubt stays in doubt, though its server asks for a wait beyond max_wait") {
  World world([](const Request&, int) { return throttled("3600", 503); });
  CHECK(world.only(post(api + "/user")).verdict == Verdict::unknown);
  CHECK(world.dispatcher.stopped() == "the server asked to wait 3600 s, which is beyond max_wait (900 s)");
}

TEST_CASE("Retry-After on one request's 503 pauses all of them") {
  World world([](const Request& request,
                 int nth) { return request.url == api + "/slow" && nth == 1 ? throttled("20", 503) : answer(200); },
              {1, {}, DryRun::no});
  world.dispatcher.submit(get(api + "/slow"));
  world.dispatcher.submit(get(api + "/other"));
  CHECK(world.finish().size() == 2);
  const auto& sent = world.transport.sent;
  REQUIRE(sent.size() == 3);
  for (std::size_t i : {1U, 2U}) CHECK(sent[i].at - sent[0].at >= 20s);
}

TEST_CASE("stop: what is queued is answered, what is in flight finishes, nothing starts again") {
  World world([](const Request& request, int) { return request.method == "GET" ? fault(Failure::lost) : answer(201); },
              {2, {}, DryRun::no});
  const RequestId write = world.dispatcher.submit(post(api + "/user"));
  const RequestId read = world.dispatcher.submit(get(api + "/user"));
  const RequestId queued = world.dispatcher.submit(post(api + "/user"));
  CHECK(world.dispatcher.wait(1ms).empty());
  CHECK(world.transport.in_flight() == 2);
  world.dispatcher.stop("the deadline has come");
  world.dispatcher.stop("a second reason");
  const RequestId late = world.dispatcher.submit(get(api + "/late"));
  CHECK(world.dispatcher.pending() == 4);
  const auto answers = world.finish();
  CHECK(answers.at(write).verdict == Verdict::answered);
  CHECK(answers.at(read).verdict == Verdict::stopped);  // would have been repeated
  CHECK(answers.at(read).attempts == 1);
  CHECK(answers.at(queued).verdict == Verdict::stopped);
  CHECK(answers.at(queued).attempts == 0);
  CHECK(answers.at(late).verdict == Verdict::stopped);
  CHECK(world.transport.sent.size() == 2);
  CHECK(world.dispatcher.stopped() == "the deadline has come");
}

TEST_CASE("stop: a request that waits for its repetition is answered with what it got") {
  World world([](const Request&, int) { return answer(502, "bad gateway"); });
  const RequestId id = world.dispatcher.submit(get(api + "/user"));
  CHECK(world.dispatcher.wait(20ms).empty());
  world.dispatcher.stop("enough");
  const Answer given = world.finish().at(id);
  CHECK(given.verdict == Verdict::stopped);
  CHECK(given.response.status == 502);
  CHECK(given.attempts == 1);
}

TEST_CASE("a dry run refuses every write, and reads and signs in") {
  DispatcherOptions options;
  options.dry_run = DryRun::yes;
  World world([](const Request&, int) { return answer(200); }, options);
  CHECK_THROWS_AS(world.dispatcher.submit(post(api + "/user")), std::logic_error);
  Request sign_in = post(api + "/login");
  sign_in.effect = Effect::sign_in;
  CHECK(world.only(sign_in).verdict == Verdict::answered);
  CHECK(world.only(get(api + "/user")).verdict == Verdict::answered);
  CHECK(world.dispatcher.counters().writes == 0);
  CHECK(world.transport.sent.size() == 2);
}

TEST_CASE("a redirect within the origin is followed for a GET read") {
  for (const int status : {301, 302, 303, 307, 308}) {
    CAPTURE(status);
    World world([status](const Request& request, int) {
      return request.url == api + "/old?a=1" ? redirect("/new?a=1", status) : answer(200, request.url);
    });
    Request request = get(api + "/old?a=1");
    request.headers = {{"x-key", "k"}};
    const Answer given = world.only(request);
    CHECK(given.verdict == Verdict::answered);
    CHECK(given.response.body == api + "/new?a=1");
    CHECK(given.attempts == 2);
    CHECK(world.transport.sent.at(1).request.headers == request.headers);
    CHECK(world.dispatcher.counters().retries == 0);
  }
}

TEST_CASE("a redirect to another origin is not followed, and says so") {
  struct Row {
    const char* target;
    const char* origin;
  };
  const Row rows[] = {{"https://evil.example/x", "https://evil.example:443"},
                      {"//evil.example/x", "https://evil.example:443"},
                      {"http://api.example.com/x", "http://api.example.com:80"},
                      {"https://api.example.com:8443/x", "https://api.example.com:8443"},
                      {"https://api.example.com@evil.example/x", "https://evil.example:443"}};
  for (const Row& row : rows) {
    CAPTURE(row.target);
    World world([&row](const Request&, int) { return redirect(row.target); });
    const Answer given = world.only(get(api + "/user"));
    CHECK(given.verdict == Verdict::gave_up);
    CHECK(given.response.failure == Failure::insecure);
    CHECK(given.response.status == 0);
    CHECK(given.response.detail.find("https://api.example.com:443") != std::string::npos);
    CHECK(given.response.detail.find(row.origin) != std::string::npos);
    CHECK(world.transport.sent.size() == 1);
  }
}

TEST_CASE("no redirect of anything else is followed") {
  Request sign_in = post(api + "/login");
  sign_in.effect = Effect::sign_in;
  Request head = get(api + "/user");
  head.method = "HEAD";
  for (const Request& request : {post(api + "/user"), sign_in, head}) {
    World world([](const Request&, int) { return redirect("/new", 307); });
    const Answer given = world.only(request);
    CHECK(given.verdict == Verdict::answered);
    CHECK(given.response.status == 307);
    CHECK(world.transport.sent.size() == 1);
  }
}

TEST_CASE("a redirect that goes round in circles, or nowhere, is an answer in the end") {
  World circle([](const Request&, int) { return redirect("/user"); });
  const Answer given = circle.only(get(api + "/user"));
  CHECK(given.verdict == Verdict::answered);
  CHECK(given.response.status == 302);
  CHECK(circle.transport.sent.size() == 6);

  World nowhere([](const Request&, int) { return answer(302); });
  CHECK(nowhere.only(get(api + "/user")).response.status == 302);
}

TEST_CASE("after a stop no redirect is followed") {
  World world([](const Request&, int) { return redirect("/new"); });
  const auto id = world.dispatcher.submit(get(api + "/user"));
  world.dispatcher.wait(0s);  // sends it
  world.dispatcher.stop("enough");
  const Answer given = world.finish().at(id);
  CHECK(given.verdict == Verdict::stopped);
  CHECK(given.response.status == 302);
  CHECK(world.transport.sent.size() == 1);
}

TEST_CASE("no more than max_in_flight at a time, and as many as that") {
  World world([](const Request&, int) { return answer(200); }, {4, {}, DryRun::no});
  for (int i = 0; i < 50; ++i) world.dispatcher.submit(get(api + "/" + std::to_string(i)));
  CHECK(world.finish().size() == 50);
  CHECK(world.transport.most_in_flight == 4);
}

TEST_CASE("the limiter is obeyed, repetitions included") {
  World world([](const Request&, int nth) { return nth == 1 ? answer(502) : answer(200); }, {},
              make_window_limiter(5, 60s));
  for (int i = 0; i < 20; ++i) world.dispatcher.submit(get(api + "/" + std::to_string(i)));
  CHECK(world.finish().size() == 20);
  const auto& sent = world.transport.sent;
  REQUIRE(sent.size() == 40);
  for (std::size_t i = 5; i < sent.size(); ++i) CHECK(sent[i].at - sent[i - 5].at >= 60s);
}

TEST_CASE("a request does not go before its time, and later ones need not wait for it") {
  World world([](const Request&, int) { return answer(200); }, {1, {}, DryRun::no});
  const Instant start = world.clock.now();
  const RequestId patient = world.dispatcher.submit(get(api + "/patient"), start + 10s);
  const RequestId prompt = world.dispatcher.submit(get(api + "/prompt"));
  CHECK(world.finish().size() == 2);
  const auto& sent = world.transport.sent;
  CHECK(sent.at(0).id == prompt);
  CHECK(sent.at(1).id == patient);
  CHECK(sent.at(1).at == start + 10s);
}

TEST_CASE("a repetition does not wait behind everything that was queued after it") {
  World world(
      [](const Request& request, int nth) { return request.url == api + "/0" && nth == 1 ? answer(502) : answer(200); },
      {1, {}, DryRun::no});
  for (int i = 0; i < 1000; ++i) world.dispatcher.submit(get(api + "/" + std::to_string(i)));
  world.finish();
  const auto& sent = world.transport.sent;
  std::size_t again = 0;
  for (std::size_t i = 1; i < sent.size(); ++i) again = sent[i].id == sent[0].id ? i : again;
  CHECK(again > 0);
  CHECK(sent[again].at - sent[0].at <= 300ms);
}

TEST_CASE("wait: empty when there is nothing, when time runs out, and when woken") {
  World world([](const Request&, int) { return answer(200); });
  CHECK(world.dispatcher.wait(1h).empty());
  CHECK(world.clock.elapsed == 1h);  // did not wait

  world.transport.latency = [](const Request&) { return 10s; };
  world.dispatcher.submit(get(api + "/user"));
  CHECK(world.dispatcher.wait(3s).empty());
  CHECK(world.clock.elapsed == 1h + 3s);

  world.transport.wake();
  CHECK(world.dispatcher.wait(1h).empty());
  CHECK(world.clock.elapsed == 1h + 3s);
  CHECK(world.dispatcher.pending() == 1);
  CHECK(world.dispatcher.wait(Duration::max()).size() == 1);
  CHECK(world.dispatcher.pending() == 0);
}

TEST_CASE("wait(0) sends what may go and does not wait") {
  World world([](const Request&, int) { return answer(200); });
  world.dispatcher.submit(get(api + "/user"));
  CHECK(world.dispatcher.wait(0s).empty());
  CHECK(world.transport.sent.size() == 1);
  CHECK(world.clock.elapsed == 1h);
}
