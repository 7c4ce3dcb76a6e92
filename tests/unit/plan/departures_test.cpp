#include "plan/departures.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;
using model::Outcome;

namespace {

using Strings = std::vector<std::string>;

plan::Options disabling() {
  plan::Options options;
  options.missing.deactivate = true;
  return options;
}

// "2 deactivate", "3 reported/own_user", "4 skipped/only": what becomes of each orphan.
Strings fates(const Run& run) {
  Strings told;
  if (!run.out.orphans) return told;
  for (std::size_t i = 0; i < run.out.orphans->size(); ++i) {
    const model::Orphan& orphan = (*run.out.orphans)[i];
    const model::Row row = run.out.orphan_row(i);
    std::string words = orphan.user_id + " ";
    if (run.change_of(row)) {
      words += model::to_string(run.change_of(row)->action);
    } else if (orphan.departs) {
      words += fmt::format("{}/{}", model::to_string(run.out.entry(row).outcome), run.out.find_detail(row)->reason);
    } else {
      words += "reported" + (orphan.reason.empty() ? "" : "/" + orphan.reason);
    }
    told.push_back(words);
  }
  return told;
}

Person someone(const std::string& number) {
  return {is(id, number), is(email, "p" + number + "@k.com"), is(first_name, "P" + number), is(last_name, "K")};
}
Person with(Person person, Said said) {
  person.push_back(std::move(said));
  return person;
}
const std::vector<Person> first_only = {{is(email, "p1@k.com")}};

}  // namespace

TEST_CASE("who is missing is disabled only where it is asked for and nothing speaks against it") {
  struct Case {
    std::string name;
    plan::Options options;
    std::vector<Person> directory;  // beside person 1, who has a row
    Strings fates;
  };
  const auto told_only = plan::Options{};
  auto own = disabling();
  own.own_user_id = "2";
  auto by_mail = disabling();
  by_mail.protect = {{"*@K.com", {}}};
  auto by_role = disabling();
  by_role.protect = {{"", {{role, "ORG_ADMIN"}}}};
  auto third = disabling();
  third.missing.after = 3;
  third.missing.runs = {{"2", 1}, {"3", 2}};
  auto unreadable = disabling();
  unreadable.missing.unreadable_keys = 1;
  auto only_second = disabling();
  only_second.only = {"p2@k.com"};
  auto only_first = disabling();
  only_first.only = {"p1@k.com"};
  auto canary = disabling();
  canary.limit = 1;
  auto none = disabling();
  none.limit = 0;
  auto managed = disabling();
  managed.missing.manage = {{email, {"*@k.com"}}, {role, {"PUBLISHER", "ORG_M*"}}};
  auto of_a_business = disabling();
  of_a_business.missing.manage = {{business_ids, {"7"}}};
  const std::vector<Case> cases = {
      {"not asked for", told_only, {someone("2")}, {"2 reported"}},
      {"asked for", disabling(), {someone("2"), someone("3")}, {"2 deactivate", "3 deactivate"}},
      {"disabled already", disabling(), {with(someone("2"), is(disabled, "true"))}, {"2 reported/disabled"}},
      {"the key's own user", own, {someone("2"), someone("3")}, {"2 reported/own_user", "3 deactivate"}},
      {"protected by address", by_mail, {someone("2")}, {"2 reported/protected"}},
      {"protected by role",
       by_role,
       {with(someone("2"), is(role, "ORG_ADMIN")), with(someone("3"), is(role, "PUBLISHER"))},
       {"2 reported/protected", "3 deactivate"}},
      {"the third run in a row",
       third,
       {someone("2"), someone("3"), someone("4")},
       {"2 reported/grace", "3 deactivate", "4 reported/grace"}},
      {"a row that may be anybody's", unreadable, {someone("2")}, {"2 skipped/unreadable_key"}},
      {"named by --only", only_second, {someone("2"), someone("3")}, {"2 deactivate", "3 skipped/only"}},
      {"not named by --only", only_first, {someone("2")}, {"2 skipped/only"}},
      {"beyond --limit", canary, {someone("2"), someone("3")}, {"2 deactivate", "3 skipped/limit"}},
      {"--limit 0", none, {someone("2")}, {"2 skipped/limit"}},
      {"not whom the roster speaks for",
       managed,
       {with(someone("2"), is(role, "PUBLISHER")),
        with(someone("3"), is(role, "GROUP_MANAGER")),
        {is(id, "4"), is(email, "p4@other.com"), is(role, "PUBLISHER")},
        with(someone("5"), is(role, "ORG_MANAGER"))},
       {"2 deactivate", "5 deactivate"}},
      {"an item of a set tells whom the roster speaks for",
       of_a_business,
       {with(someone("2"), is(business_ids, R"(["1","7"])")), with(someone("3"), is(business_ids, R"(["77"])")),
        someone("4")},
       {"2 deactivate"}}};
  for (const Case& each : cases) {
    CAPTURE(each.name);
    Run run(first_only, each.options);
    run.list({someone("1")});
    CHECK(run.list(each.directory) == std::vector<bool>(each.directory.size(), false));
    run.settle();
    CHECK(fates(run) == each.fates);
    CHECK(model::totals(run.out).rows == 1);
  }
}

