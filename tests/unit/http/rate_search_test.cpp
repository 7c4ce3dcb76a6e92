#include "http/rate_search.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace rostersync::http;
using namespace std::chrono_literals;
using doctest::Approx;
using rostersync::base::Duration;
using rostersync::base::Instant;

namespace {

const Instant t0 = Instant{} + 1h;

// Brought up to `value`, where it meets a limit of 100.
Search met_at(double value) {
  Search search(1, 1, 1000);
  search.expand(value - 1);
  search.meet(100);
  return search;
}

}  // namespace

TEST_CASE("search: grows until it meets a limit, within its bounds") {
  Search search(5, 1, 20);
  CHECK_FALSE(search.is_limited());
  search.age(1h);
  CHECK(search.value() == 5);
  search.expand(10);
  CHECK(search.value() == 15);
  search.expand(10);
  CHECK(search.value() == 20);
  search.meet(0.5);
  CHECK(search.is_limited());
  CHECK(search.value() == 1);
  search.expand(10);
  CHECK(search.value() == 1);
}

TEST_CASE("search: back below the limit, level under it, and only after a time beyond it") {
  Search search = met_at(110);
  CHECK(search.value() == Approx(85));
  search.age(2s);
  CHECK(search.value() == Approx(98.1).epsilon(0.001));
  search.age(2s);
  CHECK(search.value() == Approx(100));
  search.age(2s);
  CHECK(search.value() == Approx(103.75));
  search.age(2s);
  CHECK(search.value() == Approx(130));
  CHECK(search.found() == Approx(130));
}

TEST_CASE("search: what is found is the limit, while the value is below it") {
  CHECK(met_at(110).found() == Approx(100));
}

TEST_CASE("search: the time to come level doubles where the same limit is met, up to a minute") {
  Search search = met_at(101);
  for (const Duration level : {8s, 16s, 32s, 60s, 60s}) {
    while (search.value() < 101) search.age(100ms);
    search.meet(100);
    search.age(level - 1s);
    CHECK(search.value() < 100);
    search.age(1s);
    CHECK(search.value() == Approx(100));
  }
}

TEST_CASE("search: it is short again where the limit has moved, or is met by what others do") {
  for (const double other : {90.0, 140.0}) {
    CAPTURE(other);
    Search search = met_at(101);
    while (search.value() < 101) search.age(100ms);
    search.meet(100);  // now 8 s
    while (search.value() < other) search.age(10ms);
    search.meet(other);
    search.age(4s);
    CHECK(search.value() == Approx(other));
  }
}

TEST_CASE("search: beyond a corrected limit no sooner than it can be seen whether that is borne") {
  Search search = met_at(400);
  search.correct(5, 40s);
  CHECK(search.value() == Approx(5 * 0.85));
  search.age(39s);
  CHECK(search.value() < 5);
  search.age(1s);
  CHECK(search.value() == Approx(5));

  // Met by what others do, and soon over: that the server counts over a long time is still known.
  Search pushed = met_at(400);
  pushed.correct(5, 40s);
  pushed.meet(5);
  pushed.correct(5, 1s);
  pushed.age(35s);
  CHECK(pushed.value() < 5);
  pushed.age(1s);
  CHECK(pushed.value() == Approx(5));
}

TEST_CASE("search: starts level at what is known") {
  Search search(1, 1, 1000);
  search.know(70);
  CHECK(search.value() == Approx(70));
  search.age(16s);  // longer than of one that was only just met
  CHECK(search.value() == Approx(91));
}

TEST_CASE("pacer: evenly; a little lateness is made up for, much is not") {
  Pacer pacer;
  CHECK(pacer.earliest(t0) == t0);
  CHECK_FALSE(pacer.is_felt(t0));
  pacer.sent(t0, 10);
  pacer.sent(t0 + 80ms, 10);
  CHECK(pacer.is_felt(t0 + 80ms));
  CHECK(pacer.earliest(t0 + 80ms) == t0 + 180ms);
  pacer.sent(t0 + 190ms, 10);  // 10 ms late
  CHECK(pacer.earliest(t0 + 190ms) == t0 + 280ms);
  pacer.sent(t0 + 10s, 10);
  CHECK(pacer.earliest(t0 + 10s) == t0 + 10s + 80ms);
}

TEST_CASE("pacer: a pause can only be prolonged, and is followed by no burst") {
  Pacer pacer;
  pacer.pause_until(t0 + 60s);
  pacer.pause_until(t0 + 30s);
  CHECK(pacer.earliest(t0) == t0 + 60s);
  pacer.sent(t0 + 60s, 10);
  CHECK(pacer.earliest(t0 + 60s) == t0 + 60s + 100ms);
}

TEST_CASE("admissions: the best rate over any span that ends with the trouble and holds some time before it") {
  Admissions admissions;
  for (int i = 0; i < 100; ++i) admissions.add(t0 + i * 100ms);  // ten a second, for ten
  const Instant begin = t0 + 10s;
  CHECK(*admissions.best_rate(t0, begin, begin + 200ms) == Approx(9.8).epsilon(0.01));
  CHECK(*admissions.best_rate(t0, begin, begin + 10s) == Approx(5).epsilon(0.01));
  CHECK(*admissions.best_rate(t0 + 5s, begin, begin + 5s) == Approx(5).epsilon(0.01));

  for (int i = 0; i < 100; ++i) admissions.add(begin + i * 20ms);  // fifty a second, for two
  const Instant later = begin + 2s;
  CHECK(*admissions.best_rate(t0, later, later + 200ms) == Approx(45.5).epsilon(0.02));
  CHECK(*admissions.best_rate(t0, later, later + 10s) == Approx(200.0 / 22).epsilon(0.02));
}

TEST_CASE("admissions: too few tell nothing") {
  Admissions admissions;
  CHECK_FALSE(admissions.best_rate(t0, t0 + 1s, t0 + 2s));
  for (int i = 0; i < 4; ++i) admissions.add(t0 + i * 100ms);
  CHECK_FALSE(admissions.best_rate(t0, t0 + 1s, t0 + 2s));
  admissions.add(t0 + 400ms);
  CHECK(admissions.best_rate(t0, t0 + 1s, t0 + 2s));
  CHECK_FALSE(admissions.best_rate(t0 + 300ms, t0 + 1s, t0 + 2s));
}
