// Whole runs in virtual time: exit codes, totals that add up however a run ends, and nothing written that should not
// be.
#include "sync/run.hpp"

#include <doctest/doctest.h>

#include "unit/sync/bench.hpp"

using namespace rostersync;
using namespace rostersync::test;

TEST_CASE_FIXTURE(Bench, "the nightly job: changes once, and nothing the second time") {
  people(200);
  roster_of(150, 10, 5, ",no key\nnot-an-address,x\n");
  CHECK(code(Command::plan) == 3);
  const auto& first = run(Command::sync);
  CHECK(first.run.exit_code == 3);
  CHECK(count(first, Outcome::unchanged) == 150);
  CHECK(count(first, Outcome::updated) == 10);
  CHECK(count(first, Outcome::created) == 5);
  CHECK(count(first, Outcome::rejected) == 2);
  CHECK(writes() == 15);
  CHECK(first.directory.complete);
  CHECK(first.directory.users == 201);
  REQUIRE(first.orphans);
  CHECK(first.orphans->size() == 41);
  for (const auto& one : transport.sent) {
    if (one.request.method == "POST" && one.request.url != base_url + "/user") {
      CHECK(Json::parse(one.request.body) == Json{{"first_name", "Perceval"}});
    }
  }
  CHECK(code(Command::sync) == 3);
  CHECK(writes() == 0);
  roster_of(150, 10, 5);
  CHECK(code(Command::sync) == 0);
  CHECK(code(Command::plan) == 0);
}

TEST_CASE_FIXTURE(Bench, "a dry run tells what would be done, and does nothing") {
  people(10);
  roster_of(5, 2, 1);
  const auto& planned = run(Command::plan);
  CHECK(planned.run.exit_code == 2);
  CHECK(count(planned, Outcome::planned_update) == 2);
  CHECK(count(planned, Outcome::planned_create) == 1);
  CHECK(planned.find_detail(5)->changes.size() == 1);
}

TEST_CASE("a plan that passes a limit writes nothing, and says what would let it pass") {
  for (const Command command : {Command::plan, Command::sync}) {
    CAPTURE(static_cast<int>(command));
    Bench bench;
    bench.people(100);
    bench.roster_of(10, 40, 30);
    const auto& refused = bench.run(command);
    CHECK(refused.run.exit_code == 4);
    CHECK(bench.writes() == 0);
    CHECK(refused.run.message.find("--allow creates=30") != std::string::npos);
    CHECK(refused.run.message.find("--allow updates=40") != std::string::npos);
    CHECK(Bench::told(refused, 49) == (command == Command::plan ? "planned_update/" : "skipped/refused"));
    CHECK(Bench::told(refused, 0) == "unchanged/");
    bench.order.allow = {{"creates", 30}, {"updates", 39}};
    CHECK(bench.code(command) == 4);
    bench.order.allow["updates"] = 40;
    CHECK(bench.code(command) == (command == Command::plan ? 2 : 0));
  }
}

TEST_CASE_FIXTURE(Bench, "limits count what this run may carry out: a canary of a large migration") {
  people(100);
  roster_of(0, 100, 0);
  CHECK(code(Command::sync) == 4);
  order.limit = 10;
  const auto& canary = run(Command::sync);
  CHECK(canary.run.exit_code == 0);
  CHECK(count(canary, Outcome::updated) == 10);
  CHECK(told(canary, 99) == "skipped/limit");
  order.limit.reset();
  order.only = {"P50@x.com"};
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 1);
}

TEST_CASE_FIXTURE(Bench, "granting a privileged role has no floor") {
  people(10);
  roster("email,first_name,role\np1@x.com,Karadoc,ADMIN\nnew@x.com,New,ADMIN\n");
  CHECK(code(Command::sync) == 4);
  order.allow = {{"privileged", 2}};
  CHECK(code(Command::sync) == 0);
}

