// Runs that are killed, stopped or cut off, and what a later process makes of them: each change exactly once.
#include "sync/resume.hpp"

#include <doctest/doctest.h>

#include "sync/history.hpp"
#include "unit/sync/bench.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

// Counts what takes effect, whoever asks for it.
struct Interruption : Bench {
  Interruption() {
    people(20);
    order.job.limits.creates = {100.0, 0};
    order.job.limits.updates = {100.0, 0};
    order.job.http.timeout = 2s;
    // One with a completing update: what a create does not take.
    roster("email,first_name,title\n" + rows(10, 6, 5) + "made@x.com,New,Knight\n,nobody,\n");
    handler = [this](const Request& request, int nth) {
      const auto before = api.users;
      Response response = api(request, nth);
      if (request.method == "POST" && api.users != before) ++effects[effect_of(request)];
      return response;
    };
  }

  static std::string rows(int same, int renamed, int created) {
    std::string csv;
    for (int n = 1; n <= same + renamed; ++n)
      csv += fmt::format("p{}@x.com,{},\n", n, n <= same ? "Karadoc" : "Perceval");
    for (int n = 1; n <= created; ++n) csv += fmt::format("new{}@x.com,New,\n", n);
    return csv;
  }

  static std::string effect_of(const Request& request) {
    const std::string path = request.url.substr(base_url.size());
    return path == "/user" ? "create " + Json::parse(request.body)["email"].get<std::string>() : "update " + path;
  }

  // 6 updates, 6 creates, one completing update; each took effect once.
  void check_each_once() const {
    CHECK(effects.size() == 13);
    for (const auto& [what, times] : effects) {
      CAPTURE(what);
      CHECK(times == 1);
    }
  }

  void check_whole(const model::Reconciliation& result) const {
    const model::Totals totals = model::totals(result);
    CHECK(totals.rows == 23);
    CHECK(totals.of(Outcome::created) == 6);
    CHECK(totals.of(Outcome::updated) == 6);
    CHECK(totals.of(Outcome::unchanged) == 10);
    CHECK(totals.of(Outcome::rejected) == 1);
    CHECK(result.run.exit_code == 3);
    CHECK(result.orphans.has_value());
    CHECK(result.key(22).empty());
    CHECK(result.key(0) == "p1@x.com");
  }

  std::vector<sync::PastRun> runs() {
    current.reset();
    return sync::past_runs(order.job.state_dir);
  }

  std::map<std::string, int> effects;
};

std::string rows_of_new(int count) {
  std::string csv;
  for (int n = 1; n <= count; ++n) csv += fmt::format("new{}@x.com,New\n", n);
  return csv;
}

std::size_t requests_of_a_whole_run() {
  Interruption undisturbed;
  undisturbed.run(Command::sync);
  undisturbed.check_each_once();
  return undisturbed.transport.sent.size();
}

}  // namespace

TEST_CASE("killed at any request, before or after it arrived, and resumed: each change once") {
  const std::size_t all = requests_of_a_whole_run();
  REQUIRE(all > 14);
  for (std::size_t at = 1; at <= all; ++at) {
    for (const bool reached : {false, true}) {
      CAPTURE(at);
      CAPTURE(reached);
      Interruption bench;
      bench.kill_at(at, reached);
      REQUIRE(bench.killed(Command::sync));
      const auto interrupted = bench.runs();
      REQUIRE(interrupted.size() == 1);
      CHECK(interrupted[0].state == "interrupted");
      bench.live_on();
      std::filesystem::path unneeded = bench.order.roster_path;
      if (interrupted[0].changes > 0) std::filesystem::remove(unneeded);
      const auto& result = bench.run(Command::resume);
      CHECK(result.run.id == interrupted[0].facts.id);
      CHECK(result.run.started_at == interrupted[0].facts.started_at);
      bench.check_whole(result);
      bench.check_each_once();
      CHECK(bench.runs().size() == 1);
      CHECK(bench.runs()[0].state == "finished");
      CHECK(bench.run(Command::resume).run.exit_code == 0);
      CHECK_FALSE(bench.current->has_report());
      CHECK(bench.transport.sent.empty());
    }
  }
}

