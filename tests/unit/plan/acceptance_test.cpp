// What people have said about rows that may be somebody who is there under another key.
#include "plan/acceptance.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;
using plan::Coverage;

namespace {

using Strings = std::vector<std::string>;
constexpr auto renamed = "conflict/probable_rename";
constexpr auto ambiguous = "conflict/ambiguous_match";

Person named(const std::string& key, std::vector<Said> more = {}) {
  Person person = {is(email, key), is(first_name, "Ana"), is(last_name, "Costa"), is(role, "PUBLISHER")};
  person.insert(person.end(), more.begin(), more.end());
  return person;
}
Person user(const std::string& number, const std::string& key, std::vector<Said> more = {}) {
  more.push_back(is(id, number));
  return named(key, std::move(more));
}

struct Case {
  std::string name;
  plan::Acceptances acceptances;
  std::vector<Person> roster;
  std::vector<Person> directory;
  Strings told;
  Strings orphans = {};
  Strings decided = {};  // "new@k=1", "new@k=new"
  Strings unused = {};   // what the warnings begin with
  plan::Identity identity = {};
};

Strings in_words(const std::vector<plan::Decision>& decisions) {
  Strings words;
  for (const auto& one : decisions) words.push_back(one.key + "=" + one.user_id.value_or("new"));
  return words;
}

void settle_all(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(each.name);
    for (const bool backwards : {false, true}) {
      CAPTURE(backwards);
      std::vector<Person> directory = each.directory;
      if (backwards) std::reverse(directory.begin(), directory.end());
      plan::Options options;
      options.acceptances = each.acceptances;
      options.identity = each.identity;
      Run run(each.roster, options);
      run.list(directory);
      CHECK(run.orphans() == each.orphans);
      run.settle();
      CHECK(run.told() == each.told);
      CHECK(run.orphans() == each.orphans);
      CHECK(in_words(run.planner.decisions()) == each.decided);
      REQUIRE(run.out.warnings.size() == each.unused.size());
      for (std::size_t i = 0; i < each.unused.size(); ++i) {
        CHECK(run.out.warnings[i].code == "accept_unused");
        CHECK(run.out.warnings[i].message.starts_with(each.unused[i]));
      }
    }
  }
}

}  // namespace

TEST_CASE("--accept-rename makes the row that user's") {
  const plan::Acceptances told{{{"new@k", "old@k"}}, {}, {}};
  settle_all({
      {"said, and done", told, {named("New@K")}, {user("1", "Old@K")}, {"update"}, {}, {"new@k=1"}},
      {"done before: nothing changes", told, {named("new@k")}, {user("1", "new@k")}, {"unchanged"}},
      {"without a word", {}, {named("new@k")}, {user("1", "old@k")}, {renamed}},
      {"another namesake is no rival",
       told,
       {named("new@k")},
       {user("1", "old@k"), user("2", "x@k")},
       {"update"},
       {"2"},
       {"new@k=1"}},
      {"a name has no say",
       told,
       {named("new@k")},
       {user("1", "old@k", {is(last_name, "Silva")})},
       {"update"},
       {},
       {"new@k=1"}},
      {"the row has that user's id", told, {user("1", "new@k")}, {user("1", "old@k")}, {"update"}, {}, {"new@k=1"}},
      {"the row's id is another user's",
       told,
       {user("2", "new@k")},
       {user("1", "old@k"), user("2", "x@k")},
       {ambiguous}},
      {"the row's id is nobody's", told, {user("9", "new@k")}, {user("1", "old@k")}, {"conflict/unknown_id"}, {"1"}},
      {"somebody has the row's key already",
       told,
       {named("new@k")},
       {user("1", "old@k"), user("2", "new@k")},
       {ambiguous}},
      {"the user has a row of their own",
       told,
       {named("new@k"), named("old@k")},
       {user("1", "old@k")},
       {ambiguous, ambiguous}},
      {"two users have that key", told, {named("new@k")}, {user("1", "old@k"), user("2", "OLD@k")}, {ambiguous}},
      {"nobody has that key: a slip, and no account for it",
       told,
       {named("new@k")},
       {},
       {renamed},
       {},
       {},
       {"--accept-rename old@k=new@k: no user"}},
      {"no row has that key",
       told,
       {named("x@k", {is(first_name, "Bea")})},
       {user("1", "old@k")},
       {"create"},
       {"1"},
       {},
       {"--accept-rename old@k=new@k: no row"}},
  });
}

