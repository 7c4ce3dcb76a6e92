// Which user a row belongs to, and what becomes of rows that name none, several, or one that others name too.
#include "plan/planner.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;
using plan::Coverage;
using plan::Seen;

namespace {

using Strings = std::vector<std::string>;

const Said publisher = is(role, "PUBLISHER");

// A valid row, or a user of the directory, that differ from each other in nothing.
Person named(const std::string& key, std::vector<Said> more = {}) {
  Person person = {is(email, key), is(first_name, "Perceval"), is(last_name, "de Galles"), publisher};
  person.insert(person.end(), more.begin(), more.end());
  return person;
}
Person user(const std::string& number, const std::string& key, std::vector<Said> more = {}) {
  more.push_back(is(id, number));
  return named(key, std::move(more));
}

struct Case {
  std::string name;
  std::vector<Person> roster;
  std::vector<Person> directory;
  Strings told;
  Strings orphans = {};
  std::vector<bool> rejected = {};
};

void settle_all(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(each.name);
    for (const bool backwards : {false, true}) {  // the order of the listing decides nothing
      CAPTURE(backwards);
      std::vector<Person> directory = each.directory;
      if (backwards) std::reverse(directory.begin(), directory.end());
      Run run(each.roster, {}, each.rejected);
      run.list(directory);
      run.settle();
      CHECK(run.told() == each.told);
      CHECK(run.orphans() == each.orphans);
      CHECK_NOTHROW(model::totals(run.out));
    }
  }
}

}  // namespace

TEST_CASE("matching by id, else by key without case") {
  settle_all({
      {"by key", {named("p@k")}, {user("1", "p@k")}, {"unchanged"}},
      {"by key in another case", {named("P@K")}, {user("1", "p@k")}, {"unchanged"}},
      {"by key, changed", {named("p@k", {is(lang, "fr")})}, {user("1", "p@k")}, {"update"}},
      {"by id, whose e-mail changes", {user("1", "new@k")}, {user("1", "old@k")}, {"update"}},
      {"by id alone", {{is(id, "1"), is(last_name, "Galles")}}, {user("1", "p@k")}, {"update"}},
      {"nobody yet", {named("p@k")}, {user("1", "q@k")}, {"create"}, {"1"}},
      {"an empty directory", {named("p@k"), named("q@k")}, {}, {"create", "create"}},
      {"a user without an e-mail is matched by id", {user("1", "p@k")}, {{is(id, "1"), publisher}}, {"update"}},
      {"a user without an e-mail is nobody's by key", {named("p@k")}, {{is(id, "1"), publisher}}, {"create"}, {"1"}},
  });
}

TEST_CASE("conflicts, never a guess") {
  settle_all({
      {"an id that the directory lacks", {user("7", "p@k")}, {user("1", "q@k")}, {"conflict/unknown_id"}, {"1"}},
      {"an unknown id is not saved by its key", {user("7", "p@k")}, {user("1", "p@k")}, {"conflict/unknown_id"}},
      {"id and key name different users",
       {user("1", "b@k")},
       {user("1", "a@k"), user("2", "b@k")},
       {"conflict/ambiguous_match"}},
      {"two users with one e-mail", {named("p@k")}, {user("1", "p@k"), user("2", "P@K")}, {"conflict/ambiguous_match"}},
      {"three of them",
       {named("p@k")},
       {user("1", "p@k"), user("2", "P@K"), user("3", "p@K")},
       {"conflict/ambiguous_match"}},
      {"two users with one e-mail, and the id of one of them",
       {user("1", "p@k")},
       {user("1", "p@k"), user("2", "p@k")},
       {"conflict/ambiguous_match"}},
      {"two rows for one user, by id and by key",
       {user("1", "new@k"), named("old@k")},
       {user("1", "old@k")},
       {"conflict/ambiguous_match", "conflict/ambiguous_match"}},
      {"two people swap e-mails",
       {user("1", "b@k"), user("2", "a@k")},
       {user("1", "a@k"), user("2", "b@k")},
       {"conflict/ambiguous_match", "conflict/ambiguous_match"}},
      {"rows that share a key",
       {named("p@k"), named("p@k", {is(lang, "fr")})},
       {user("1", "p@k")},
       {"conflict/duplicate_key", "conflict/duplicate_key"}},
      {"even where no such user exists",
       {named("p@k"), named("P@k", {is(lang, "fr")})},
       {},
       {"conflict/duplicate_key", "conflict/duplicate_key"}},
      {"rows that share an id",
       {user("1", "a@k"), user("1", "b@k")},
       {user("1", "a@k")},
       {"conflict/duplicate_key", "conflict/duplicate_key"}},
      {"others go on",
       {named("p@k"), named("p@k", {is(lang, "fr")}), named("q@k")},
       {},
       {"conflict/duplicate_key", "conflict/duplicate_key", "create"}},
  });
}

