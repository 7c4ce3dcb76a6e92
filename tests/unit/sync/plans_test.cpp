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