TEST_CASE("a link is not overridden by what was said") {
  const plan::Acceptances told{{{"new@k", "old@k"}}, {}, {}};
  const plan::Acceptances told_before{{}, {}, {{"new@k", "1"}}};
  const model::TextColumn stable_keys = texts({"7"});
  const plan::Identity to_2{&stable_keys, {{"7", "2"}}, {}};
  const plan::Identity to_1{&stable_keys, {{"7", "1"}}, {}};
  const plan::Identity to_nobody{&stable_keys, {{"7", "9"}}, {}};
  const std::vector<Person> both = {user("1", "old@k"), user("2", "x@k")};
  settle_all({
      {"to another user", told, {named("new@k")}, both, {ambiguous}, {}, {}, {}, to_2},
      {"to that user", told, {named("new@k")}, both, {"update"}, {"2"}, {"new@k=1"}, {}, to_1},
      {"to somebody who is gone", told, {named("new@k")}, both, {"update"}, {"2"}, {"new@k=1"}, {}, to_nobody},
      {"to another user, said in an earlier run", told_before, {named("new@k")}, both, {"update"}, {"1"}, {}, {}, to_2},
  });
}

TEST_CASE("--accept-new makes a new user in spite of the name") {
  const plan::Acceptances told{{}, {"new@k"}, {}};
  const plan::Identity moving{nullptr, {}, {{"old", "k"}}};
  settle_all({
      {"said, and done", told, {named("NEW@k")}, {user("1", "old@k")}, {"create"}, {"1"}, {"new@k=new"}},
      {"done before: nothing changes",
       told,
       {named("new@k")},
       {user("1", "old@k"), user("2", "new@k")},
       {"unchanged"},
       {"1"},
       {"new@k=new"}},
      {"of another row nothing was said",
       told,
       {named("new@k"), named("newer@k")},
       {user("1", "old@k")},
       {"create", renamed},
       {},
       {"new@k=new"}},
      {"no row has that key",
       told,
       {named("x@k")},
       {user("1", "x@k")},
       {"unchanged"},
       {},
       {},
       {"--accept-new new@k: no row"}},
      {"who moved to another domain is another person",
       told,
       {named("new@k")},
       {user("1", "new@old")},
       {"create"},
       {"1"},
       {"new@k=new"},
       {},
       moving},
      {"and stays so",
       {{}, {}, {{"new@k", std::nullopt}}},
       {named("new@k")},
       {user("1", "new@old"), user("2", "new@k")},
       {"unchanged"},
       {"1"},
       {},
       {},
       moving},
  });
}

TEST_CASE("what was said in an earlier run holds without an option, and is passed over where it no longer applies") {
  const plan::Acceptances rename{{}, {}, {{"new@k", "1"}}};
  const plan::Acceptances newcomer{{}, {}, {{"new@k", std::nullopt}}};
  settle_all({
      {"a rename that was undone", rename, {named("new@k")}, {user("1", "old@k")}, {"update"}},
      {"a rename that was done", rename, {named("new@k")}, {user("1", "new@k")}, {"unchanged"}},
      {"of somebody who is gone",
       rename,
       {named("new@k", {is(first_name, "Bea")})},
       {user("2", "x@k")},
       {"create"},
       {"2"}},
      {"of somebody who has a row by now",
       rename,
       {named("new@k"), named("old@k")},
       {user("1", "old@k")},
       {"create", "unchanged"}},
      {"where somebody else has the key by now",
       rename,
       {named("new@k")},
       {user("1", "old@k"), user("2", "new@k")},
       {"unchanged"},
       {"1"}},
      {"where the row has another id by now",
       rename,
       {user("2", "new@k")},
       {user("1", "old@k"), user("2", "x@k")},
       {"update"},
       {"1"}},
      {"a new person", newcomer, {named("new@k")}, {user("1", "old@k")}, {"create"}, {"1"}},
      {"no row by now", rename, {named("x@k")}, {user("2", "x@k")}, {"unchanged"}},
  });
}