TEST_CASE("killed at any request, and synced instead: settled, superseded, planned afresh, each change once") {
  const std::size_t all = requests_of_a_whole_run();
  for (std::size_t at = 1; at <= all; ++at) {
    for (const bool reached : {false, true}) {
      CAPTURE(at);
      CAPTURE(reached);
      Interruption bench;
      bench.kill_at(at, reached);
      REQUIRE(bench.killed(Command::sync));
      bench.live_on();
      const auto& result = bench.run(Command::sync);
      CHECK(result.run.exit_code == 3);
      bench.check_each_once();
      const auto runs = bench.runs();
      REQUIRE(runs.size() == 2);
      CHECK(runs[0].state == "finished");
      CHECK(runs[1].state == "superseded");
      const auto report_again = [&] {
        const auto old = sync::past_run(bench.order.job.state_dir, bench.order.profile.schema, runs[1].facts.id);
        CHECK(model::totals(old->result).rows == 23);
      };
      if (runs[1].changes > 0) {
        CHECK_NOTHROW(report_again());
      } else {
        CHECK_THROWS_WITH_AS(report_again(), doctest::Contains("before anything was decided"), base::CannotRun);
      }
      bench.order.run = runs[1].facts.id;
      CHECK(bench.run(Command::resume).run.exit_code == 1);
      CHECK_FALSE(bench.current->has_report());
    }
  }
}

TEST_CASE("killed again and again, a request further each time") {
  for (const bool reached : {false, true}) {
    CAPTURE(reached);
    Interruption bench;
    bench.kill_at(4, reached);
    REQUIRE(bench.killed(Command::sync));
    int lives = 1;
    for (;; ++lives) {
      REQUIRE(lives < 100);
      bench.kill_at(static_cast<std::size_t>(3 + 2 * lives), reached);
      if (!bench.killed(Command::resume)) break;
    }
    CHECK(lives > 5);
    bench.live_on();
    bench.check_each_once();
    const auto& planned = bench.run(Command::plan);
    CHECK(planned.run.exit_code == 3);  // the row without a key
    CHECK(Bench::count(planned, Outcome::unchanged) == 22);
  }
}

TEST_CASE("a create that arrives after its sender was killed makes nobody twice") {
  for (const auto late : {100ms, 1000ms, 1900ms}) {
    CAPTURE(late.count());
    Interruption bench;
    bench.api.unique = false;  // it would be there twice
    bench.api.trouble["create"] = {arrives_late(late)};
    bench.roster("email,first_name\nnew1@x.com,New\n");
    bench.after_request = [&bench] {
      if (bench.transport.sent.back().request.method == "POST") throw Killed{};
    };
    REQUIRE(bench.killed(Command::sync));
    bench.kill_at(3, true);  // and killed again, having looked in vain
    REQUIRE(bench.killed(Command::resume));
    bench.live_on();
    CHECK(bench.run(Command::resume).run.exit_code == 0);
    CHECK(bench.api.count_of("new1@x.com") == 1);
  }
}

TEST_CASE_FIXTURE(Interruption, "a user who changed since the interruption is a conflict, never overwritten") {
  kill_at(1 + 1 + 3, false);  // some updates are left
  REQUIRE(killed(Command::sync));
  live_on();
  for (auto& user : api.users) {
    if (user["first_name"] == "Karadoc" && user["email"] == "p16@x.com") user["first_name"] = "Somebody else";
  }
  const auto& result = run(Command::resume);
  CHECK(told(result, 15) == "conflict/drifted");
  CHECK(result.run.exit_code == 3);
}

TEST_CASE_FIXTURE(Interruption, "a wish to stop, and resume: the whole account, each change once") {
  stop_requested = [this]() -> std::optional<std::string> {
    if (writes() < 5) return std::nullopt;
    return "SIGTERM was received";
  };
  const auto& stopped = run(Command::sync);
  CHECK(stopped.run.exit_code == 6);
  CHECK(stopped.run.message.find("rostersync resume (with the same options) goes on with") != std::string::npos);
  CHECK(stopped.run.message.find("likely to take") != std::string::npos);
  const std::string id = stopped.run.id;
  const auto requests = stopped.http.requests;
  stop_requested = [] { return std::nullopt; };
  const auto& result = run(Command::resume);
  CHECK(result.run.id == id);
  CHECK(result.http.requests == requests + transport.sent.size());
  check_whole(result);
  check_each_once();
}

