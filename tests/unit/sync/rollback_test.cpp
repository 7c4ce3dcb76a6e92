// The way back: what a run changed, and no more.
#include "sync/rollback.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/file.hpp"
#include "sync/history.hpp"
#include "unit/sync/bench.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

struct Rollback : Bench {
  Rollback() {
    people(20);
    for (auto& user : api.users) user["teams"] = {"a", "b"};
    order.job.http.timeout = 2s;
  }

  std::string synced(const std::string& rows) {
    roster(rows);
    const auto& result = run(Command::sync);
    CHECK(result.run.exit_code == 0);
    return result.run.id;
  }
  const model::Reconciliation& undo(const std::string& id, bool really) {
    order.run = id;
    order.carry_out = really;
    const auto& result = run(Command::rollback);
    order.run.clear();
    return result;
  }
  static std::vector<std::string> warned(const model::Reconciliation& result, model::Row row) {
    std::vector<std::string> codes;
    if (const auto* detail = result.find_detail(row)) {
      for (const auto& one : detail->warnings) codes.push_back(one.code + ": " + one.message);
    }
    return codes;
  }
  Json& user(const std::string& key) {
    const auto found =
        std::find_if(api.users.begin(), api.users.end(), [&](const Json& one) { return one["email"] == key; });
    REQUIRE(found != api.users.end());
    return *found;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Rollback, "a sync is undone: users are as they were, and who is new is disabled") {
  const auto before = api.users;
  const auto id = synced(
      "email,first_name,teams,title\np1@x.com,Perceval,a|c,\np2@x.com,Karadoc,\\N,\np3@x.com,Karadoc,a|b,\nnew@x.com,"
      "New,,Knight\n");
  const auto& planned = undo(id, false);
  CHECK(planned.run.exit_code == 2);
  CHECK(planned.entries.size() == 3);
  CHECK(count(planned, Outcome::planned_update) == 3);
  CHECK(planned.directory.users == 22);
  const auto digest = planned.run.changes_digest;
  const auto& undone = undo(id, true);
  CHECK(undone.run.exit_code == 0);
  CHECK(undone.run.command == "rollback");
  CHECK(undone.run.undoes == id);
  CHECK(undone.run.changes_digest == digest);
  CHECK(count(undone, Outcome::updated) == 3);
  CHECK(writes() == 3);
  CHECK(user("new@x.com")["disabled"] == true);
  for (std::size_t i = 0; i < before.size(); ++i) {
    Json now = api.users[i];
    CHECK(now == before[i]);
  }
  const auto& again = undo(id, true);
  CHECK(again.run.exit_code == 0);
  CHECK(count(again, Outcome::unchanged) == 3);
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Rollback, "a rollback can be rolled back") {
  const auto id = synced("email,first_name\np1@x.com,Perceval\nnew@x.com,New\n");
  const auto after = api.users;
  const auto way_back = undo(id, true).run.id;
  CHECK(api.users != after);
  const auto& again = undo(way_back, true);
  CHECK(again.run.exit_code == 0);
  CHECK(count(again, Outcome::updated) == 2);
  CHECK(user("p1@x.com")["first_name"] == "Perceval");
  CHECK(user("new@x.com")["disabled"] == false);
}

TEST_CASE_FIXTURE(Rollback, "who changed since that run is left alone") {
  const auto id = synced(
      "email,first_name\np1@x.com,Perceval\np2@x.com,Perceval\np3@x.com,Perceval\nnew1@x.com,New\nnew2@x.com,New\n");
  user("p1@x.com")["first_name"] = "Somebody else";
  user("p2@x.com")["first_name"] = "Karadoc";  // somebody has undone it
  user("p3@x.com")["teams"] = {"z"};           // beside it
  user("new1@x.com")["first_name"] = "Renamed";
  const auto& result = undo(id, true);
  CHECK(result.run.exit_code == 3);
  CHECK(told(result, 0) == "conflict/drifted");
  CHECK(result.find_detail(0)->message.find("first_name") != std::string::npos);
  CHECK(told(result, 1) == "unchanged/");
  CHECK(told(result, 2) == "updated/");
  CHECK(told(result, 3) == "conflict/drifted");
  CHECK(told(result, 4) == "updated/");
  CHECK(writes() == 2);
  CHECK(user("p3@x.com")["teams"] == Json{"z"});
}

TEST_CASE_FIXTURE(Rollback, "who is not there any more") {
  const auto id = synced("email,first_name\np1@x.com,Perceval\nnew1@x.com,New\n");
  std::erase_if(api.users, [](const Json& one) { return one["email"] == "p1@x.com" || one["email"] == "new1@x.com"; });
  const auto& result = undo(id, true);
  CHECK(told(result, 0) == "conflict/unknown_id");
  CHECK(told(result, 1) == "unchanged/");
}

TEST_CASE_FIXTURE(Rollback, "who cannot be read is not undone, and the others are") {
  const auto id = synced("email,first_name\np1@x.com,Perceval\np2@x.com,Perceval\n");
  api.not_listed = {"first_name"};  // so that each is read by id
  api.trouble["read"] = {status(403)};
  const auto& result = undo(id, true);
  CHECK(result.run.exit_code == 3);
  CHECK(count(result, Outcome::failed) == 1);
  CHECK(count(result, Outcome::updated) == 1);
  CHECK(writes() == 1);
  for (model::Row row = 0; row < 2; ++row)
    CHECK((told(result, row) == "failed/unreadable" || told(result, row) == "updated/"));
}

TEST_CASE_FIXTURE(Rollback, "without the number of users there are no limits, and nothing is undone") {
  const auto id = synced("email,first_name\np1@x.com,Perceval\n");
  always("list", status(500));
  CHECK(undo(id, true).run.exit_code == 1);
  CHECK(message.find("how many users") != std::string::npos);
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Rollback, "what went out with a create is told") {
  model::Attribute& invited = order.profile.schema.attributes[title];
  invited.on_create = true;
  invited.readable = false;
  invited.on_update = model::OnUpdate::no;
  order.profile.wire.attributes[title] = at("", "/title", "");
  const auto id = synced("email,first_name,title\nnew@x.com,New,Welcome\n");
  const auto& undone = undo(id, true);
  CHECK(undone.run.exit_code == 0);
  CHECK(told(undone, 0) == "updated/");
  CHECK(warned(undone, 0) ==
        std::vector<std::string>{"not_undone: title took effect when they were created, and cannot be taken back"});
}

TEST_CASE("many people are read with one listing, and whom it does not show in full by id") {
  for (const bool in_part : {false, true}) {
    CAPTURE(in_part);
    Bench bench;
    bench.people(130);
    bench.order.job.limits.updates = {100.0, 0};
    bench.roster_of(0, 120, 0);
    const auto id = bench.run(Command::sync).run.id;
    const std::string before = "Karadoc";
    if (in_part) bench.api.not_listed = {"first_name"};
    bench.order.run = id;
    bench.order.carry_out = true;
    const auto& result = bench.run(Command::rollback);
    CHECK(result.run.exit_code == 0);
    CHECK(Bench::count(result, Outcome::updated) == 120);
    CHECK(result.http.reads == (in_part ? 1 + 1 + 2 + 120 : 1 + 1 + 2));
    for (const auto& user : bench.api.users) CHECK(user["first_name"] == before);
  }
}

TEST_CASE_FIXTURE(Rollback, "only what was written is undone") {
  const auto id = synced("email,first_name\np1@x.com,Karadoc\n");
  const auto& nothing = undo(id, true);
  CHECK(nothing.run.exit_code == 0);
  CHECK(nothing.entries.empty());
  roster("email,first_name\np1@x.com,Perceval\nnobody,x\nadmin@x.com,Other\np2@x.com,Perceval\n");
  api.trouble["update"] = {status(403)};
  const auto& mixed = run(Command::sync);
  CHECK(mixed.run.exit_code == 3);
  const auto mixed_id = mixed.run.id;
  const auto& undone = undo(mixed_id, true);
  CHECK(undone.entries.size() == 1);
  CHECK(count(undone, Outcome::updated) == 1);
}

TEST_CASE_FIXTURE(Rollback, "the limits hold for the way back") {
  order.job.limits.creates = {std::nullopt, 30};
  std::string rows = "email,first_name\n";
  for (int n = 1; n <= 6; ++n) rows += fmt::format("new{}@x.com,New\n", n);
  const auto id = synced(rows);
  CHECK(undo(id, false).run.exit_code == 4);
  const auto& refused = undo(id, true);
  CHECK(refused.run.exit_code == 4);
  CHECK(refused.run.message.find("--allow deactivations=6") != std::string::npos);
  CHECK(told(refused, 0) == "skipped/refused");
  CHECK(writes() == 0);
  order.allow = {{"deactivations", 6}};
  CHECK(undo(id, true).run.exit_code == 0);
  CHECK(writes() == 6);
}

TEST_CASE_FIXTURE(Rollback, "what cannot be undone is told") {
  order.profile.schema.attributes[first_name].clearable = false;
  user("p1@x.com").erase("first_name");
  const auto id = synced("email,first_name\np1@x.com,Perceval\np2@x.com,Perceval\n");
  const auto& result = undo(id, true);
  CHECK(result.run.exit_code == 3);
  CHECK(told(result, 0) == "skipped/not_undoable");
  CHECK(warned(result, 0) == std::vector<std::string>{"not_undone: first_name was empty, and cannot be emptied"});
  CHECK(told(result, 1) == "updated/");
}

TEST_CASE_FIXTURE(Rollback, "a directory that cannot disable people cannot take a create back") {
  order.profile.schema.deactivation.reset();
  const auto id = synced("email,first_name\nnew@x.com,New\n");
  const auto& result = undo(id, true);
  CHECK(result.run.exit_code == 3);
  CHECK(told(result, 0) == "skipped/not_undoable");
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Rollback, "which run is not rolled back") {
  CHECK(undo("20200101T000000Z-000000", true).run.exit_code == 1);
  CHECK(message.find("there is no run") != std::string::npos);
  roster_of(0, 6, 0);
  kill_at(6, true);
  REQUIRE(killed(Command::sync));
  live_on();
  current.reset();
  const auto id = sync::past_runs(order.job.state_dir)[0].facts.id;
  CHECK(undo(id, true).run.exit_code == 1);
  CHECK(message.find("rostersync resume") != std::string::npos);
  CHECK(writes() == 0);
  CHECK(run(Command::resume).run.exit_code == 0);
  CHECK(undo(id, true).run.exit_code == 0);
  CHECK(writes() == 6);
}

TEST_CASE_FIXTURE(Rollback, "a rollback that was killed while it read is not resumed: it is begun anew") {
  const auto id = synced("email,first_name\np1@x.com,Perceval\n");
  order.run = id;
  order.carry_out = true;
  kill_at(2, true);
  REQUIRE(killed(Command::rollback));
  live_on();
  const auto past = sync::past_runs(order.job.state_dir);
  REQUIRE(past.size() == 2);
  order.run = past[0].facts.id;
  CHECK(code(Command::resume) == 0);
  CAPTURE(message);
  CHECK(message.find("ended before it had written anything; begin it anew") != std::string::npos);
  CHECK(undo(id, true).run.exit_code == 0);
  CHECK(user("p1@x.com")["first_name"] == "Karadoc");
}

TEST_CASE("killed at any request, a rollback is resumed: each change once") {
  int struck = 0;
  for (std::size_t at = 1; at <= 8; ++at) {
    for (const bool reached : {false, true}) {
      CAPTURE(at);
      CAPTURE(reached);
      Rollback bench;
      bench.order.run = bench.synced("email,first_name\np1@x.com,Perceval\np2@x.com,Perceval\nnew@x.com,New\n");
      bench.order.carry_out = true;
      bench.kill_at(at, reached);
      const std::string id = bench.order.run;
      if (!bench.killed(Command::rollback)) continue;
      ++struck;
      bench.live_on();
      bench.order.run.clear();
      bench.run(Command::resume);
      if (!bench.current->has_report()) CHECK(bench.undo(id, true).run.exit_code == 0);  // it had written nothing
      CHECK(bench.user("p1@x.com")["first_name"] == "Karadoc");
      CHECK(bench.user("p2@x.com")["first_name"] == "Karadoc");
      CHECK(bench.user("new@x.com")["disabled"] == true);
      CHECK(bench.run(Command::resume).run.exit_code == 0);
      CHECK_FALSE(bench.current->has_report());
    }
  }
  CHECK(struck >= 14);
}

TEST_CASE_FIXTURE(Rollback, "the way back can be kept, and applied as any plan") {
  const auto id = synced("email,first_name\np1@x.com,Perceval\nnew@x.com,New\n");
  order.plan_path = (folder.path() / "back.json").string();
  CHECK(undo(id, false).run.exit_code == 2);
  const Json kept = Json::parse(base::read_file(order.plan_path));
  CHECK(kept["run"]["command"] == "rollback");
  CHECK(kept["changes"].size() == 2);
  CHECK(run(Command::apply).run.exit_code == 0);
  CHECK(user("p1@x.com")["first_name"] == "Karadoc");
  CHECK(user("new@x.com")["disabled"] == true);
}
