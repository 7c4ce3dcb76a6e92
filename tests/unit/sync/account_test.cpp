#include "sync/account.hpp"

#include <doctest/doctest.h>

#include "sync/stop.hpp"

using namespace rostersync;
using base::ExitCode;
using model::Outcome;

namespace {

struct Row {
  Outcome outcome;
  std::string reason;
};

model::Reconciliation of(const std::vector<Row>& rows) {
  model::Reconciliation made;
  made.entries.resize(rows.size());
  for (model::Row row = 0; row < rows.size(); ++row) {
    made.entries[row].outcome = rows[row].outcome;
    if (!rows[row].reason.empty()) made.detail(row).reason = rows[row].reason;
  }
  return made;
}

}  // namespace

TEST_CASE("what somebody knows of asks for nobody, unless it is of another kind") {
  const auto code = [](Row row, bool acknowledged) {
    model::Reconciliation result = of({row});
    if (acknowledged) result.detail(0).acknowledged = model::Acknowledged{"k", "known", std::nullopt};
    return sync::outcome_code(result);
  };
  for (const Row& row : std::vector<Row>{{Outcome::rejected, ""},
                                         {Outcome::conflict, "unknown_id"},
                                         {Outcome::failed, "refused"},
                                         {Outcome::failed, "not_kept"},
                                         {Outcome::skipped, "not_kept"}}) {
    CAPTURE(row.reason);
    CHECK(code(row, false) == ExitCode::attention);
    CHECK(code(row, true) == ExitCode::ok);
  }
  for (const Row& row : std::vector<Row>{{Outcome::failed, "gave_up"},
                                         {Outcome::failed, "unsettled"},
                                         {Outcome::failed, "vanished"},
                                         {Outcome::skipped, "listing_incomplete"},
                                         {Outcome::skipped, "stopped"}}) {
    CAPTURE(row.reason);
    CHECK(code(row, true) == ExitCode::attention);
  }
  model::Reconciliation withheld = of({{Outcome::rejected, ""}});
  withheld.detail(0).acknowledged = model::Acknowledged{"k", "known", std::nullopt};
  withheld.directory.withheld = 1;
  CHECK(sync::outcome_code(withheld) == ExitCode::attention);
}

TEST_CASE("the exit code that outcomes add up to") {
  struct Case {
    std::string name;
    std::vector<Row> rows;
    ExitCode code;
  };
  const std::vector<Case> cases = {
      {"no rows", {}, ExitCode::ok},
      {"nothing to do", {{Outcome::unchanged, ""}}, ExitCode::ok},
      {"done", {{Outcome::created, ""}, {Outcome::updated, ""}, {Outcome::unchanged, ""}}, ExitCode::ok},
      {"differences: creates", {{Outcome::planned_create, ""}, {Outcome::unchanged, ""}}, ExitCode::differences},
      {"differences: updates", {{Outcome::planned_update, ""}}, ExitCode::differences},
      {"differences, and something wrong",
       {{Outcome::planned_update, ""}, {Outcome::rejected, ""}},
       ExitCode::attention},
      {"rejected", {{Outcome::rejected, ""}}, ExitCode::attention},
      {"in conflict", {{Outcome::conflict, "unknown_id"}}, ExitCode::attention},
      {"failed", {{Outcome::updated, ""}, {Outcome::failed, "refused"}}, ExitCode::attention},
      {"skipped by --limit", {{Outcome::skipped, "limit"}}, ExitCode::ok},
      {"skipped by --only", {{Outcome::skipped, "only"}}, ExitCode::ok},
      {"create: false", {{Outcome::skipped, "create_disabled"}}, ExitCode::ok},
      {"update: false", {{Outcome::skipped, "update_disabled"}}, ExitCode::ok},
      {"inactive", {{Outcome::skipped, "inactive"}}, ExitCode::ok},
      {"the same row again", {{Outcome::skipped, "duplicate_row"}}, ExitCode::ok},
      {"united with another row", {{Outcome::skipped, "merged"}}, ExitCode::ok},
      {"validated", {{Outcome::skipped, "not_compared"}}, ExitCode::ok},
      {"withheld", {{Outcome::skipped, "listing_incomplete"}}, ExitCode::attention},
      {"not begun", {{Outcome::skipped, "stopped"}}, ExitCode::attention},
      {"a reason that nobody knows", {{Outcome::skipped, "whatever"}}, ExitCode::attention},
      {"skipped without a reason", {{Outcome::skipped, ""}}, ExitCode::attention},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(sync::outcome_code(of(one.rows)) == one.code);
  }
}

TEST_CASE("rows of a run that ended early are never called unchanged") {
  auto result =
      of({{Outcome::pending, ""}, {Outcome::rejected, ""}, {Outcome::failed, "refused"}, {Outcome::unchanged, ""}});
  sync::account_for_the_rest(result);
  CHECK(result.entries[3].outcome == Outcome::unchanged);
  CHECK(result.entries[0].outcome == Outcome::skipped);
  REQUIRE(result.find_detail(0) != nullptr);
  CHECK(result.find_detail(0)->reason == "stopped");
  CHECK(result.entries[1].outcome == Outcome::rejected);
  CHECK(result.entries[2].outcome == Outcome::failed);
}

TEST_CASE("changes that are not sent keep what they would have changed") {
  const std::vector<model::Change> changes = {{1, model::Action::create, {}, "a", {{}}},
                                              {0, model::Action::update, "u", "b", {{}}}};
  auto planned = of({{Outcome::unchanged, ""}, {Outcome::unchanged, ""}, {Outcome::unchanged, ""}});
  sync::account_as_planned(changes, planned);
  CHECK(planned.entries[1].outcome == Outcome::planned_create);
  CHECK(planned.entries[0].outcome == Outcome::planned_update);
  CHECK(planned.entries[2].outcome == Outcome::unchanged);
  CHECK(planned.find_detail(0)->changes.size() == 1);

  auto skipped = of({{Outcome::unchanged, ""}, {Outcome::unchanged, ""}, {Outcome::unchanged, ""}});
  sync::account_as_skipped(changes, "refused", "because", skipped);
  CHECK(skipped.entries[0].outcome == Outcome::skipped);
  CHECK(skipped.find_detail(1)->reason == "refused");
  CHECK(skipped.find_detail(1)->message == "because");
  CHECK(skipped.find_detail(1)->changes.size() == 1);
  CHECK(skipped.entries[2].outcome == Outcome::unchanged);
}

TEST_CASE("the circuit breaker: 20 in a row, or 60 of the last 100") {
  sync::Breaker in_a_row;
  for (int n = 0; n < 19; ++n) in_a_row.count(true);
  in_a_row.count(false);
  for (int n = 0; n < 19; ++n) in_a_row.count(true);
  CHECK_FALSE(in_a_row.open());
  in_a_row.count(true);
  CHECK(in_a_row.open());

  sync::Breaker of_the_last;
  for (int n = 0; n < 118; ++n) of_the_last.count(n % 2 == 0);
  CHECK_FALSE(of_the_last.open());
  int given_up = 0;
  for (int n = 0; n < 100 && !of_the_last.open(); ++n) {
    of_the_last.count(n % 5 != 0);
    ++given_up;
  }
  CHECK(of_the_last.open());
  CHECK(given_up < 60);

  sync::Breaker forgetting;
  for (int n = 0; n < 1000; ++n) forgetting.count(n % 20 < 11);  // 55 of each 100
  CHECK_FALSE(forgetting.open());
}