TEST_CASE("which run is resumed, and which is not") {
  Interruption bench;
  CHECK(bench.run(Command::resume).run.exit_code == 0);
  CHECK_FALSE(bench.current->has_report());
  CHECK(bench.message.find("nothing to resume") == 0);

  bench.order.run = "20200101T000000Z-000000";
  CHECK(bench.run(Command::resume).run.exit_code == 1);
  bench.order.run.clear();

  bench.kill_at(6, true);
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  const std::string id = bench.runs()[0].facts.id;
  CHECK(bench.code(Command::plan) == 3);  // supersedes nothing
  bench.clock.advance(25h);
  CHECK(bench.run(Command::resume).run.exit_code == 1);
  CHECK(bench.message.find("24 hours") != std::string::npos);
  CHECK(bench.transport.sent.empty());
  bench.clock.start -= 2h;  // somebody sets the clock back
  bench.order.run = id;
  CHECK(bench.run(Command::resume).run.exit_code == 3);
  bench.check_each_once();
  CHECK(bench.run(Command::resume).run.exit_code == 0);
}

TEST_CASE("why there is nothing to resume") {
  Interruption bench;
  bench.kill_at(6, true);
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  CHECK(bench.code(Command::sync) == 3);
  CHECK(bench.code(Command::resume) == 0);
  CHECK(bench.message.find("a later sync did not take the place of") != std::string::npos);
}

TEST_CASE(
    "killed before it had compared anything, a run is resumed with the roster that it began with, or not at all") {
  Interruption bench;
  bench.kill_at(2, true);
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  REQUIRE(bench.runs()[0].changes == 0);
  bench.roster("email,first_name\np1@x.com,Other\n");
  CHECK(bench.code(Command::resume) == 1);
  CHECK(bench.message.find("is not what it was") != std::string::npos);
  CHECK(bench.writes() == 0);
  CHECK(bench.runs()[0].state == "interrupted");
}

TEST_CASE("a run is resumed at the rate that it was told") {
  Interruption bench;
  bench.order.job.http.rate = job::RateTold{1, std::chrono::seconds(1)};
  bench.kill_at(6, true);
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  bench.order.job.http.rate.reset();
  bench.check_whole(bench.run(Command::resume));
  const auto& sent = bench.transport.sent;
  REQUIRE(sent.size() > 4);
  for (std::size_t i = 1; i < sent.size(); ++i) CHECK(sent[i].at - sent[i - 1].at >= 1s);
}

TEST_CASE("a create that was carried out is completed, though nothing that is read shows what it lacks") {
  for (const Command next : {Command::resume, Command::sync}) {
    for (const bool reached : {false, true}) {
      CAPTURE(reached);
      Interruption bench;
      bench.roster("email,first_name,phone\nmade@x.com,New,+33612345678\n");
      bench.before_request = [&bench, reached] {
        if (bench.effects.contains("create made@x.com") && !reached) throw Killed{};  // before the completing update
      };
      bench.after_request = [&bench, reached] {
        if (bench.transport.sent.back().request.method == "POST" && reached) throw Killed{};  // the create itself
      };
      REQUIRE(bench.killed(Command::sync));
      CHECK(bench.effects.size() == 1);
      bench.live_on();
      CHECK(bench.run(next).run.exit_code == 0);
      CHECK(bench.effects["create made@x.com"] == 1);
      CHECK(bench.api.users.back().value("phone", "") == "+33612345678");
      CHECK(bench.api.count_of("made@x.com") == 1);
    }
  }
}

