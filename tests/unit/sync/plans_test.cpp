// Plans that are kept.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/file.hpp"
#include "plan/plan_file.hpp"
#include "unit/sync/bench.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

struct Plans : Bench {
  Plans() {
    people(40);
    file = folder.path() / "plan.json";
  }

  const model::Reconciliation& plan() {
    order.plan_path = file.string();
    const auto& result = run(Command::plan);
    order.plan_path.clear();
    return result;
  }
  const model::Reconciliation& apply() {
    order.plan_path = file.string();
    const auto& result = run(Command::apply);
    order.plan_path.clear();
    return result;
  }
  bool apply_killed() {
    order.plan_path = file.string();
    const bool killed_there = killed(Command::apply);
    order.plan_path.clear();
    return killed_there;
  }
  Json kept() const { return Json::parse(base::read_file(file)); }

  std::filesystem::path file;
};

}  // namespace

TEST_CASE_FIXTURE(Plans, "what sync does has the digest of the plan that a dry run made, whatever the roster's order") {
  roster(
      "email,first_name,title,phone,password\np1@x.com,Karadoc,,,\np2@x.com,Perceval,Knight,,\nnew@x.com,New,,1,Secret-"
      "1!\n");
  const model::RunFacts dry = plan().run;
  CHECK(dry.exit_code == 2);
  CHECK(dry.changes_digest.size() == 64);
  CHECK(kept()["changes_digest"] == dry.changes_digest);
  roster(
      "password,phone,email,title,first_name\nSecret-2!,1,new@x.com,,New\n,,p2@x.com,Knight,Perceval\n,,p1@x.com,,"
      "Karadoc\n");
  const auto& real = run(Command::sync);
  CHECK(real.run.exit_code == 0);
  CHECK(writes() == 3);
  CHECK(real.run.changes_digest == dry.changes_digest);
  CHECK(run(Command::sync).run.changes_digest != dry.changes_digest);  // that of nothing at all
}

TEST_CASE_FIXTURE(Plans, "the digest is of what this run may carry out") {
  roster_of(0, 4, 0);
  const auto all = plan().run.changes_digest;
  order.limit = 2;
  const auto two = plan().run.changes_digest;
  CHECK(two != all);
  CHECK(kept()["changes"].size() == 2);
  CHECK(run(Command::sync).run.changes_digest == two);
}

TEST_CASE_FIXTURE(Plans, "a resumed run has the digest that it began with") {
  roster_of(0, 6, 0);
  const auto dry = run(Command::plan).run.changes_digest;
  kill_at(6, true);
  REQUIRE(killed(Command::sync));
  live_on();
  CHECK(run(Command::resume).run.changes_digest == dry);
}

