// One outcome per change, whatever ends the execution.
#include "sync/execute.hpp"

#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using base::ExitCode;
using json::Json;
using model::Outcome;

namespace {

// What was recorded, in the order of things; fails on demand.
struct Notebook : sync::Record {
  void claim(const std::vector<model::Row>& rows) override {
    if (claims++ == fail_claim) throw base::CannotRun("the disk is full");
    claimed.insert(rows.begin(), rows.end());
  }
  void settle(const std::vector<model::Row>& rows) override {
    if (settles++ == fail_settle) throw base::CannotRun("the disk is full");
    for (const auto row : rows) CHECK(settled.insert(row).second);
  }
  void release(const std::vector<model::Row>& rows) override {
    for (const auto row : rows) {
      CHECK(claimed.contains(row));
      CHECK(released.insert(row).second);
    }
  }

  int fail_claim = -1;
  int fail_settle = -1;
  int claims = 0;
  int settles = 0;
  std::set<model::Row> claimed;
  std::set<model::Row> settled;
  std::set<model::Row> released;
};

struct Bench : Remote {
  void creates(int count) {
    for (int n = 0; n < count; ++n) {
      changes.push_back(create_of("new" + std::to_string(n) + "@x.com"));
      changes.back().row = static_cast<model::Row>(changes.size() - 1);
    }
  }
  void updates(int count) {
    for (int n = 0; n < count; ++n) {
      changes.push_back(
          update_of(api.add("p" + std::to_string(n) + "@x.com"), {from(first_name, "Karadoc", "Perceval")}));
      changes.back().row = static_cast<model::Row>(changes.size() - 1);
    }
  }

  sync::Execution execute() {
    out.entries.resize(changes.size());
    out.schema = &profile.schema;
    const sync::StopCondition stop(
        clock, [this] { return stop_requested(); }, deadline);
    const sync::ProgressSink progress = [this](const sync::Progress& told) {
      CHECK(told.stage == sync::Progress::Stage::writing);
      CHECK(told.done >= settled);
      settled = told.done;
      CHECK(told.all == changes.size());
    };
    auto tasks = sync::tasks_for(changes);
    for (auto& task : tasks) task.approach = approach;
    const auto execution = sync::execute(tasks, {*rest, out, notebook, stop, clock, progress, 32, false});
    check_record(execution);
    return execution;
  }
  // Every change is settled; or, of an execution that stopped, perhaps left open: as claimed where it may have been
  // carried out, and only there.
  void check_record(const sync::Execution& execution) const {
    std::size_t open = 0;
    for (const auto& change : changes) {
      if (notebook.settled.contains(change.row)) continue;
      ++open;
      const bool claimed = notebook.claimed.contains(change.row) && !notebook.released.contains(change.row);
      const std::string outcome = told(change.row);
      CAPTURE(outcome);
      if (claimed && notebook.fail_settle < 0)
        CHECK((outcome == "failed/unsettled" || outcome == "failed/credentials"));
      if (outcome == "failed/unsettled") CHECK(claimed);
    }
    if (notebook.fail_settle < 0) CHECK(open == execution.left);
    if (!execution.stopped) CHECK(open == 0);
  }
  std::size_t count(Outcome outcome) const {
    return static_cast<std::size_t>(
        std::count_if(out.entries.begin(), out.entries.end(), [&](const auto& one) { return one.outcome == outcome; }));
  }
  std::string told(model::Row row) const {
    const auto* detail = out.find_detail(row);
    return std::string(model::to_string(out.entries[row].outcome)) + "/" + (detail == nullptr ? "" : detail->reason);
  }