TEST_CASE_FIXTURE(Bench, "the user behind the credentials is never written") {
  people(3);
  roster("email,first_name\nadmin@x.com,Somebody else\np1@x.com,Perceval\n");
  const auto& result = run(Command::sync);
  CHECK(result.run.exit_code == 3);
  CHECK(told(result, 0) == "conflict/protected");
  CHECK((*api.find(api.own_id))["first_name"] == "Karadoc");
}

TEST_CASE_FIXTURE(Bench, "a listing that is not proved: nobody is created, updates go on") {
  people(150);
  roster_of(1, 2, 1);
  api.lie = [](Json& body, std::uint64_t page) {
    if (page == 2) body["users"].erase(0);
  };
  order.job.http.fetch = job::Fetch::list;
  const auto& result = run(Command::sync);
  CHECK(result.run.exit_code == 3);
  CHECK_FALSE(result.directory.complete);
  CHECK_FALSE(result.orphans);
  CHECK(count(result, Outcome::updated) == 2);
  CHECK(told(result, 3) == "skipped/listing_incomplete");
  CHECK(writes() == 2);
}

TEST_CASE_FIXTURE(Bench, "people looked up one by one: no orphans are told, and the count is as declared") {
  people(900);
  roster_of(1, 1, 1);
  const auto& result = run(Command::sync);
  CHECK(result.run.exit_code == 0);
  CHECK_FALSE(result.directory.complete);
  CHECK(result.directory.users == 901);
  CHECK_FALSE(result.orphans);
  CHECK(transport.sent.size() == 1 + 1 + 3 + 1 + 2);  // me, a page, keys, a name, writes
}

TEST_CASE("how a run that cannot begin ends") {
  struct Case {
    std::string name;
    std::function<void(Bench&)> spoil;
    int code;
    std::string words;
  };
  const std::vector<Case> cases = {
      {"no such roster", [](Bench& b) { b.order.roster_path = "/no/such/roster.csv"; }, 1, "/no/such/roster.csv"},
      {"no rows", [](Bench& b) { b.roster("email,first_name\n"); }, 4, "row"},
      {"no key column", [](Bench& b) { b.roster("first_name\nx\n"); }, 4, "email"},
      {"an unclosed quote", [](Bench& b) { b.roster("email,first_name\na@x.com,\"x\n"); }, 4, "quote"},
      {"a column that is no attribute", [](Bench& b) { b.roster("email,titel\na@x.com,x\n"); }, 1, "title"},
      {"a setting that names no attribute", [](Bench& b) { b.order.allow["nothing"] = 1; }, 1, "nothing"},
      {"a state directory that cannot be",
       [](Bench& b) { b.order.job.state_dir = b.folder.write("file", "") / "state"; }, 1, "file"},
      {"a state directory of another directory",
       [](Bench& b) { store::StateDirectory(b.order.job.state_dir, "example", "https://other.example.com"); }, 1,
       "--state"},
      {"people are to be disabled, and the profile does not say how",
       [](Bench& b) {
         b.order.job.missing = job::Missing::deactivate;
         b.order.profile.schema.deactivation.reset();
       },
       1, "deactivate"},
      {"a dead key", [](Bench& b) { b.always("me", status(401)); }, 1, "credentials"},
      {"a key without rights", [](Bench& b) { b.always("me", status(403)); }, 1, "whose credentials"},
      {"nobody there", [](Bench& b) { b.always("me", never_left()); }, 1, "connection refused"},
      {"something else there", [](Bench& b) { b.always("me", page_of_a_proxy()); }, 1, "whose credentials"},
      {"a key that dies before the listing", [](Bench& b) { b.always("list", status(401)); }, 1, "credentials"},
      {"a listing that fails", [](Bench& b) { b.always("list", status(500)); }, 1, "cannot be listed"},
      {"too long a wait",
       [](Bench& b) {
         b.always("list", before(answer(429, "", {{"Retry-After", "86400"}})));
       },
       6, "max_wait"},
      {"a missing credential", [](Bench& b) { b.order.credentials.clear(); }, 1, "api_key"},
  };
  for (const Case& one : cases) {
    for (const Command command : {Command::plan, Command::sync}) {
      CAPTURE(one.name);
      CAPTURE(static_cast<int>(command));
      Bench bench;
      bench.people(20);
      bench.roster_of(5, 2, 1, "not-an-address,x\n");
      one.spoil(bench);
      const auto& result = bench.run(command);
      CHECK(result.run.exit_code == one.code);
      CHECK(result.run.message.find(one.words) != std::string::npos);
      CHECK(bench.writes() == 0);
      CHECK(Bench::count(result, Outcome::unchanged) == 0);
      if (!result.entries.empty()) CHECK(Bench::told(result, 0) == "skipped/stopped");
      if (!result.entries.empty()) CHECK(Bench::told(result, 8) == "rejected/");
      CHECK_FALSE(result.run.finished_at.empty());
    }
  }
}

