#include "http/schedule.hpp"

#include <doctest/doctest.h>

using namespace rostersync::http;
using namespace std::chrono_literals;
using rostersync::base::Instant;
using Turn = Schedule::Turn;

namespace {

const Instant t = Instant{} + 1h;
const Instant paid = Instant{};  // the budget has something left

}  // namespace

TEST_CASE("schedule: by time, then first in first out; what is begun first among those whose time has come") {
  Schedule schedule;
  schedule.add(1, t + 5s, Turn::first);
  schedule.add(2, t + 1s, Turn::first);
  schedule.add(3, t + 1s, Turn::first);
  schedule.add(4, t + 3s, Turn::again);
  schedule.add(5, t + 3s, Turn::further);
  CHECK(schedule.size() == 5);
  CHECK(schedule.next_time(t, paid) == t + 1s);
  CHECK_FALSE(schedule.take(t, paid).has_value());
  CHECK(schedule.take(t + 1s, paid) == 2U);
  CHECK(schedule.take(t + 3s, paid) == 5U);
  CHECK(schedule.take(t + 3s, paid) == 4U);
  CHECK(schedule.take(t + 3s, paid) == 3U);
  CHECK_FALSE(schedule.take(t + 3s, paid).has_value());
  schedule.add(6, t, Turn::further);
  CHECK(schedule.take_all() == std::vector<RequestId>{1, 6});
  CHECK(schedule.next_time(t, paid) == Instant::max());
  CHECK(schedule.size() == 0);
}

TEST_CASE("schedule: next_time is the first moment at which take() has something") {
  struct Row {
    const char* name;
    Instant again_from;
    std::vector<std::pair<Instant, Turn>> queued;
    Instant expected;
  };
  const Row rows[] = {
      {"a repetition that is paid for", t, {{t + 2s, Turn::again}}, t + 2s},
      {"a repetition that waits for the budget", t + 9s, {{t + 2s, Turn::again}}, t + 9s},
      {"a beginning behind it waits too", t + 9s, {{t + 2s, Turn::again}, {t + 3s, Turn::first}}, t + 9s},
      {"though its time was earlier than now", t + 9s, {{t - 1s, Turn::again}, {t - 3s, Turn::first}}, t + 9s},
      {"a beginning before it does not", t + 9s, {{t + 4s, Turn::again}, {t + 3s, Turn::first}}, t + 3s},
      {"one after the budget pays neither", t + 9s, {{t + 20s, Turn::again}, {t + 10s, Turn::first}}, t + 10s},
      {"what is begun goes on", t + 9s, {{t + 2s, Turn::again}, {t + 3s, Turn::further}}, t + 3s},
      {"never before now", t, {{t - 5s, Turn::further}}, t},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Schedule schedule;
    RequestId id = 0;
    for (const auto& [when, turn] : row.queued) schedule.add(++id, when, turn);
    const Instant next = schedule.next_time(t, row.again_from);
    CHECK(next == row.expected);
    if (next > t) CHECK_FALSE(schedule.take(next - 1ns, std::max(row.again_from, next - 1ns)).has_value());
    CHECK(schedule.take(next, row.again_from).has_value());
  }
}