TEST_CASE("a sync that is refused takes no run's place") {
  Interruption bench;
  bench.kill_at(8, true);
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  bench.order.job.limits.creates = {std::nullopt, 0};
  bench.order.job.limits.updates = {std::nullopt, 0};
  bench.order.job.limits.floor = 0;
  CHECK(bench.run(Command::sync).run.exit_code == 4);
  CHECK(bench.runs()[1].state == "interrupted");
  bench.check_whole(bench.run(Command::resume));
  bench.check_each_once();
}

TEST_CASE("a resume that cannot begin leaves the run open") {
  Interruption bench;
  bench.kill_at(6, true);
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  bench.api.chance = [](const std::string&, const Request&) -> std::optional<Trouble> { return status(401); };
  CHECK(bench.run(Command::resume).run.exit_code != 0);
  CHECK(bench.runs()[0].state == "interrupted");
  bench.api.chance = nullptr;
  bench.check_whole(bench.run(Command::resume));
  bench.check_each_once();
}

TEST_CASE("a password that is still to be sent is taken from the roster, if that is there and the same") {
  const auto interrupted = [](Interruption& bench) {
    bench.roster("email,first_name,password\nnew1@x.com,New,Secret-1!\nnew2@x.com,New,\n");
    bench.before_request = [&bench] {
      if (bench.transport.sent.size() >= 2) throw Killed{};  // nothing is created
    };
    REQUIRE(bench.killed(Command::sync));
    bench.live_on();
  };
  Interruption there;
  interrupted(there);
  CHECK(there.run(Command::resume).run.exit_code == 0);
  CHECK(there.api.count_of("new1@x.com") == 1);

  for (const bool gone : {true, false}) {
    CAPTURE(gone);
    Interruption bench;
    interrupted(bench);
    if (gone) std::filesystem::remove(bench.order.roster_path);
    if (!gone) bench.roster("email,first_name,password\nnew1@x.com,New,Other-22!\n");
    const auto& result = bench.run(Command::resume);
    CHECK(result.run.exit_code == 3);
    CHECK(Bench::told(result, 0) == "skipped/secret_unavailable");
    CHECK(Bench::told(result, 1) == "created/");
    CHECK(bench.api.count_of("new1@x.com") == 0);
  }
}

TEST_CASE("a sync that cannot settle an interrupted run leaves that run as it was") {
  struct Case {
    std::string name;
    std::function<void(Interruption&)> trouble;
  };
  const std::vector<Case> cases = {
      {"stopped meanwhile",
       [](Interruption& bench) {
         bench.stop_requested = [&bench]() -> std::optional<std::string> {
           if (bench.transport.sent.size() < 3) return std::nullopt;
           return "SIGTERM was received";
         };
       }},
      {"a directory that fails",
       [](Interruption& bench) {
         bench.api.chance = [](const std::string& operation, const Request&) -> std::optional<Trouble> {
           if (operation == "me") return std::nullopt;
           return status(500);
         };
       }},
      {"killed meanwhile", [](Interruption& bench) { bench.kill_at(4, true); }},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Interruption bench;
    bench.kill_at(8, true);
    REQUIRE(bench.killed(Command::sync));
    bench.live_on();
    const auto before = bench.runs();
    one.trouble(bench);
    bench.killed(Command::sync);
    bench.live_on();
    bench.stop_requested = [] { return std::nullopt; };
    bench.api.chance = nullptr;
    const auto runs = bench.runs();
    REQUIRE(runs.size() == 2);
    CHECK(runs[1].state == "interrupted");
    CHECK(runs[1].changes == before[0].changes);
    CHECK(runs[1].facts.finished_at == before[0].facts.finished_at);
    bench.order.run = runs[1].facts.id;
    bench.check_whole(bench.run(Command::resume));
    bench.check_each_once();
  }
}

