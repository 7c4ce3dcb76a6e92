#include "http/retry_policy.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "unit/http/fake_transport.hpp"

using namespace rostersync::http;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::answer;
using testing::fault;

namespace {

const RetryOptions options{};  // 5 retries, 500 ms to 30 s, 60 s after a bare 429, 15 min at most

Decision decide_for(const Response& response, Effect effect, unsigned attempt = 1) {
  RetryInput input;
  input.effect = effect;
  input.attempt = attempt;
  return decide(response, input, options);
}

Response throttled(std::string seconds, int status = 429) {
  return answer(status, "", {{"Retry-After", std::move(seconds)}});
}

}  // namespace

TEST_CASE("what comes next, for a read, a sign-in and a write") {
  struct Row {
    const char* name;
    Response response;
    Next read;
    Next read_after_last_retry;
    Next write;
    Next write_after_last_retry;
  };
  using enum Next;
  const Row rows[] = {
      {"200", answer(200), deliver, deliver, deliver, deliver},
      {"204", answer(204), deliver, deliver, deliver, deliver},
      {"301", answer(301), deliver, deliver, deliver, deliver},
      {"400", answer(400), deliver, deliver, deliver, deliver},
      {"401", answer(401), deliver, deliver, deliver, deliver},
      {"403", answer(403), deliver, deliver, deliver, deliver},
      {"404", answer(404), deliver, deliver, deliver, deliver},
      {"408", answer(408), again, give_up, unknown, unknown},
      {"409", answer(409), deliver, deliver, deliver, deliver},
      {"422", answer(422), deliver, deliver, deliver, deliver},
      {"425: certainly not carried out", answer(425), again, give_up, again, give_up},
      {"429: certainly not carried out, and no retry", answer(429), again, again, again, again},
      {"500", answer(500), again, give_up, unknown, unknown},
      {"501", answer(501), deliver, deliver, deliver, deliver},
      {"502", answer(502), again, give_up, unknown, unknown},
      {"503", answer(503), again, give_up, unknown, unknown},
      {"503 with Retry-After", throttled("5", 503), again, give_up, unknown, unknown},
      {"504", answer(504), again, give_up, unknown, unknown},
      {"505", answer(505), deliver, deliver, deliver, deliver},
      {"never left", fault(Failure::never_left), again, give_up, again, give_up},
      {"lost", fault(Failure::lost), again, give_up, unknown, unknown},
      {"timed out", fault(Failure::timed_out), again, give_up, unknown, unknown},
      {"too large", fault(Failure::too_large), give_up, give_up, unknown, unknown},
      {"insecure", fault(Failure::insecure), give_up, give_up, give_up, give_up},
      {"429 beyond max_wait", throttled("901"), stop, stop, stop, stop},
      {"429 at max_wait", throttled("900"), again, again, again, again},
      {"503 beyond max_wait", throttled("901", 503), stop, give_up, unknown, unknown},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(decide_for(row.response, Effect::read).next == row.read);
    CHECK(decide_for(row.response, Effect::read, 5).next == row.read);
    CHECK(decide_for(row.response, Effect::read, 6).next == row.read_after_last_retry);
    CHECK(decide_for(row.response, Effect::sign_in).next == row.read);
    CHECK(decide_for(row.response, Effect::write).next == row.write);
    CHECK(decide_for(row.response, Effect::write, 6).next == row.write_after_last_retry);
  }
}

TEST_CASE("back-off doubles up to its cap, with full jitter") {
  struct Row {
    unsigned attempt;
    double random;
    milliseconds wait;
  };
  const Row rows[] = {{1, 0.0, 0ms},    {1, 0.5, 250ms},   {1, 0.999, 499ms}, {2, 0.5, 500ms},
                      {3, 0.5, 1000ms}, {7, 0.5, 15000ms}, {8, 0.5, 15000ms}, {4000000, 0.5, 15000ms}};
  RetryOptions patient;
  patient.retries = 5000000;
  for (const Row& row : rows) {
    CAPTURE(row.attempt);
    CAPTURE(row.random);
    RetryInput input;
    input.attempt = row.attempt;
    input.random = row.random;
    const Decision decision = decide(answer(502), input, patient);
    CHECK(decision.next == Next::again);
    CHECK(decision.wait == row.wait);
    CHECK_FALSE(decision.pause_everyone);
  }
}