TEST_CASE("byte-identical rows collapse") {
  settle_all({
      {"onto one that is there",
       {named("p@k"), named("p@k")},
       {user("1", "p@k")},
       {"unchanged", "skipped/duplicate_row"}},
      {"onto a change",
       {named("p@k", {is(lang, "fr")}), named("p@k", {is(lang, "fr")})},
       {user("1", "p@k")},
       {"update", "skipped/duplicate_row"}},
      {"onto a create",
       {named("p@k"), named("p@k"), named("p@k")},
       {},
       {"create", "skipped/duplicate_row", "skipped/duplicate_row"}},
      {"by id", {user("1", "new@k"), user("1", "new@k")}, {user("1", "p@k")}, {"update", "skipped/duplicate_row"}},
      {"unless another disagrees",
       {named("p@k"), named("p@k"), named("p@k", {is(lang, "fr")})},
       {},
       {"conflict/duplicate_key", "conflict/duplicate_key", "conflict/duplicate_key"}},
  });
  Run run({named("p@k"), named("p@k")});
  run.settle();
  CHECK(run.warnings(1) == Strings{"duplicate_row"});
  CHECK(run.warnings(0).empty());
  CHECK(run.message(1) == "repeats row 1");
}

TEST_CASE("rejected rows are never written, and still point to people") {
  settle_all({
      {"matched by key", {named("p@k", {is(lang, "fr")})}, {user("1", "p@k")}, {"rejected"}, {}, {true}},
      {"matched by id", {user("1", "x@k")}, {user("1", "p@k")}, {"rejected"}, {}, {true}},
      {"matched by nobody", {named("p@k")}, {}, {"rejected"}, {}, {true}},
      {"without a key", {{is(lang, "fr")}}, {user("1", "p@k")}, {"rejected"}, {"1"}, {true}},
      {"a valid row with the same key is in conflict",
       {named("p@k"), named("p@k", {is(lang, "fr")})},
       {user("1", "p@k")},
       {"rejected", "conflict/duplicate_key"},
       {},
       {true, false}},
      {"an identical valid row too",
       {named("p@k"), named("p@k")},
       {},
       {"conflict/duplicate_key", "rejected"},
       {},
       {false, true}},
      {"a valid row for the same user by key",
       {user("1", "x@k"), named("p@k")},
       {user("1", "p@k")},
       {"rejected", "conflict/ambiguous_match"},
       {},
       {true, false}},
  });
}

TEST_CASE("an orphan is a user whom no row points to, whatever became of the row") {
  settle_all({
      {"whom no row names",
       {named("p@k")},
       {user("1", "p@k"), user("3", "r@k"), user("2", "q@k")},
       {"unchanged"},
       {"2", "3"}},
      {"not whom a conflict names",
       {user("1", "b@k"), named("c@k"), named("c@k", {is(lang, "fr")})},
       {user("1", "a@k"), user("2", "b@k"), user("3", "c@k"), user("4", "d@k")},
       {"conflict/ambiguous_match", "conflict/duplicate_key", "conflict/duplicate_key"},
       {"4"}},
      {"not whom the key of an unknown id names", {user("7", "p@k")}, {user("1", "p@k")}, {"conflict/unknown_id"}, {}},
  });
}