TEST_CASE("one user who cannot be read does not keep every later sync from running") {
  Interruption bench;
  bench.after_request = [&bench] {
    if (bench.transport.sent.back().request.method == "POST") throw Killed{};
  };
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  bench.roster("email,first_name\np11@x.com,Perceval\np12@x.com,Perceval\nnew1@x.com,New\n");
  bench.api.chance = [](const std::string& operation, const Request&) -> std::optional<Trouble> {
    if (operation == "read") return status(403);
    return std::nullopt;
  };
  const auto& result = bench.run(Command::sync);
  CHECK(result.run.exit_code == 3);
  CHECK(Bench::told(result, 0) == "unchanged/");  // the listing shows that it was carried out
  CHECK(Bench::told(result, 1) == "updated/");
  CHECK(Bench::told(result, 2) == "created/");
  REQUIRE_FALSE(result.warnings.empty());
  CHECK(result.warnings.front().code == "unsettled");
  CHECK(result.warnings.front().message.find("updating p11@x.com in the interrupted run") == 0);
  CHECK(result.warnings.front().message.find("403") != std::string::npos);
  const auto runs = bench.runs();
  CHECK(runs[1].state == "superseded");
  const auto old = sync::past_run(bench.order.job.state_dir, bench.order.profile.schema, runs[1].facts.id);
  CHECK(Bench::told(old->result, 10) == "failed/unsettled");
  for (const auto& [what, times] : bench.effects) CHECK(times == 1);
  bench.api.chance = nullptr;
  CHECK(bench.run(Command::sync).run.exit_code == 0);
}

TEST_CASE("a create in doubt that cannot be looked up is not sent again, whatever the listing shows") {
  for (const bool later : {false, true}) {  // it can be looked up once the plan is made
    CAPTURE(later);
    Interruption bench;
    bench.api.unique = false;  // it would be there twice
    bench.api.trouble["create"] = {arrives_late(1000ms)};
    bench.roster("email,first_name\nnew1@x.com,New\n");
    bench.after_request = [&bench] {
      if (bench.transport.sent.back().request.method == "POST") throw Killed{};
    };
    REQUIRE(bench.killed(Command::sync));
    bench.live_on();
    int finds = 0;
    bench.api.chance = [&finds, later](const std::string& operation, const Request&) -> std::optional<Trouble> {
      if (operation == "find" && (!later || ++finds == 1)) return status(403);
      return std::nullopt;
    };
    bench.order.job.http.fetch = job::Fetch::list;
    const auto& result = bench.run(Command::sync);
    CHECK(result.run.exit_code == 3);
    CHECK(Bench::told(result, 0) == (later ? "created/" : "failed/unsettled"));
    CHECK(result.warnings.at(0).message.find("creating new1@x.com") == 0);
    CHECK(bench.writes() == 0);
    bench.api.chance = nullptr;
    bench.clock.advance(2s);
    CHECK(bench.run(Command::sync).run.exit_code == 0);
    CHECK(bench.api.count_of("new1@x.com") == 1);
  }
}

TEST_CASE("killed before it has looked once more for a create in doubt, and resumed: not sent blindly") {
  Interruption bench;
  bench.api.unique = false;
  bench.api.trouble["create"] = {arrives_late(1900ms)};
  bench.order.job.http.rate = job::RateTold{100000, 1s, false};
  bench.order.job.limits.creates = {std::nullopt, 1000};
  bench.roster("email,first_name\nlate@x.com,New\n");
  bench.after_request = [&bench] {
    if (bench.transport.sent.back().request.method == "POST") throw Killed{};
  };
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  bench.roster("email,first_name\n" + rows_of_new(100) + "late@x.com,New\n");
  bench.api.chance = [](const std::string& operation, const Request&) -> std::optional<Trouble> {
    if (operation == "create") throw Killed{};  // of those before
    if (operation == "find") return status(403);
    return std::nullopt;
  };
  bench.order.job.http.fetch = job::Fetch::list;
  REQUIRE(bench.killed(Command::sync));
  bench.api.chance = nullptr;
  CHECK(bench.runs()[0].changes == 101);
  CHECK(bench.runs()[1].state == "superseded");
  const auto& result = bench.run(Command::resume);
  CHECK(Bench::count(result, Outcome::created) == 101);
  CHECK(result.run.exit_code == 3);  // the warning stays
  CHECK(bench.api.count_of("late@x.com") == 1);
}