TEST_CASE("disabling somebody is the schema's own change, on what was read of them") {
  Run run(first_only, disabling());
  run.list({someone("1"), someone("2")});
  run.settle();
  REQUIRE(run.changes.size() == 1);
  const model::Change& change = run.changes[0];
  CHECK(change.action == model::Action::deactivate);
  CHECK(change.user_id == "2");
  CHECK(change.key == "p2@k.com");
  REQUIRE(change.attributes.size() == 1);
  CHECK(change.attributes[0].attribute == disabled);
  CHECK(change.attributes[0].before == "false");
  CHECK(change.attributes[0].after == "true");
  const model::Users same = directory_of({someone("2")});
  const model::Users moved = directory_of({{is(id, "2"), is(email, "back@k.com")}});
  CHECK(model::matches(run.schema, change.planned_on, {&same, 0}));
  CHECK_FALSE(model::matches(run.schema, change.planned_on, {&moved, 0}));
}

TEST_CASE("without a whole listing nobody is told of by name, and nobody is disabled") {
  Run run(first_only, disabling());
  run.list({someone("1"), someone("2"), with(someone("3"), is(disabled, "true"))});
  run.settle(plan::Coverage::unproved);
  CHECK_FALSE(run.out.orphans);
  CHECK(run.changes.empty());
  CHECK(run.out.directory.withheld == 1);
  CHECK(model::totals(run.out).deactivate_skipped == 1);
}

TEST_CASE("what a listing does not say of somebody missing is read before they are disabled") {
  auto options = disabling();
  options.protect = {{"", {{role, "ORG_ADMIN"}}}};
  options.missing.manage = {{lang, {"fr"}}};
  const Person whole = with(someone("2"), is(lang, "fr"));
  for (const AttributeIndex hidden : {disabled, role, lang}) {
    CAPTURE(hidden);
    const auto told = [&](const std::optional<Person>& read) {
      Run run(first_only, options);
      run.list({someone("1")});
      REQUIRE(run.list({with(whole, unread(hidden))})[0]);
      if (read) CHECK_FALSE(run.look_up(*read));
      run.settle();
      return fates(run);
    };
    CHECK(told(whole) == Strings{"2 deactivate"});
    CHECK(told(std::nullopt) == Strings{"2 skipped/unreadable"});
    CHECK(told(with(whole, is(disabled, "true"))) == Strings{"2 reported/disabled"});
    CHECK(told(with(whole, is(role, "ORG_ADMIN"))) == Strings{"2 reported/protected"});
    CHECK(told(with(whole, is(lang, "en"))) == Strings{});
  }
}

TEST_CASE("whoever a row points to is not missing, whatever became of the row") {
  const std::vector<Person> rows = {
      {is(email, "p1@k.com")}, {is(id, "2"), is(email, "p3@k.com")}, {is(email, "p4@k.com")}};
  Run run(rows, disabling(), {false, false, true});
  run.list({someone("1"), someone("2"), someone("3"), someone("4"), someone("5")});
  run.settle();
  CHECK(fates(run) == Strings{"5 deactivate"});
}

TEST_CASE("runs in a row are counted for those who may be disabled, and forgotten for all others") {
  std::vector<model::Orphan> orphans(4);
  orphans[0] = {"1", "", "grace", ""};
  orphans[1] = {"2", "", "", "", true};
  orphans[2] = {"3", "", "protected", ""};
  orphans[3] = {"4", "", "grace", ""};
  const auto now = plan::missing_now(orphans, {{"1", 1}, {"2", 4}, {"3", 1}, {"9", 2}});
  CHECK(now == std::map<std::string, std::uint64_t>{{"1", 2}, {"2", 5}, {"4", 1}});
}