TEST_CASE_FIXTURE(Plans, "what stands in the file") {
  roster("email,first_name,password\np1@x.com,Karadoc,\np2@x.com,Perceval,\nnew@x.com,New,Secret-1!\n");
  const auto& planned = plan();
  const Json read = kept();
  CHECK(read["run"]["id"] == planned.run.id);
  CHECK(read["run"]["command"] == "plan");
  CHECK(read["run"]["profile"] == "example");
  CHECK(read["run"]["base_url"] == base_url);
  CHECK(read["run"]["roster"]["path"] == order.roster_path);
  CHECK(read["run"]["roster"]["sha256"] == planned.run.roster.sha256);
  CHECK(read["directory"] == Json{{"users", 41}, {"enabled", 41}, {"complete", true}});
  REQUIRE(read["changes"].size() == 2);
  CHECK(read["changes"][0]["email"] == "new@x.com");
  CHECK(read["changes"][0]["line"] == 4);
  CHECK(read["changes"][0]["fingerprint"].is_null());
  CHECK(read["changes"][1]["user_id"] == "u3");
  CHECK(read["changes"][1]["row"] == 2);
  CHECK(read["changes"][1]["changes"] ==
        Json::parse(R"([{"attribute": "first_name", "before": "Karadoc", "after": "Perceval"}])"));
  CHECK(base::read_file(file).find("Secret-1!") == std::string::npos);
  const auto rights = std::filesystem::status(file).permissions();
  CHECK(rights == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE_FIXTURE(Plans, "a plan that a limit refuses is kept too, and marked") {
  roster_of(0, 30, 0);
  const auto& refused = plan();
  CHECK(refused.run.exit_code == 4);
  const Json read = kept();
  CHECK(read["refused"] == refused.run.message);
  CHECK(read["changes"].size() == 30);
  CHECK(refused.run.changes_digest == read["changes_digest"]);
}

TEST_CASE_FIXTURE(Plans, "a run that ends before it has a plan leaves an old one alone") {
  folder.write("plan.json", "an old one");
  roster_of(0, 3, 0);
  always("me", status(401));
  CHECK(plan().run.exit_code == 1);
  api.chance = nullptr;
  stop_requested = [] { return "SIGTERM was received"; };
  CHECK(plan().run.exit_code == 6);
  stop_requested = [] { return std::nullopt; };
  roster("email,first_name\n");
  CHECK(plan().run.exit_code == 4);
  CHECK(base::read_file(file) == "an old one");
}

TEST_CASE_FIXTURE(Plans, "a plan that cannot be kept is no plan") {
  roster_of(0, 3, 0);
  file = folder.path() / "nowhere" / "plan.json";
  CHECK(plan().run.exit_code == 1);
  CHECK(message.find("nowhere") != std::string::npos);
}

TEST_CASE_FIXTURE(Plans, "a plan is applied, and the second time there is nothing to do") {
  roster("email,first_name,title,phone\np1@x.com,Karadoc,,\np2@x.com,Perceval,Knight,\nnew@x.com,New,Knight,1\n");
  const auto digest = plan().run.changes_digest;
  const auto& result = apply();
  CHECK(result.run.exit_code == 0);
  CHECK(result.run.changes_digest == digest);
  CHECK(result.run.plan == file.string());
  CHECK(result.entries.size() == 2);
  CHECK(told(result, 0) == "created/");
  CHECK(told(result, 1) == "updated/");
  CHECK(result.key(0) == "new@x.com");
  CHECK(result.entries[0].line == 4);
  CHECK(api.users.back()["phone"] == "1");
  const auto& again = apply();
  CHECK(again.run.exit_code == 0);
  CHECK(count(again, Outcome::unchanged) == 2);
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Plans, "killed at any request, an apply is resumed: each change once") {
  roster("email,first_name,title\np1@x.com,Perceval,\np2@x.com,Perceval,\nnew1@x.com,New,Knight\nnew2@x.com,New,\n");
  order.job.http.timeout = 2s;
  plan();
  const auto before = api.users;
  std::size_t all = 0;
  {
    apply();
    all = transport.sent.size();
    current.reset();
  }
  const auto after = api.users;
  REQUIRE(all > 6);
  for (std::size_t at = 1; at <= all; ++at) {
    for (const bool reached : {false, true}) {
      CAPTURE(at);
      CAPTURE(reached);
      api.users = before;
      api.created.clear();
      order.job.state_dir = folder.path() / fmt::format("state-{}-{}", at, reached);
      kill_at(at, reached);
      REQUIRE(apply_killed());
      live_on();
      const bool begun = run(Command::resume).run.command == "resume" && current->has_report();
      if (!begun) CHECK(apply().run.exit_code == 0);  // it had written nothing
      for (const auto& [key, times] : api.created) CHECK(times == 1);
      CHECK(api.created.size() == 2);
      CHECK(api.users.size() == after.size());
      for (const auto& user : api.users) {
        if (user["email"].get<std::string>().starts_with("new1")) CHECK(user["title"] == "Knight");
      }
      CHECK(run(Command::sync).run.exit_code == 0);
      CHECK(writes() == 0);
    }
  }
}

TEST_CASE("a create of an interrupted run that arrives late makes nobody twice when a plan is applied instead") {
  for (const auto late : {100ms, 1000ms, 1900ms}) {
    CAPTURE(late.count());
    Plans bench;
    bench.order.job.http.timeout = 2s;
    bench.api.unique = false;  // it would be there twice
    bench.roster("email,first_name\nnew1@x.com,New\n");
    bench.plan();
    bench.api.trouble["create"] = {arrives_late(late)};
    bench.after_request = [&bench] {
      if (bench.transport.sent.back().request.method == "POST") throw Killed{};
    };
    REQUIRE(bench.killed(Command::sync));
    bench.live_on();
    CHECK(bench.apply().run.exit_code == 0);
    CHECK(bench.api.count_of("new1@x.com") == 1);
  }
}

TEST_CASE("a create that an interrupted run had carried out is completed when a plan is applied instead") {
  Plans bench;
  bench.roster("email,first_name,phone\nmade@x.com,New,123\n");
  bench.plan();
  bench.after_request = [&bench] {
    if (bench.transport.sent.back().request.method == "POST") throw Killed{};
  };
  REQUIRE(bench.killed(Command::sync));
  bench.live_on();
  CHECK(bench.apply().run.exit_code == 0);
  CHECK(bench.api.count_of("made@x.com") == 1);
  CHECK(bench.api.users.back().value("phone", "") == "123");
}

TEST_CASE_FIXTURE(Plans, "which plan is not carried out") {
  roster_of(0, 3, 1);
  plan();
  const auto refused = [&](const char* words) {
    CAPTURE(words);
    const auto& result = apply();
    CHECK(result.run.exit_code == 1);
    CHECK(message.find(words) != std::string::npos);
    CHECK(writes() == 0);
  };
  const std::string good = base::read_file(file);
  const std::string profile = order.profile.name;
  order.profile.name = "another";
  refused("another");
  order.profile.name = profile;
  clock.advance(25h);
  refused("24 hours");
  clock.start -= 28h;
  refused("yet to come");
  clock.start += 3h;
  folder.write("plan.json", good + "x");
  refused("is not a plan");
  std::filesystem::remove(file);
  refused("plan.json");
  folder.write("plan.json", good);
  CHECK(apply().run.exit_code == 0);
}

TEST_CASE_FIXTURE(Plans, "of a plan, the user behind the credentials is never written") {
  roster("email,first_name\nadmin@x.com,Somebody\np1@x.com,Perceval\n");
  const std::string own = api.own_id;
  api.own_id = api.find("u2") != nullptr ? "u2" : own;  // planned with another key
  plan();
  CHECK(kept()["changes"].size() == 1);
  api.own_id = own;
  CHECK(apply().run.exit_code == 3);
  CHECK((*api.find(own))["first_name"] == "Karadoc");
}