TEST_CASE("a refused sync wrote nothing, not even what completes a create of an interrupted run") {
  Interruption bench;
  bench.roster("email,first_name,phone\nmade@x.com,New,+33612345678\nmore@x.com,New,\n");
  bench.before_request = [&bench] {
    if (bench.effects.contains("create made@x.com")) throw Killed{};  // before the completing update
  };
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  const auto effects = bench.effects;
  bench.order.job.limits.creates = {std::nullopt, 0};
  bench.order.job.limits.floor = 0;
  if (bench.api.count_of("more@x.com") == 0) CHECK(bench.run(Command::sync).run.exit_code == 4);
  CHECK(bench.effects == effects);
  bench.order.job.limits.creates = {100.0, 0};
  CHECK(bench.run(Command::sync).run.exit_code == 0);
  const auto made = std::find_if(bench.api.users.begin(), bench.api.users.end(),
                                 [](const Json& user) { return user["email"] == "made@x.com"; });
  REQUIRE(made != bench.api.users.end());
  CHECK(made->value("phone", "") == "+33612345678");
}

TEST_CASE("a create to be completed, and the sync that settles it killed at any request: completed in the end") {
  const auto interrupted = [](Interruption& bench) {
    bench.roster("email,first_name,title,phone\nmade@x.com,New,Knight,+33612345678\nmore@x.com,New,,\n");
    bench.before_request = [&bench] {
      if (bench.effects.contains("create made@x.com")) throw Killed{};  // before the completing update
    };
    REQUIRE(bench.killed(Command::sync));
    bench.live_on();
  };
  const auto check = [](Interruption& bench) {
    CHECK(bench.effects["create made@x.com"] == 1);
    CHECK(bench.effects["create more@x.com"] == 1);
    const auto made = std::find_if(bench.api.users.begin(), bench.api.users.end(),
                                   [](const Json& user) { return user["email"] == "made@x.com"; });
    REQUIRE(made != bench.api.users.end());
    CHECK(made->value("title", "") == "Knight");
    CHECK(made->value("phone", "") == "+33612345678");
    for (const auto& run : bench.runs()) CHECK(run.state != "interrupted");
  };
  Interruption undisturbed;
  interrupted(undisturbed);
  CHECK(undisturbed.run(Command::sync).run.exit_code == 0);
  const std::size_t all = undisturbed.transport.sent.size();
  check(undisturbed);
  for (std::size_t at = 1; at <= all; ++at) {
    for (const bool reached : {false, true}) {
      for (const Command next : {Command::sync, Command::resume}) {
        CAPTURE(at);
        CAPTURE(reached);
        Interruption bench;
        interrupted(bench);
        bench.kill_at(at, reached);
        REQUIRE(bench.killed(Command::sync));
        bench.live_on();
        CHECK(bench.run(next).run.exit_code == 0);
        check(bench);
      }
    }
  }
}

TEST_CASE("what completes a create yields to what the roster says now") {
  Interruption bench;
  bench.roster("email,first_name,title\nmade@x.com,New,Knight\n");
  bench.before_request = [&bench] {
    if (bench.effects.contains("create made@x.com")) throw Killed{};  // before the completing update
  };
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  bench.roster("email,first_name,title\nmade@x.com,New,King\n");
  const auto& result = bench.run(Command::sync);
  CHECK(Bench::told(result, 0) == "updated/");
  CHECK(bench.writes() == 1);
  CHECK(bench.api.users.back().value("title", "") == "King");
}

TEST_CASE("what completes a create and is not accepted is told of by the sync that sends it") {
  Interruption bench;
  bench.roster("email,first_name,phone\nmade@x.com,New,+33612345678\n");
  bench.before_request = [&bench] {
    if (bench.effects.contains("create made@x.com")) throw Killed{};
  };
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  bench.always("update", status(422));
  bench.roster("email,first_name\nmade@x.com,New\n");  // else the new plan would send it
  const auto& result = bench.run(Command::sync);
  CHECK(result.run.exit_code == 3);
  CHECK(Bench::told(result, 0) == "unchanged/");
  CHECK(result.warnings.back().code == "unsettled");
  CHECK(result.warnings.back().message.find("made@x.com") != std::string::npos);
  CHECK(bench.runs()[1].state == "superseded");
}