TEST_CASE("the user behind the key is told apart among the orphans") {
  plan::Options options;
  options.own_user_id = "2";
  Run run({named("p@k")}, options);
  run.list({user("1", "p@k"), user("2", "me@k"), user("3", "q@k")});
  const auto orphans = run.planner.orphans();
  REQUIRE(orphans.size() == 2);
  CHECK(orphans[0].id == "2");
  CHECK(orphans[0].key == "me@k");
  CHECK(orphans[0].standing == plan::Unmatched::Standing::own_user);
  CHECK(orphans[1].id == "3");
  CHECK(orphans[1].standing == plan::Unmatched::Standing::enabled);
}

TEST_CASE("a change names the row, the user and exactly what differs") {
  Run run({named("P@k", {is(lang, "en"), is(phone, "+33"), is(password, "Hunter-22")}),
           {is(id, "2"), is(lang, "en")},
           named("new@k")});
  run.list({user("1", "p@k", {is(lang, "fr")}), user("2", "q@k", {is(lang, "fr")})});
  run.settle();
  REQUIRE(run.changes.size() == 3);
  const model::Change& first = run.changes[0];
  CHECK(first.row == 0);
  CHECK(first.action == model::Action::update);
  CHECK(first.user_id == "1");
  CHECK(first.key == "P@k");
  REQUIRE(first.attributes.size() == 1);
  CHECK(first.attributes[0].attribute == lang);
  CHECK(first.attributes[0].before == "fr");
  CHECK(first.attributes[0].after == "en");
  CHECK(run.changes[1].key == "q@k");  // the row has none
  CHECK(run.changes[2].action == model::Action::create);
  CHECK(run.changes[2].user_id.empty());
  CHECK(run.changes[2].key == "new@k");
  CHECK(run.out.user_id(0) == "1");
  CHECK(run.out.user_id(1) == "2");
  CHECK(run.out.user_id(2).empty());
}

TEST_CASE("an update knows the user that it was planned on, as far as the roster speaks of them") {
  const Schema schema = test::schema();
  const model::Users roster = table({{is(email, "p@k"), is(lang, "en"), is(phone, "1")}, {is(email, "new@k")}},
                                    Presence::absent, {email, lang, phone, first_name, role});
  const std::vector<bool> rejected(2);
  plan::Options options;
  options.defaults = {{first_name, "New"}, {last_name, "One"}, {role, "PUBLISHER"}};
  plan::Planner planner(schema, roster, rejected, options);
  const auto seen = [](std::vector<Said> more) { return directory_of({user("1", "p@k", std::move(more))}); };
  const model::Users listed = seen({is(lang, "de"), unread(role)});
  const model::Users in_full = seen({is(lang, "fr"), unread(role)});
  planner.offer({&listed, 0}, Seen::listed);
  planner.offer({&in_full, 0}, Seen::looked_up);
  model::Reconciliation out;
  out.entries.resize(2);
  const auto changes = planner.settle(Coverage::whole, out);
  REQUIRE(changes.size() == 2);
  const model::Fingerprint& planned_on = changes[0].planned_on;
  CHECK(planned_on.over == std::vector<AttributeIndex>{email, first_name, lang});  // the role was not read
  struct Case {
    std::string name;
    std::vector<Said> more;
    bool matches;
  };
  const std::vector<Case> cases = {
      {"as last seen", {is(lang, "fr")}, true},
      {"as listed before that", {is(lang, "de")}, false},
      {"changed in what the row says nothing of", {is(lang, "fr"), is(first_name, "Percy")}, false},
      {"changed in what is no column of the roster", {is(lang, "fr"), is(last_name, "Galles")}, true},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const model::Users now = seen(one.more);
    CHECK(model::matches(schema, planned_on, {&now, 0}) == one.matches);
  }
  CHECK(changes[1].action == model::Action::create);
  CHECK(changes[1].planned_on.over.empty());
}

