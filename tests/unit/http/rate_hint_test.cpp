#include "http/rate_hint.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "http/field_list.hpp"

using namespace rostersync::http;
using namespace std::chrono_literals;
using rostersync::base::Duration;
using rostersync::base::WallTime;

namespace {

const WallTime now{1'700'000'000s};  // Tue, 14 Nov 2023 22:13:20 GMT

struct Expected {
  std::optional<std::uint64_t> limit;
  std::optional<Duration> window;
  std::optional<std::uint64_t> remaining;
  std::optional<Duration> reset;
};

struct Row {
  const char* name;
  Headers headers;
  std::optional<Expected> expected;
};

std::optional<RateHint> hint_of(const Headers& headers) {
  Response response;
  response.status = 200;
  response.headers = headers;
  return rate_hint(response, now);
}

void check(const Row& row) {
  CAPTURE(row.name);
  const auto hint = hint_of(row.headers);
  REQUIRE(hint.has_value() == row.expected.has_value());
  if (!hint) return;
  CHECK(hint->limit == row.expected->limit);
  CHECK(hint->window == row.expected->window);
  CHECK(hint->remaining == row.expected->remaining);
  CHECK(hint->reset == row.expected->reset);
}

}  // namespace

TEST_CASE("rate hint: RateLimit and RateLimit-Policy (draft 08 and later)") {
  const Row rows[] = {
      {"both",
       {{"RateLimit", R"("default";r=50;t=30)"}, {"RateLimit-Policy", R"("default";q=100;w=10)"}},
       Expected{100, 10s, 50, 30s}},
      {"no policy", {{"RateLimit", R"("default";r=50;t=30)"}}, Expected{{}, {}, 50, 30s}},
      {"a policy of another name",
       {{"RateLimit", R"("a";r=5;t=3)"}, {"RateLimit-Policy", R"("b";q=9;w=6)"}},
       Expected{{}, {}, 5, 3s}},
      {"no reset", {{"RateLimit", R"("default";r=999;pk=:dHJpYWwxMjEzMjM=:)"}}, Expected{{}, {}, 999, {}}},
      {"no remaining", {{"RateLimit", "quota;t=1"}, {"RateLimit-Policy", "quota;q=10"}}, Expected{10, {}, {}, 1s}},
      {"nothing left", {{"RateLimit", R"("problemPolicy";r=0;t=10)"}}, Expected{{}, {}, 0, 10s}},
      {"the policy that leaves the fewest",
       {{"RateLimit", R"("hour";r=400;t=2402, "minute";r=20;t=23)"},
        {"RateLimit-Policy", R"("minute";q=50;w=60,"hour";q=1000;w=3600)"}},
       Expected{50, 60s, 20, 23s}},
      {"of equals the one that lasts longest",
       {{"RateLimit", R"("a";r=0;t=3,"b";r=0;t=90,"c";r=0)"}},
       Expected{{}, {}, 0, 90s}},
      {"in two header lines",
       {{"RateLimit", R"("a";r=9;t=3)"}, {"ratelimit", R"("b";r=8;t=4)"}},
       Expected{{}, {}, 8, 4s}},
      {"a policy over bytes is none over requests",
       {{"RateLimit", R"("bytes";r=3;t=60, "calls";r=40;t=20)"},
        {"RateLimit-Policy", R"("bytes";q=65535;qu="content-bytes";w=10, "calls";q=100;qu="requests";w=60)"}},
       Expected{100, 60s, 40, 20s}},
      {"separators and escapes inside a name", {{"RateLimit", R"("a;r=1,\"b";r=7;t=5)"}}, Expected{{}, {}, 7, 5s}},
      {"spaces", {{"RateLimit", R"(  "default" ; r=50 ;  t=30  )"}}, Expected{{}, {}, 50, 30s}},
      {"policies alone: the strictest",
       {{"RateLimit-Policy", R"("day";q=5000;w=86400,"minute";q=50;w=60)"}},
       Expected{5000, 86400s, {}, {}}},
      {"a policy alone, without window", {{"RateLimit-Policy", R"("x";q=7)"}}, Expected{7, {}, {}, {}}},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("rate hint: one header with names (draft 07), three headers (up to draft 06), and X-RateLimit") {
  const Row rows[] = {
      {"draft 07", {{"RateLimit", "limit=100, remaining=50, reset=30"}}, Expected{100, {}, 50, 30s}},
      {"draft 07 with its policy",
       {{"RateLimit", "limit=100,remaining=50,reset=5"}, {"RateLimit-Policy", "100;w=10"}},
       Expected{100, 10s, 50, 5s}},
      {"draft 07, several policies",
       {{"RateLimit", "limit=5000, remaining=100, reset=36000"}, {"RateLimit-Policy", "1000;w=3600, 5000;w=86400"}},
       Expected{5000, 86400s, 100, 36000s}},
      {"draft 07 without remaining", {{"RateLimit", "limit=10, reset=1"}}, Expected{10, {}, {}, 1s}},
      {"a reset in parts of a second",
       {{"RateLimit", "limit=100, remaining=50, reset=4.25"}},
       Expected{100, {}, 50, 4250ms}},
      {"three headers",
       {{"RateLimit-Limit", "100"}, {"RateLimit-Remaining", "50"}, {"RateLimit-Reset", "30"}},
       Expected{100, {}, 50, 30s}},
      {"lower case", {{"ratelimit-limit", "100"}, {"ratelimit-remaining", "50"}}, Expected{100, {}, 50, {}}},
      {"a window behind the limit",
       {{"RateLimit-Limit", "100, 100;w=10"}, {"RateLimit-Remaining", "5"}},
       Expected{100, 10s, 5, {}}},
      {"several windows, one with this limit",
       {{"RateLimit-Limit", "10, 10;w=1;burst=1000, 50;w=60, 1000;w=3600"}, {"RateLimit-Reset", "1"}},
       Expected{10, 1s, {}, 1s}},
      {"two windows with this limit: the one that the reset fits into",
       {{"RateLimit-Limit", "10, 10;w=1, 10;w=60"}, {"RateLimit-Reset", "44"}},
       Expected{10, 60s, {}, 44s}},
      {"several windows, none with this limit",
       {{"RateLimit-Limit", "10, 50;w=60, 1000;w=3600"}},
       Expected{10, {}, {}, {}}},
      {"a limit lowered for the time being",
       {{"RateLimit-Limit", "10, 100;w=60"}, {"RateLimit-Reset", "50"}},
       Expected{10, 60s, {}, 50s}},
      {"X-RateLimit, reset as Unix time",
       {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1700000042"}},
       Expected{60, {}, 0, 42s}},
      {"X-RateLimit, reset in seconds",
       {{"X-RateLimit-Remaining", "3"}, {"X-RateLimit-Reset", "42"}},
       Expected{{}, {}, 3, 42s}},
      {"a Unix time is taken against the answer's own Date",
       {{"Date", "Tue, 14 Nov 2023 21:13:20 GMT"}, {"X-RateLimit-Reset", "1700000042"}},
       Expected{{}, {}, {}, 3642s}},
      {"a Unix time against a Date beyond what nanoseconds count",
       {{"Date", "Fri, 31 Dec 9999 23:59:59 GMT"}, {"X-RateLimit-Reset", "1700000042"}},
       Expected{{}, {}, {}, 0s}},
      {"a Unix time that is past", {{"X-RateLimit-Reset", "1699999000"}}, Expected{{}, {}, {}, 0s}},
      {"X-Rate-Limit", {{"x-rate-limit-limit", "900"}, {"x-rate-limit-remaining", "899"}}, Expected{900, {}, 899, {}}},
      {"a decimal count", {{"X-RateLimit-Remaining", "599.0"}}, Expected{{}, {}, 599, {}}},
      {"the standard before its predecessors",
       {{"X-RateLimit-Remaining", "1"}, {"RateLimit-Remaining", "2"}, {"RateLimit", R"("x";r=3)"}},
       Expected{{}, {}, 3, {}}},
      {"a standard header that says nothing",
       {{"RateLimit", "?"}, {"X-RateLimit-Remaining", "1"}},
       Expected{{}, {}, 1, {}}},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("rate hint: what makes no sense is not there") {
  const Row rows[] = {
      {"no headers", {}, {}},
      {"others", {{"Content-Type", "application/json"}, {"RateLimits", "5"}}, {}},
      {"empty", {{"RateLimit", ""}, {"RateLimit-Policy", ""}, {"X-RateLimit-Limit", ""}}, {}},
      {"words", {{"RateLimit", "soon"}, {"X-RateLimit-Remaining", "many"}}, {}},
      {"negative", {{"X-RateLimit-Remaining", "-1"}, {"X-RateLimit-Reset", "-30"}}, {}},
      {"a number as a string", {{"RateLimit", R"("x";r="5";t="6")"}}, {}},
      {"parameters without values", {{"RateLimit", R"("x";r;t)"}}, {}},
      {"too many digits",
       {{"X-RateLimit-Limit", std::string(400, '9')}, {"RateLimit-Reset", std::string(30, '9')}},
       {}},
      {"exponents, signs, hexadecimal", {{"X-RateLimit-Remaining", "1e3"}, {"X-RateLimit-Limit", "+5"}}, {}},
      {"not a number", {{"X-RateLimit-Remaining", "nan"}, {"X-RateLimit-Reset", "inf"}}, {}},
      {"a reset in years", {{"X-RateLimit-Reset", "400000000"}}, {}},
      {"a Unix time in milliseconds", {{"X-RateLimit-Reset", "1700000042000"}}, {}},
      {"a window of nothing", {{"RateLimit-Policy", R"("x";q=5;w=0)"}}, Expected{5, {}, {}, {}}},
      {"one sensible part", {{"X-RateLimit-Limit", "abc"}, {"X-RateLimit-Remaining", "7"}}, Expected{{}, {}, 7, {}}},
      {"an unclosed string", {{"RateLimit", R"("default;r=50;t=30)"}}, {}},
      {"separators alone", {{"RateLimit", ";,;;,=,;="}, {"RateLimit-Policy", ",,,"}}, {}},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("rate hint: whatever the headers are, it neither throws nor says what cannot be") {
  std::mt19937 random(7);
  const std::string alphabet = "\"\\;,=: \trqtw0123456789.-x\x7f";
  const std::string names[] = {"RateLimit", "RateLimit-Policy", "RateLimit-Limit", "X-RateLimit-Reset", "Date"};
  for (int i = 0; i < 20'000; ++i) {
    Headers headers;
    for (const std::string& name : names) {
      std::string value;
      for (auto left = random() % 24; left > 0; --left) value += alphabet[random() % alphabet.size()];
      headers.emplace_back(name, value);
    }
    const auto hint = hint_of(headers);
    if (!hint) continue;
    CHECK((hint->limit || hint->remaining || hint->reset));
    CHECK(hint->reset.value_or(0s) >= 0s);
    CHECK(hint->window.value_or(1s) > 0s);
  }
}

TEST_CASE("field list: items and parameters, quotes respected") {
  const auto members = parse_field_list(R"("a,b" ; q=1;w = "x;y" ;flag;q=2, c)");
  REQUIRE(members.size() == 2);
  CHECK(members[0].item == R"("a,b")");
  CHECK(members[0].parameter("q") == "2");  // the last one counts
  CHECK(members[0].parameter("w") == R"("x;y")");
  CHECK(members[0].parameter("flag") == "");
  CHECK_FALSE(members[0].parameter("other").has_value());
  CHECK(members[1].item == "c");
  CHECK(members[1].parameters.empty());
  CHECK(parse_field_list("").empty());
}