  std::vector<model::Change> changes;
  model::Reconciliation out;
  sync::StopRequested stop_requested = [] { return std::nullopt; };
  std::optional<base::Instant> deadline;
  directory::Approach approach = directory::Approach::send;
  Notebook notebook;
  std::uint64_t settled = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Bench, "updates and creates side by side, each once") {
  updates(150);
  creates(150);
  const auto execution = execute();
  CHECK(execution.wrote);
  CHECK_FALSE(execution.stopped);
  CHECK(count(Outcome::updated) == 150);
  CHECK(count(Outcome::created) == 150);
  CHECK(settled == 300);
  CHECK(api.users.size() == 300);
  CHECK(transport.count("POST") == 300);
  CHECK(transport.most_in_flight > 1);
  CHECK(out.user_id(299) == "u300");
  CHECK(out.find_detail(0)->changes.size() == 1);
  CHECK(out.entries[0].attempts == 1);
  CHECK(out.entries[0].http_status == 200);
}

TEST_CASE("what becomes of one change") {
  struct Case {
    std::string name;
    bool create;
    const char* operation;
    std::deque<Trouble> trouble;
    std::string told;
    bool wrote;
  };
  const std::deque<Trouble> lost_for_good = {lost_before(), lost_before(), lost_before(), lost_before()};
  const std::vector<Case> cases = {
      {"created", true, "create", {}, "created/", true},
      {"updated", false, "update", {}, "updated/", true},
      {"a create that is refused", true, "create", {status(403)}, "failed/refused", false},
      {"an update that is refused", false, "update", {status(400)}, "failed/refused", false},
      {"an update that clashes", false, "update", {status(409)}, "failed/refused", false},
      {"a user who is gone", false, "update", {status(404)}, "failed/vanished", false},
      {"a person who is there, unseen", true, "create", {status(409)}, "conflict/unseen", false},
      {"a create given up", true, "create", lost_for_good, "failed/gave_up", false},
      {"an update given up", false, "update", lost_for_good, "failed/gave_up", false},
      {"made, and not completed", true, "update", {status(400)}, "failed/refused", true},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Bench bench;
    if (one.create) bench.changes.push_back(create_of("new@x.com", {is(title, "Knight")}));
    if (!one.create) bench.updates(1);
    bench.api.trouble[one.operation] = one.trouble;
    const auto execution = bench.execute();
    CHECK(bench.told(0) == one.told);
    CHECK(execution.wrote == one.wrote);
    CHECK_FALSE(execution.stopped);
  }
  Bench unsettled;
  unsettled.updates(1);
  unsettled.api.trouble["update"] = {lost_after()};
  unsettled.api.trouble["read"] = {status(403)};
  CHECK(unsettled.execute().wrote);
  CHECK(unsettled.told(0) == "failed/unsettled");
}

TEST_CASE_FIXTURE(Bench, "the API's words stand in the report, the others go on") {
  updates(3);
  api.trouble["update"] = {before(answer(400, R"({"errors": {"role": "unknown"}})", {{"X-Request-Id", "r1"}}))};
  CHECK_FALSE(execute().stopped);
  CHECK(out.find_detail(0)->message == R"(HTTP 400: {"role":"unknown"})");
  CHECK(out.find_detail(0)->request_ids == std::vector<std::string>{"r1"});
  CHECK(out.entries[0].http_status == 400);
  CHECK(count(Outcome::updated) == 2);
}

TEST_CASE("a dead key stops everything: 1 where nothing was written, else 6") {
  struct Case {
    std::string name;
    int alive;  // writes that are carried out before
    std::deque<Trouble> first;
    ExitCode code;
  };
  const std::vector<Case> cases = {
      {"from the start", 0, {}, ExitCode::could_not_run},
      {"after one write", 1, {}, ExitCode::stopped},
      {"after a write that may have been carried out", 0, {lost_after()}, ExitCode::stopped},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Bench bench;
    bench.updates(300);
    int writes = 0;
    bench.api.trouble["update"] = one.first;
    bench.api.chance = [&](const std::string& operation, const Request&) -> std::optional<Trouble> {
      if (operation == "update" && writes++ < one.alive) return std::nullopt;
      return before(answer(401, R"({"error": "revoked"})"));
    };
    const auto execution = bench.execute();
    CHECK(execution.stopped == one.code);
    CHECK(execution.message.find("revoked") != std::string::npos);
    CHECK(bench.transport.count("POST") <= 16);
    CHECK(bench.count(Outcome::updated) == static_cast<std::size_t>(one.alive));
    CHECK(bench.count(Outcome::failed) + bench.count(Outcome::skipped) + bench.count(Outcome::updated) == 300);
    CHECK(bench.told(299) == "skipped/stopped");
  }
}

TEST_CASE_FIXTURE(Bench, "the circuit breaker") {
  creates(200);
  api.chance = [](const std::string& operation, const Request&) -> std::optional<Trouble> {
    if (operation == "create") return never_left();
    return std::nullopt;
  };
  const auto execution = execute();
  CHECK(execution.stopped == ExitCode::stopped);
  CHECK_FALSE(execution.wrote);
  CHECK(execution.message.find("too many changes") == 0);
  CHECK(count(Outcome::failed) >= 20);
  CHECK(count(Outcome::failed) < 60);
  CHECK(count(Outcome::failed) + count(Outcome::skipped) == 200);
  CHECK(api.users.empty());
}

TEST_CASE_FIXTURE(Bench, "refusals are no reason to stop: the directory answers") {
  updates(100);
  api.chance = [](const std::string&, const Request&) -> std::optional<Trouble> { return status(400); };
  CHECK_FALSE(execute().stopped);
  CHECK(count(Outcome::failed) == 100);
}

TEST_CASE("a wish to stop: what is in flight finishes, the rest is skipped") {
  for (const int after : {0, 1, 5, 40, 250}) {
    CAPTURE(after);
    Bench bench;
    bench.updates(300);
    bench.stop_requested = [&]() -> std::optional<std::string> {
      if (bench.api.calls["update"] < after) return std::nullopt;
      return "SIGTERM was received";
    };
    const auto execution = bench.execute();
    CHECK(execution.stopped == ExitCode::stopped);
    CHECK(execution.message == "SIGTERM was received");
    CHECK(bench.count(Outcome::updated) == bench.transport.count("POST"));
    CHECK(bench.count(Outcome::updated) >= static_cast<std::size_t>(after));
    CHECK(bench.count(Outcome::updated) + bench.count(Outcome::skipped) == 300);
    CHECK(execution.wrote == (after > 0));
    for (model::Row row = 0; row < 300; ++row) {
      const bool written = (*bench.api.find(bench.changes[row].user_id))["first_name"] == "Perceval";
      CHECK(bench.told(row) == (written ? "updated/" : "skipped/stopped"));
      CHECK(bench.out.find_detail(row)->changes.size() == 1);
    }
  }
}

TEST_CASE_FIXTURE(Bench, "a wish to stop that comes when all is done changes nothing") {
  updates(30);
  stop_requested = [&]() -> std::optional<std::string> {
    if (settled < 30) return std::nullopt;
    return "SIGTERM was received";
  };
  CHECK_FALSE(execute().stopped);
  CHECK(count(Outcome::updated) == 30);
}

TEST_CASE_FIXTURE(Bench, "a wait beyond what was allowed is a clean stop") {
  updates(50);
  api.trouble["update"] = {before(answer(429, "", {{"Retry-After", "86400"}}))};
  const auto execution = execute();
  CHECK(execution.stopped == ExitCode::stopped);
  CHECK(execution.message.find("max_wait") != std::string::npos);
  CHECK(told(0) == "skipped/stopped");
  CHECK(count(Outcome::updated) + count(Outcome::skipped) == 50);
}

TEST_CASE_FIXTURE(Bench, "the deadline stops it in the middle, in time, and what is left is left") {
  updates(300);
  api.chance = [this](const std::string&, const Request&) -> std::optional<Trouble> {
    clock.advance(100ms);
    return std::nullopt;
  };
  deadline = clock.now() + 5s;
  const auto execution = execute();
  CHECK(execution.stopped == ExitCode::stopped);
  CHECK(execution.message == "the deadline is reached");
  CHECK(count(Outcome::updated) >= 48);
  CHECK(count(Outcome::updated) <= 70);
  CHECK(execution.left == 300 - count(Outcome::updated));
  CHECK(execution.settled_per_second > 5);
  CHECK(execution.settled_per_second < 15);
}

TEST_CASE_FIXTURE(Bench, "no request that writes leaves before its intent is recorded") {
  updates(200);
  creates(100);
  std::map<std::string, model::Row> rows;
  for (const auto& change : changes)
    rows[change.action == model::Action::create ? change.key : change.user_id] = change.row;
  std::size_t checked = 0;
  api.chance = [&](const std::string& operation, const Request& request) -> std::optional<Trouble> {
    if (request.method != "POST") return std::nullopt;
    const std::string who = operation == "create" ? Json::parse(request.body)["email"].get<std::string>()
                                                  : request.url.substr(request.url.rfind('/') + 1);
    CHECK(notebook.claimed.contains(rows.at(who)));
    ++checked;
    return std::nullopt;
  };
  execute();
  CHECK(checked == 300);
  CHECK(notebook.claims < 20);  // in windows, not one by one
}

TEST_CASE("a record that cannot be made stops everything") {
  struct Case {
    std::string name;
    int claim;
    int settle;
    ExitCode code;
  };
  const std::vector<Case> cases = {{"the first claim", 0, -1, ExitCode::could_not_run},
                                   {"a later claim", 2, -1, ExitCode::stopped},
                                   {"the first answers", -1, 0, ExitCode::stopped},
                                   {"later answers", -1, 3, ExitCode::stopped}};
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Bench bench;
    bench.updates(300);
    bench.notebook.fail_claim = one.claim;
    bench.notebook.fail_settle = one.settle;
    const auto execution = bench.execute();
    CHECK(execution.stopped == one.code);
    CHECK(execution.message == "the disk is full");
    CHECK(execution.wrote == (one.code == ExitCode::stopped));
    CHECK(bench.transport.count("POST") <= bench.notebook.claimed.size());
    CHECK(bench.transport.count("POST") < 150);
    CHECK(bench.count(Outcome::updated) == bench.transport.count("POST"));
  }
}