TEST_CASE("a listing that is read again leaves no residue of the first") {
  Run run({named("a@k", {is(lang, "fr")}), named("b@k"), named("c@k"), named("d@k"), named("e@k", {is(lang, "fr")}),
           named("f@k", {is(lang, "fr")})});
  run.list({user("1", "a@k"), user("2", "b@k"), user("3", "B@k"), user("4", "c@k"), user("5", "stranger@k"),
            user("6", "off@k", {is(disabled, "true")}), user("7", "e@k", {unread(lang)}),
            user("8", "f@k", {unread(lang)})});
  run.planner.fail(3, 500, "unreadable", "could not be read");
  run.planner.begin_listing();
  CHECK(run.planner.listed() == 0);
  CHECK(run.planner.listed_disabled() == 0);
  CHECK(run.orphans().empty());
  run.list({user("1", "a@k", {is(lang, "fr")}), user("2", "b@k"), user("7", "e@k", {is(lang, "fr")})});
  run.settle();
  CHECK(run.told() == Strings{"unchanged", "unchanged", "create", "create", "unchanged", "create"});
  CHECK(run.orphans().empty());
  CHECK(run.planner.listed() == 3);
}

TEST_CASE("users are counted as they are listed, not as they are looked up") {
  Run run({named("a@k")});
  run.list({user("1", "a@k"), user("2", "b@k", {is(disabled, "true")}), user("3", "c@k", {is(disabled, "false")})});
  run.look_up(user("1", "a@k", {is(disabled, "true")}));
  CHECK(run.planner.listed() == 3);
  CHECK(run.planner.listed_disabled() == 1);
}

TEST_CASE("a user whose listing lacks what decides is read in full, then compared") {
  Run run({named("a@k", {is(lang, "fr")}), named("b@k", {is(lang, "fr")}), named("c@k")});
  const auto asks = run.list({user("1", "a@k", {unread(lang)}), user("2", "b@k", {unread(lang)}),
                              user("3", "c@k", {unread(lang)}), user("4", "d@k", {unread(lang)})});
  CHECK(asks == std::vector<bool>{true, true, false, false});  // only where the roster speaks of it, only whom it names
  CHECK_FALSE(run.look_up(user("1", "a@k", {is(lang, "en")})));
  CHECK_FALSE(run.look_up(user("2", "b@k", {is(lang, "fr")})));
  run.settle();
  CHECK(run.told() == Strings{"update", "unchanged", "unchanged"});
  CHECK(run.orphans() == Strings{"4"});
}

TEST_CASE("a user who was to be read in full and never was is not called unchanged") {
  const std::vector<Person> roster = {named("a@k", {is(lang, "fr")})};
  const Person partial = user("1", "a@k", {unread(lang)});
  SUBCASE("nobody read them") {
    Run run(roster);
    CHECK(run.list({partial}).front());
    CHECK(run.settle().told() == Strings{"conflict/drifted"});
  }
  SUBCASE("the full read lacks it too") {
    Run run(roster);
    run.list({partial});
    CHECK(run.look_up(partial));
    CHECK(run.settle().told() == Strings{"conflict/drifted"});
  }
  SUBCASE("they are somebody else's by then") {
    Run run(roster);
    run.list({partial});
    CHECK_FALSE(run.look_up(user("1", "renamed@k", {is(lang, "en")})));
    CHECK(run.settle().told() == Strings{"conflict/drifted"});
    CHECK(run.changes.empty());
  }
  SUBCASE("the read failed") {
    Run run(roster);
    run.list({partial});
    run.planner.fail(0, 500, "unreadable", "the API said: no");
    CHECK(run.settle().told() == Strings{"failed/unreadable"});
    CHECK(run.message(0) == "the API said: no");
    CHECK(run.out.entries[0].http_status == 500);
    CHECK(run.out.user_id(0) == "1");
  }
}

TEST_CASE("a user who is listed twice is one user") {
  Run run({named("a@k", {is(lang, "fr")})});
  run.list({user("1", "a@k"), user("2", "b@k"), user("1", "a@k"), user("2", "b@k")});
  run.settle();
  CHECK(run.told() == Strings{"update"});
  CHECK(run.orphans() == Strings{"2"});
}

