#include "http/retry_budget.hpp"

#include <doctest/doctest.h>

using namespace rostersync::http;
using namespace std::chrono_literals;
using rostersync::base::Instant;

namespace {

const Instant t0 = Instant{} + 1h;

// Repeats as long as nothing has to be waited for; how often that was.
int use_up(RetryBudget& budget, Instant now) {
  int repeated = 0;
  for (; budget.earliest(now) <= now; ++repeated) {
    REQUIRE(repeated < 10'000);
    budget.repeated(now);
  }
  return repeated;
}

}  // namespace

TEST_CASE("retry budget: a burst at the start, then so many a second") {
  RetryBudget budget;
  CHECK(use_up(budget, t0) == 128);
  CHECK(budget.earliest(t0) == t0 + 1s / 32.0);
  CHECK(use_up(budget, t0 + 31ms) == 0);
  CHECK(use_up(budget, t0 + 32ms) == 1);
  CHECK(use_up(budget, t0 + 10s + 32ms) == 128);  // never more than at the start
}

TEST_CASE("retry budget: repeating at the earliest moment each time goes on at 32 a second") {
  RetryBudget budget;
  use_up(budget, t0);
  Instant now = t0;
  for (int i = 0; i < 320; ++i) {
    now = budget.earliest(now);
    budget.repeated(now);
  }
  CHECK(now == t0 + 10s);
}

TEST_CASE("retry budget: five first sends earn one repetition, of what is not there already") {
  RetryBudget budget;
  for (int i = 0; i < 5000; ++i) budget.sent_first();
  CHECK(use_up(budget, t0) == 128);
  for (int i = 0; i < 4; ++i) budget.sent_first();
  CHECK(budget.earliest(t0) > t0);
  budget.sent_first();
  CHECK(budget.earliest(t0) == t0);
  CHECK(use_up(budget, t0) == 1);
  for (int i = 0; i < 50; ++i) budget.sent_first();
  CHECK(use_up(budget, t0) == 10);
}

TEST_CASE("retry budget: a repetition that goes before its time is paid for later") {
  RetryBudget budget;
  use_up(budget, t0);
  budget.repeated(t0);
  budget.repeated(t0);
  CHECK(budget.earliest(t0) == t0 + 3s / 32.0);
}