TEST_CASE_FIXTURE(Bench, "another run holds the lock: no report, no request") {
  people(1);
  roster_of(1, 0, 0);
  const store::StateDirectory other(order.job.state_dir, "example", base_url);
  order.command = Command::sync;
  CHECK_THROWS_AS(run(Command::sync), base::Busy);
  CHECK(transport.sent.empty());
}

TEST_CASE("how a run that writes ends early") {
  struct Case {
    std::string name;
    int alive;  // writes that are carried out before
    Trouble then;
    int code;
    std::string words;
  };
  const auto wait_for_ever = before(answer(429, "", {{"Retry-After", "86400"}}));
  const std::vector<Case> cases = {
      {"a key that dies before the first write", 0, status(401), 1, "credentials"},
      {"a key that dies after the first write", 1, status(401), 6, "rostersync resume"},
      {"a directory that is lost", 30, never_left(), 6, "too many changes"},
      {"a directory that is lost from the start", 0, never_left(), 6, "too many changes"},
      {"too long a wait before the first write", 0, wait_for_ever, 6, "max_wait"},
      {"too long a wait", 10, wait_for_ever, 6, "max_wait"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Bench bench;
    bench.people(400);
    bench.order.job.limits.updates = {100.0, 0};
    bench.roster_of(0, 400, 20);
    int writes = 0;
    bench.api.chance = [&](const std::string& operation, const Request&) -> std::optional<Trouble> {
      if (operation != "create" && operation != "update") return std::nullopt;
      if (writes++ < one.alive) return std::nullopt;
      return one.then;
    };
    const auto& result = bench.run(Command::sync);
    CHECK(result.run.exit_code == one.code);
    CHECK(result.run.message.find(one.words) != std::string::npos);
    CHECK(Bench::count(result, Outcome::updated) == static_cast<std::uint64_t>(one.alive));
    CHECK(Bench::told(result, 419) == "skipped/stopped");
    CHECK(Bench::count(result, Outcome::unchanged) == 0);

    bench.api.chance = nullptr;
    CHECK(bench.code(Command::sync) == 0);
    CHECK(bench.api.users.size() == 421);
  }
}

TEST_CASE("a row that is refused, one in doubt, one whose user is there unseen: told, and the others go on") {
  Bench bench;
  bench.people(10);
  bench.roster_of(0, 4, 2);
  bench.api.trouble["update"] = {before(answer(400, R"({"errors": {"first_name": "no"}})")), lost_after(), status(404)};
  bench.api.trouble["read"] = {status(403)};
  bench.api.trouble["create"] = {status(409)};
  const auto& result = bench.run(Command::sync);
  CHECK(result.run.exit_code == 3);
  CHECK(result.run.message.empty());
  CHECK(Bench::told(result, 0) == "failed/refused");
  CHECK(result.find_detail(0)->message == R"(HTTP 400: {"first_name":"no"})");
  CHECK(Bench::told(result, 1) == "failed/unsettled");
  CHECK(Bench::told(result, 2) == "failed/vanished");
  CHECK(Bench::told(result, 3) == "updated/");
  CHECK(Bench::told(result, 4) == "conflict/unseen");
  CHECK(Bench::told(result, 5) == "created/");
}

TEST_CASE("stopped by a signal at any moment, and run again: the same directory, nobody twice") {
  const auto prepare = [](Bench& bench) {
    bench.people(120);
    bench.order.job.http.max_in_flight = 4;
    bench.api.unique = false;
    bench.roster_of(80, 12, 12);
    bench.order.job.http.fetch = job::Fetch::list;
  };
  Bench undisturbed;
  prepare(undisturbed);
  REQUIRE(undisturbed.code(Command::sync) == 0);
  const std::size_t all = undisturbed.transport.sent.size();
  REQUIRE(all == 1 + 2 + 24);
  int early = 0;
  for (std::size_t at = 0; at <= all; ++at) {
    CAPTURE(at);
    Bench bench;
    prepare(bench);
    bench.stop_requested = [&]() -> std::optional<std::string> {
      if (bench.transport.sent.size() < at) return std::nullopt;
      return "SIGTERM was received";
    };
    const auto& stopped = bench.run(Command::sync);
    CHECK((stopped.run.exit_code == 6 || (stopped.run.exit_code == 0 && at > all - 4)));
    if (stopped.run.exit_code == 6) {
      ++early;
      CHECK(stopped.run.message.find("SIGTERM") != std::string::npos);
      CHECK(bench.transport.in_flight() <= (bench.writes() == 0 ? 4 : 0));
    }
    CHECK(Bench::count(stopped, Outcome::created) + Bench::count(stopped, Outcome::updated) == bench.writes());
    bench.stop_requested = [] { return std::nullopt; };
    Bench again;
    CHECK(bench.api.users.size() <= undisturbed.api.users.size());
    again.api.users = bench.api.users;
    again.order.job.limits.creates = {100.0, 0};
    again.roster_of(80, 12, 12);
    CHECK(again.code(Command::sync) == 0);
    for (int n = 1; n <= 12; ++n) CHECK(again.api.count_of(fmt::format("new{}@x.com", n)) == 1);
    CHECK(again.api.users.size() == undisturbed.api.users.size());
  }
  CHECK(early > 20);
}

TEST_CASE("validate needs no directory") {
  struct Case {
    std::string name;
    std::string roster;
    int code;
    std::vector<std::string> told;
  };
  const std::vector<Case> cases = {
      {"in order", "email,first_name\na@x.com,A\nb@x.com,B\n", 0, {"skipped/not_compared", "skipped/not_compared"}},
      {"a fault", "email,first_name\na@x.com,A\nnobody,B\n", 3, {"skipped/not_compared", "rejected/"}},
      {"the same row twice",
       "email,first_name\na@x.com,A\na@x.com,A\n",
       0,
       {"skipped/not_compared", "skipped/duplicate_row"}},
      {"one key, two rows",
       "email,first_name\na@x.com,A\nA@x.com,B\n",
       3,
       {"conflict/duplicate_key", "conflict/duplicate_key"}},
      {"no rows", "email,first_name\n", 4, {}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Bench bench;
    bench.order.credentials.clear();
    bench.roster(one.roster);
    const auto& result = bench.run(Command::validate);
    CHECK(result.run.exit_code == one.code);
    REQUIRE(result.entries.size() == one.told.size());
    for (model::Row row = 0; row < one.told.size(); ++row) CHECK(Bench::told(result, row) == one.told[row]);
    CHECK(bench.transport.sent.empty());
    CHECK_FALSE(std::filesystem::exists(bench.order.job.state_dir));
  }
}

TEST_CASE_FIXTURE(Bench, "what the report says of the run itself") {
  people(3);
  roster_of(1, 1, 0);
  const auto& result = run(Command::sync);
  CHECK(result.run.command == "sync");
  CHECK(result.run.profile == "example");
  CHECK(result.run.base_url == base_url);
  CHECK(result.run.roster.rows == 2);
  CHECK(result.run.roster.sha256.size() == 64);
  CHECK(result.run.started_at == "2023-11-14T23:13:20Z");
  CHECK(result.run.finished_at >= result.run.started_at);
  CHECK(result.http.seconds > 0);
  CHECK(result.http.reads == 2);
  CHECK(result.http.writes == 1);
}