TEST_CASE("this run's word comes first") {
  settle_all({
      {"a rename after all",
       {{{"new@k", "old@k"}}, {}, {{"new@k", std::nullopt}}},
       {named("new@k")},
       {user("1", "old@k")},
       {"update"},
       {},
       {"new@k=1"}},
      {"a new person after all",
       {{}, {"new@k"}, {{"new@k", "1"}}},
       {named("new@k")},
       {user("1", "old@k")},
       {"create"},
       {"1"},
       {"new@k=new"}},
      {"another user after all",
       {{{"new@k", "old@k"}}, {}, {{"new@k", "2"}}},
       {named("new@k")},
       {user("1", "old@k"), user("2", "x@k")},
       {"update"},
       {"2"},
       {"new@k=1"}},
  });
}

TEST_CASE("a renaming update is an update like any other: protected, limited, narrowed") {
  plan::Options options;
  options.acceptances.renames = {{"new@k", "old@k"}};
  SUBCASE("protected by the key it has") {
    options.protect = {{"old@*", {}}};
  }
  SUBCASE("protected by the key it gets") {
    options.protect = {{"new@*", {}}};
  }
  SUBCASE("the user behind the credentials") {
    options.own_user_id = "1";
  }
  SUBCASE("not among --only") {
    options.only = {"x@k"};
  }
  SUBCASE("beyond --limit") {
    options.limit = 0;
  }
  SUBCASE("updates are off") {
    options.update = false;
  }
  Run run({named("new@k")}, options);
  run.list({user("1", "old@k")});
  run.settle();
  CHECK(run.changes.empty());
  CHECK(run.out.entries[0].outcome != model::Outcome::unchanged);
  CHECK(run.out.find_detail(0)->changes.size() == 1);
}

TEST_CASE("--only by the key of before takes the renamed one as well") {
  plan::Options options;
  options.acceptances.renames = {{"new@k", "old@k"}};
  options.only = {"old@k"};
  Run run({named("new@k")}, options);
  run.list({user("1", "old@k")});
  CHECK(run.settle().told() == Strings{"update"});
}

TEST_CASE("targeted: what a row is looked for under") {
  plan::Options options;
  options.identity.domains = {{"old", "k"}};
  options.acceptances = {{{"a@k", "x@k"}}, {"b@k"}, {{"c@k", "3"}, {"d@k", std::nullopt}}};
  Run run({named("A@k"), named("b@k"), named("c@k"), named("d@k")}, options);
  CHECK(run.planner.other_keys(0) == Strings{"a@old", "x@k"});
  CHECK(run.planner.other_keys(1).empty());
  CHECK(run.planner.other_keys(2) == Strings{"c@old"});
  CHECK(run.planner.settled_user(0).empty());
  CHECK(run.planner.settled_user(2) == "3");
  CHECK(run.planner.settled_user(3).empty());
  CHECK(run.planner.searched_name(0) == "Ana");
  CHECK(run.planner.searched_name(1).empty());
  CHECK(run.planner.searched_name(3).empty());
  run.look_up(user("1", "x@k"));
  run.look_up(user("3", "y@k"));
  CHECK(run.planner.matched(0));
  CHECK_FALSE(run.planner.would_create(2));
  CHECK(run.settle(Coverage::targeted).told() == Strings{"update", "create", "update", "create"});
}

TEST_CASE("unproved: a rename that was said goes on, and creates are withheld whatever was said") {
  plan::Options options;
  options.acceptances = {{{"a@k", "x@k"}}, {"b@k"}, {}};
  Run run({named("a@k"), named("b@k")}, options);
  run.list({user("1", "x@k")});
  CHECK(run.settle(Coverage::unproved).told() == Strings{"update", "skipped/listing_incomplete"});
}