TEST_CASE("the last sight of a user counts") {
  Run run({named("a@k", {is(lang, "fr")})});
  run.list({user("1", "a@k"), user("1", "a@k", {is(lang, "fr")})});
  CHECK(run.settle().told() == Strings{"unchanged"});
}

TEST_CASE("a user who changes e-mail while the listing goes by is written once at most, and is no orphan") {
  SUBCASE("from one row's key to another's") {
    Run run({named("a@k", {is(lang, "fr")}), named("b@k", {is(lang, "en")})});
    run.list({user("1", "a@k"), user("1", "b@k")});
    CHECK(run.settle().told() == Strings{"conflict/ambiguous_match", "conflict/ambiguous_match"});
    CHECK(run.changes.empty());
  }
  SUBCASE("from nobody's to a row's") {
    Run run({named("b@k")});
    run.list({user("1", "a@k"), user("1", "b@k")});
    CHECK(run.settle().told() == Strings{"unchanged"});
    CHECK(run.orphans().empty());
  }
}

TEST_CASE("targeted: whom a look-up found") {
  Run run({named("a@k", {is(lang, "fr")}), user("2", "b@k"), named("c@k"), user("4", "d@k")});
  CHECK(run.planner.needs_looking_up(0));
  CHECK_FALSE(run.planner.matched(0));
  run.look_up(user("1", "a@k"));
  run.look_up(user("2", "b@k"));
  CHECK(run.planner.matched(0));
  CHECK_FALSE(run.planner.matched(2));
  run.settle(Coverage::targeted);
  CHECK(run.told() == Strings{"update", "unchanged", "create", "conflict/unknown_id"});
  CHECK(run.planner.listed() == 0);
  CHECK(run.orphans().empty());
}

TEST_CASE("rows that are settled without the directory need no look-up") {
  Run run({named("a@k"), named("a@k"), named("b@k"), named("b@k", {is(lang, "fr")}), named("c@k")}, {},
          {false, false, false, false, true});
  CHECK(run.planner.needs_looking_up(0));
  CHECK_FALSE(run.planner.needs_looking_up(1));
  CHECK_FALSE(run.planner.needs_looking_up(2));
  CHECK_FALSE(run.planner.needs_looking_up(3));
  CHECK_FALSE(run.planner.needs_looking_up(4));
}

TEST_CASE("an unproved listing withholds creates and goes on with updates") {
  Run run({named("a@k", {is(lang, "fr")}), named("b@k"), user("7", "c@k"), named("d@k")});
  run.list({user("1", "a@k"), user("4", "d@k")});
  run.settle(Coverage::unproved);
  CHECK(run.told() == Strings{"update", "skipped/listing_incomplete", "conflict/unknown_id", "unchanged"});
}

TEST_CASE("a user without an id cannot be told from another: nothing goes on") {
  Run run({named("a@k", {is(lang, "fr")})});
  CHECK_THROWS_AS(run.list({named("a@k")}), base::CannotRun);
}

// --- links -----------------------------------------------------------------------------------------------------------

namespace {

struct Linked {
  std::string name;
  std::vector<Person> roster;
  std::vector<std::string> stable_keys;
  std::unordered_map<std::string, std::string> links;
  std::vector<Person> directory;
  Strings told;
  Strings orphans = {};
};

}  // namespace