TEST_CASE("Retry-After is a floor, jitter lies above it, and everyone waits") {
  for (const int status : {429, 503}) {
    for (const double random : {0.0, 0.5, 0.999}) {
      CAPTURE(status);
      CAPTURE(random);
      RetryInput input;
      input.random = random;
      const Decision decision = decide(throttled("60", status), input, options);
      CHECK(decision.next == Next::again);
      CHECK(decision.asked == 60s);
      CHECK(decision.wait >= 60s);
      CHECK(decision.wait <= 66500ms);
      CHECK(decision.pause_everyone);
      if (random > 0) CHECK(decision.wait > 60s);
    }
  }
}

TEST_CASE("a 429 without a usable Retry-After waits throttle_pause") {
  for (const char* value : {"", "soon", "-5", "1.5"}) {
    CAPTURE(value);
    const Decision decision = decide_for(throttled(value), Effect::write);
    CHECK(decision.wait == 60s);
    CHECK(decision.pause_everyone);
  }
}

TEST_CASE("a 503 that a write cannot repeat pauses the others all the same") {
  const Decision decision = decide_for(throttled("20", 503), Effect::write);
  CHECK(decision.next == Next::unknown);
  CHECK(decision.pause_everyone);
  CHECK(decision.wait == 20s);
}

TEST_CASE("throttling is endured up to max_wait in all") {
  RetryInput input;
  input.throttled_for = 840s;
  CHECK(decide(throttled("60"), input, options).next == Next::again);
  input.throttled_for = 841s;
  const Decision decision = decide(throttled("60"), input, options);
  CHECK(decision.next == Next::stop);
  CHECK(decision.asked == 60s);
}

TEST_CASE("Retry-After, read") {
  struct Row {
    const char* name;
    const char* value;
    const char* date;
    std::optional<milliseconds> wait;
  };
  const char* noon = "Tue, 14 Nov 2023 12:00:00 GMT";
  const Row rows[] = {
      {"seconds", "120", noon, 120s},
      {"zero", "0", noon, 0s},
      {"IMF-fixdate against the answer's Date", "Tue, 14 Nov 2023 12:01:30 GMT", noon, 90s},
      {"RFC 850", "Tuesday, 14-Nov-23 12:01:30 GMT", noon, 90s},
      {"asctime", "Tue Nov 14 12:01:30 2023", noon, 90s},
      {"asctime, one digit", "Thu Dec  7 12:00:00 2023", "Thu, 07 Dec 2023 11:59:59 GMT", 1s},
      {"past", "Tue, 14 Nov 2023 11:00:00 GMT", noon, 0s},
      {"without a Date: against now", "Tue, 14 Nov 2023 22:14:20 GMT", nullptr, 60s},
      {"with a Date that is none: against now", "Tue, 14 Nov 2023 22:14:20 GMT", "today", 60s},
      {"more digits than a number holds", "99999999999999999999999", noon, std::chrono::hours(24 * 366)},
      {"a date beyond what nanoseconds count", "Fri, 31 Dec 9999 23:59:59 GMT", nullptr, std::chrono::hours(24 * 366)},
      {"a date before what nanoseconds count", "Thu, 01 Jan 1601 00:00:00 GMT", nullptr, 0s},
      {"negative", "-1", noon, std::nullopt},
      {"fraction", "1.5", noon, std::nullopt},
      {"words", "in a minute", noon, std::nullopt},
      {"no such day", "Tue, 31 Nov 2023 12:00:00 GMT", noon, std::nullopt},
      {"another zone", "Tue, 14 Nov 2023 12:01:30 CET", noon, std::nullopt},
      {"something after it", "Tue, 14 Nov 2023 12:01:30 GMT+1", noon, std::nullopt},
      {"empty", "", noon, std::nullopt},
  };
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'700'000'000)};  // 2023-11-14 22:13:20
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Response response = throttled(row.value);
    if (row.date != nullptr) response.headers.emplace_back("Date", row.date);
    CHECK(retry_after(response, now) == row.wait);
  }
  CHECK_FALSE(retry_after(answer(429), now).has_value());
}