TEST_CASE_FIXTURE(Bench, "what was given up stays open where it stops, and is final where it does not") {
  creates(5);
  api.chance = [](const std::string& operation, const Request&) -> std::optional<Trouble> {
    if (operation == "create") return never_left();
    return std::nullopt;
  };
  CHECK_FALSE(execute().stopped);
  CHECK(notebook.settled.size() == 5);
  CHECK(told(0) == "failed/gave_up");

  Bench lost;
  lost.creates(100);
  lost.api.chance = api.chance;
  const auto execution = lost.execute();
  CHECK(execution.stopped == ExitCode::stopped);
  CHECK(execution.left == 100);
  CHECK(lost.notebook.settled.empty());
}

TEST_CASE_FIXTURE(Bench, "people who are already as asked when the run goes on are unchanged") {
  updates(3);
  (*api.find(changes[0].user_id))["first_name"] = "Perceval";
  (*api.find(changes[1].user_id))["first_name"] = "Somebody else";
  approach = directory::Approach::check_first;
  const auto execution = execute();
  CHECK_FALSE(execution.stopped);
  CHECK(told(0) == "unchanged/");
  CHECK(out.find_detail(0)->changes.empty());
  CHECK(told(1) == "conflict/drifted");
  CHECK(told(2) == "updated/");
  CHECK(transport.count("POST") == 1);
}