TEST_CASE("a row is matched by id, else by its link, else by key") {
  const std::vector<Linked> cases = {
      {"an e-mail changes: no second account", {named("new@k")}, {"7"}, {{"7", "1"}}, {user("1", "old@k")}, {"update"}},
      {"another stable key, another person",
       {named("new@k", {is(first_name, "Bohort")})},
       {"8"},
       {{"7", "1"}},
       {user("1", "old@k")},
       {"create"},
       {"1"}},
      {"a link without a row is nothing", {named("a@k")}, {""}, {{"7", "1"}}, {user("1", "a@k")}, {"unchanged"}},
      {"a link whose user is gone: the key counts",
       {named("a@k")},
       {"7"},
       {{"7", "9"}},
       {user("1", "a@k")},
       {"unchanged"}},
      {"a link whose user is gone, and nobody has the key", {named("a@k")}, {"7"}, {{"7", "9"}}, {}, {"create"}},
      {"link and key name different users",
       {named("b@k")},
       {"7"},
       {{"7", "1"}},
       {user("1", "a@k"), user("2", "b@k")},
       {"conflict/ambiguous_match"}},
      {"id and link name different users",
       {user("2", "b@k")},
       {"7"},
       {{"7", "1"}},
       {user("1", "a@k"), user("2", "b@k")},
       {"conflict/ambiguous_match"}},
      {"id and a link that is void", {user("2", "c@k")}, {"7"}, {{"7", "1"}}, {user("2", "b@k")}, {"update"}},
      {"an unknown id is not saved by a link",
       {user("9", "c@k")},
       {"7"},
       {{"7", "1"}},
       {user("1", "b@k")},
       {"conflict/unknown_id"}},
      {"two stable keys that were linked to one user",
       {named("a@k"), named("b@k")},
       {"7", "8"},
       {{"7", "1"}, {"8", "1"}},
       {user("1", "c@k")},
       {"conflict/ambiguous_match", "conflict/ambiguous_match"}},
      {"one by link, another by key",
       {named("new@k"), named("old@k")},
       {"7", "8"},
       {{"7", "1"}},
       {user("1", "old@k")},
       {"conflict/ambiguous_match", "conflict/ambiguous_match"}},
      {"e-mails are handed on: each keeps their account",
       {named("b@k"), named("c@k")},
       {"7", "8"},
       {{"7", "1"}, {"8", "2"}},
       {user("1", "a@k"), user("2", "b@k")},
       {"conflict/ambiguous_match", "conflict/ambiguous_match"}},
      {"rows that share a stable key, whatever became of it",
       {named("a@k"), named("b@k")},
       {"7", "7"},
       {{"7", "1"}},
       {user("1", "c@k")},
       {"conflict/duplicate_key", "conflict/duplicate_key"}},
  };
  for (const Linked& each : cases) {
    CAPTURE(each.name);
    for (const bool backwards : {false, true}) {
      CAPTURE(backwards);
      std::vector<Person> directory = each.directory;
      if (backwards) std::reverse(directory.begin(), directory.end());
      plan::Options options;
      options.identity = {each.stable_keys, each.links, {}};
      Run run(each.roster, options);
      run.list(directory);
      CHECK(run.orphans() == each.orphans);
      run.settle();
      CHECK(run.told() == each.told);
      CHECK(run.orphans() == each.orphans);
    }
  }
}

TEST_CASE("a changed e-mail with the same stable key changes the e-mail of the right account") {
  plan::Options options;
  options.identity = {{"7"}, {{"7", "1"}}, {}};
  Run run({named("new@k")}, options);
  run.list({user("2", "other@k"), user("1", "old@k")});
  run.settle();
  REQUIRE(run.changes.size() == 1);
  CHECK(run.changes[0].action == model::Action::update);
  CHECK(run.changes[0].user_id == "1");
  REQUIRE(run.changes[0].attributes.size() == 1);
  CHECK(run.changes[0].attributes[0].before == "old@k");
  CHECK(run.changes[0].attributes[0].after == "new@k");
}

TEST_CASE("a rejected row points to the user whom it is linked to") {
  plan::Options options;
  options.identity = {{"7"}, {{"7", "1"}}, {}};
  Run run({{is(email, "")}}, options, {true});
  run.list({user("1", "old@k")});
  CHECK(run.orphans().empty());
}

// --- people who move to another domain
// ----------------------------------------------------------------------------------

