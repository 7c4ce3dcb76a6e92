#include "sandbox/rate.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("rates are read and written") {
  for (const char* text : {"300/min", "10/s", "20/10s", "off", "5000/3600s"}) {
    CAPTURE(text);
    CHECK(rate_text(parse_rate(text)) == text);
  }
  CHECK(parse_rate("5000/h")->per == std::chrono::hours(1));
  for (const char* text : {"", "300", "300/", "/min", "0/s", "-1/s", "1/0s", "10/day", "10/s ", "4294967296/s"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_rate(text), base::CannotRun);
  }
}

namespace {

base::Instant at(int milliseconds) {
  return base::Instant(seconds(1000) + std::chrono::milliseconds(milliseconds));
}

std::unique_ptr<RateGate> gate(const char* rate, RateKind kind) {
  return make_rate_gate(parse_rate(rate), kind);
}

}  // namespace

TEST_CASE("a fixed window lets so many in and opens again when it is over") {
  const auto window = gate("3/10s", RateKind::fixed);
  CHECK_FALSE(window->admit(at(0)));
  CHECK_FALSE(window->admit(at(1000)));
  CHECK_FALSE(window->admit(at(4000)));
  CHECK(window->admit(at(4000)) == seconds(6));
  CHECK(window->admit(at(9999)) == milliseconds(1));
  CHECK_FALSE(window->admit(at(10'000)));
  CHECK_FALSE(window->admit(at(10'000)));
  CHECK_FALSE(window->admit(at(10'000)));
  CHECK(window->admit(at(10'000)) == seconds(10));
  CHECK_FALSE(window->admit(at(25'000)));  // and opens with the request, not by the clock
  CHECK_FALSE(window->admit(at(34'999)));
  CHECK(window->quota(at(34'999)).reset == milliseconds(1));
}

TEST_CASE("a sliding window frees a place one window after it was taken") {
  const auto window = gate("3/10s", RateKind::sliding);
  for (const int taken : {0, 4000, 9000}) CHECK_FALSE(window->admit(at(taken)));
  CHECK(window->admit(at(9000)) == seconds(1));
  CHECK(window->admit(at(9999)) == milliseconds(1));
  CHECK_FALSE(window->admit(at(10'000)));
  CHECK(window->admit(at(10'000)) == seconds(4));  // a fixed window would have opened
  CHECK_FALSE(window->admit(at(14'000)));
  CHECK(window->admit(at(18'999)) == milliseconds(1));
}

TEST_CASE("a bucket gives what it holds at once and fills up one by one") {
  const auto bucket = gate("5/10s", RateKind::bucket);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(bucket->admit(at(0)));
  CHECK(bucket->admit(at(0)) == seconds(2));
  CHECK(bucket->admit(at(1999)) == milliseconds(1));
  CHECK_FALSE(bucket->admit(at(2000)));
  CHECK(bucket->admit(at(2000)) == seconds(2));
  CHECK_FALSE(bucket->admit(at(6000)));
  CHECK_FALSE(bucket->admit(at(6000)));
  CHECK(bucket->admit(at(6000)) == seconds(2));
  for (int i = 0; i < 5; ++i) CHECK_FALSE(bucket->admit(at(1'000'000)));  // and holds no more than that
  CHECK(bucket->admit(at(1'000'000)) == seconds(2));
}

TEST_CASE("a bucket is strict where the interval is no whole number of nanoseconds") {
  const auto bucket = gate("3/s", RateKind::bucket);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(bucket->admit(at(0)));
  CHECK(bucket->admit(at(0) + std::chrono::nanoseconds(333'333'333)) == std::chrono::nanoseconds(1));
}

TEST_CASE("what is left of a quota, and when the whole of it is there again") {
  struct Row {
    const char* what;
    RateKind kind;
    unsigned remaining;  // after requests at 0, 2 and 5 s, seen at 6 s
    milliseconds reset;
    unsigned later;  // seen at 11 s
  };
  const Row rows[] = {{"fixed", RateKind::fixed, 7, milliseconds(4000), 10},
                      {"sliding", RateKind::sliding, 7, milliseconds(9000), 8},
                      {"bucket", RateKind::bucket, 10, milliseconds(0), 10}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const auto limited = gate("10/10s", row.kind);
    CHECK(limited->quota(at(0)).remaining == 10);
    CHECK(limited->quota(at(0)).reset == seconds(0));
    for (const int taken : {0, 2000, 5000}) CHECK_FALSE(limited->admit(at(taken)));
    CHECK(limited->quota(at(6000)).remaining == row.remaining);
    CHECK(limited->quota(at(6000)).reset == row.reset);
    CHECK(limited->quota(at(11'000)).remaining == row.later);
  }
  const auto bucket = gate("10/10s", RateKind::bucket);
  for (int i = 0; i < 4; ++i) CHECK_FALSE(bucket->admit(at(0)));
  CHECK(bucket->quota(at(500)).remaining == 6);
  CHECK(bucket->quota(at(500)).reset == milliseconds(3500));
}

TEST_CASE("without a rate there is no gate") {
  for (const RateKind kind : {RateKind::fixed, RateKind::sliding, RateKind::bucket})
    CHECK(make_rate_gate(std::nullopt, kind) == nullptr);
}