TEST_CASE("somebody at the old domain is the row's of the same name at the new one, unless that is there too") {
  struct Row {
    std::string name;
    std::vector<Person> roster;
    std::vector<Person> directory;
    Strings told;
    Strings orphans = {};
    std::vector<std::string> stable_keys = {};
    std::unordered_map<std::string, std::string> links = {};
  };
  const std::vector<Row> cases = {
      {"moved", {named("a@new")}, {user("1", "A@Old")}, {"update"}},
      {"moved already", {named("a@new")}, {user("1", "a@new")}, {"unchanged"}},
      {"both there: a guess", {named("a@new")}, {user("1", "a@new"), user("2", "a@old")}, {"conflict/ambiguous_match"}},
      {"two who might have moved",
       {named("a@new")},
       {user("1", "a@older"), user("2", "a@old")},
       {"conflict/ambiguous_match"}},
      {"another local part", {named("b@new", {is(first_name, "Bohort")})}, {user("1", "a@old")}, {"create"}, {"1"}},
      {"a row of old and one of new",
       {named("a@old"), named("a@new")},
       {user("1", "a@old")},
       {"conflict/ambiguous_match", "conflict/ambiguous_match"}},
      {"an id settles it", {user("1", "a@new")}, {user("1", "a@new"), user("2", "a@old")}, {"unchanged"}, {"2"}},
      {"an unknown id is not saved", {user("9", "a@new")}, {user("1", "a@old")}, {"conflict/unknown_id"}, {"1"}},
      {"a link settles it",
       {named("a@new")},
       {user("1", "a@new"), user("2", "a@old")},
       {"unchanged"},
       {"2"},
       {"7"},
       {{"7", "1"}}},
      {"a link to the one who moved", {named("a@new")}, {user("1", "a@old")}, {"update"}, {}, {"7"}, {{"7", "1"}}},
      {"a link that is void", {named("a@new")}, {user("1", "a@old")}, {"update"}, {}, {"7"}, {{"7", "9"}}},
      {"rows in dispute point to them",
       {named("a@new"), named("a@new", {is(lang, "fr")})},
       {user("1", "a@old")},
       {"conflict/duplicate_key", "conflict/duplicate_key"}},
  };
  for (const Row& each : cases) {
    CAPTURE(each.name);
    for (const bool backwards : {false, true}) {
      CAPTURE(backwards);
      std::vector<Person> directory = each.directory;
      if (backwards) std::reverse(directory.begin(), directory.end());
      plan::Options options;
      options.identity = {each.stable_keys, each.links, {{"old", "new"}, {"older", "new"}}};
      Run run(each.roster, options);
      run.list(directory);
      CHECK(run.orphans() == each.orphans);
      run.settle();
      CHECK(run.told() == each.told);
      CHECK(run.orphans() == each.orphans);
    }
  }
}

TEST_CASE("what is unknown of somebody who moved is read before anything is said, unless a better one comes") {
  plan::Options options;
  options.identity = {{"7"}, {{"7", "2"}}, {{"old", "new"}}};
  Run run({named("a@new", {is(lang, "fr")})}, options);
  CHECK(run.list({user("1", "a@old", {unread(lang)})}).front());
  CHECK(run.planner.matched(0));
  CHECK_FALSE(run.planner.linked(0));
  SUBCASE("it is read") {
    CHECK_FALSE(run.look_up(user("1", "a@old", {is(lang, "en")})));
    run.settle();
    REQUIRE(run.told() == Strings{"update"});
    CHECK(run.changes[0].attributes.size() == 2);
  }
  SUBCASE("it is not") {
    CHECK(run.settle().told() == Strings{"conflict/drifted"});
  }
  SUBCASE("somebody whom the row is linked to") {
    CHECK_FALSE(run.list({user("2", "x@k", {is(lang, "fr")})}).front());
    CHECK(run.planner.linked(0));
    CHECK_FALSE(run.look_up(user("1", "a@old", {is(lang, "en")})));
    run.settle();
    REQUIRE(run.told() == Strings{"update"});
    CHECK(run.changes[0].user_id == "2");
    CHECK(run.changes[0].attributes.size() == 1);
  }
}
