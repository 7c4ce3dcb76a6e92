// What the operator and the configuration withhold: protect, create, update, --only, --limit.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;
using plan::Coverage;
using plan::Options;
using plan::Protection;

namespace {

using Strings = std::vector<std::string>;

Person named(const std::string& key, std::vector<Said> more = {}) {
  Person person = {is(email, key), is(first_name, "Perceval"), is(last_name, "de Galles")};
  person.insert(person.end(), more.begin(), more.end());
  return person;
}
Person user(const std::string& number, const std::string& key, std::vector<Said> more = {}) {
  more.push_back(is(id, number));
  return named(key, std::move(more));
}
const Said french = is(lang, "fr");
const Said publisher = is(role, "PUBLISHER");
const Said admin = is(role, "ORG_ADMIN");

Options with_protect(std::vector<Protection> protect) {
  Options options;
  options.protect = std::move(protect);
  return options;
}

}  // namespace

TEST_CASE("protect, by e-mail and by attributes, where something would have been written") {
  const Protection glob{"*@partoo.co", {}};
  const Protection admins{"", {{role, "ORG_ADMIN"}}};
  struct Row {
    std::string name;
    Protection protection;
    Person desired;
    Person remote;  // empty: not there
    const char* told;
  };
  const std::vector<Row> rows = {
      {"the remote e-mail", glob, {is(id, "1"), french}, user("1", "x@partoo.co"), "conflict/protected"},
      {"the remote e-mail, whatever the roster's",
       glob,
       {is(id, "1"), is(email, "x@k.com")},
       user("1", "x@partoo.co"),
       "conflict/protected"},
      {"the roster's e-mail",
       glob,
       {is(id, "1"), is(email, "x@partoo.co")},
       user("1", "x@k.com"),
       "conflict/protected"},
      {"without case", glob, {is(id, "1"), french}, user("1", "X@PARTOO.CO"), "conflict/protected"},
      {"others are written", glob, {is(id, "1"), french}, user("1", "x@partoo.com"), "update"},
      {"nothing to write is no conflict", glob, named("x@partoo.co"), user("1", "x@partoo.co"), "unchanged"},
      {"creates too", glob, named("x@partoo.co", {publisher}), {}, "conflict/protected"},
      {"other creates go on", glob, named("x@k.com", {publisher}), {}, "create"},
      {"a role held", admins, named("x@k.com", {french}), user("1", "x@k.com", {admin}), "conflict/protected"},
      {"a role to be taken away", admins, named("x@k.com", {publisher}), user("1", "x@k.com", {admin}),
       "conflict/protected"},
      {"a role to be granted", admins, named("x@k.com", {admin}), user("1", "x@k.com", {publisher}),
       "conflict/protected"},
      {"another role", admins, named("x@k.com", {french}), user("1", "x@k.com", {publisher}), "update"},
      {"a role of a new user", admins, named("x@k.com", {admin}), {}, "conflict/protected"},
      {"all of several",
       {"", {{role, "ORG_ADMIN"}, {lang, "fr"}}},
       named("x@k.com", {is(custom_role, "c")}),
       user("1", "x@k.com", {admin, french}),
       "conflict/protected"},
      {"some of several",
       {"", {{role, "ORG_ADMIN"}, {lang, "fr"}}},
       named("x@k.com", {is(custom_role, "c")}),
       user("1", "x@k.com", {admin, is(lang, "en")}),
       "update"},
      {"all of several after the write",
       {"", {{role, "ORG_ADMIN"}, {lang, "fr"}}},
       named("x@k.com", {french}),
       user("1", "x@k.com", {admin, is(lang, "en")}),
       "conflict/protected"},
      {"an initial value that the directory leaves unsaid",
       {"", {{sso_only, "false"}}},
       named("x@k.com", {french}),
       user("1", "x@k.com"),
       "conflict/protected"},
      {"an e-mail as an attribute, without case",
       {"", {{email, "X@k.com"}}},
       named("x@K.com", {french}),
       user("1", "x@k.com"),
       "conflict/protected"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Run run({row.desired}, with_protect({{"nobody@*", {}}, row.protection}));
    if (!row.remote.empty()) CHECK_FALSE(run.list({row.remote}).front());
    run.settle();
    CHECK(run.told() == Strings{row.told});
    CHECK(run.changes.size() ==
          (std::string(row.told).find('/') == std::string::npos && row.told != std::string("unchanged") ? 1 : 0));
  }
}

TEST_CASE("a default counts for protect as if the row said it") {
  Options options = with_protect({{"", {{role, "ORG_ADMIN"}}}});
  options.defaults = {{role, "ORG_ADMIN"}};
  Run run({named("x@k.com"), named("y@k.com", {publisher})}, options);
  CHECK(run.settle().told() == Strings{"conflict/protected", "create"});
}

TEST_CASE("what protect goes by is read before anything is written, where it decides") {
  const auto asks = [](std::vector<Protection> protect, const Person& desired, const Person& remote) -> bool {
    Run run({desired}, with_protect(std::move(protect)));
    return run.list({remote}).front();
  };
  const Protection admins{"", {{role, "ORG_ADMIN"}}};
  const Person unread_role = user("1", "x@k.com", {unread(role)});
  CHECK(asks({admins}, named("x@k.com", {french}), unread_role));
  CHECK_FALSE(asks({admins}, named("x@k.com"), unread_role));                             // nothing would be written
  CHECK_FALSE(asks({{"*@k.com", {}}, admins}, named("x@k.com", {french}), unread_role));  // protected already
  CHECK_FALSE(asks({{"*@k.com", {}}, admins}, {is(id, "1"), is(email, "x@elsewhere")}, unread_role));  // and stays so
  CHECK_FALSE(asks({{"", {{role, "ORG_ADMIN"}, {custom_role, "c"}}}}, named("x@k.com", {french}), unread_role));

  Run run({named("x@k.com", {french})}, with_protect({admins}));
  CHECK(run.list({unread_role}).front());
  CHECK_FALSE(run.look_up(user("1", "x@k.com", {admin})));
  CHECK(run.settle().told() == Strings{"conflict/protected"});
}

TEST_CASE("a protecting attribute that the directory's table does not have protects nobody by silence") {
  Run run({named("x@k.com", {french})}, with_protect({{"", {{role, "ORG_ADMIN"}}}}));
  const model::Users directory =
      table({user("1", "x@k.com")}, Presence::clear, {id, email, first_name, last_name, lang});
  CHECK(run.planner.offer({&directory, 0}, plan::Seen::listed));
  CHECK(run.planner.offer({&directory, 0}, plan::Seen::looked_up));
  CHECK(run.settle().told() == Strings{"conflict/drifted"});
}

TEST_CASE("the user behind the credentials is never written") {
  Options options;
  options.own_user_id = "1";
  Run run({named("me@k.com", {french}), named("you@k.com", {french})}, options);
  run.list({user("1", "me@k.com"), user("2", "you@k.com")});
  CHECK(run.settle().told() == Strings{"conflict/protected", "update"});
  CHECK(run.out.find_detail(0)->changes.size() == 1);  // what would have been written is told

  Run same({named("me@k.com")}, options);
  same.list({user("1", "me@k.com")});
  CHECK(same.settle().told() == Strings{"unchanged"});
}

TEST_CASE("create: false and update: false") {
  Options no_creates;
  no_creates.create = false;
  Run without_creates({named("a@k", {french}), named("b@k", {publisher}), named("no role")}, no_creates);
  without_creates.list({user("1", "a@k")});
  CHECK(without_creates.settle().told() == Strings{"update", "skipped/create_disabled", "skipped/create_disabled"});

  Options no_updates;
  no_updates.update = false;
  no_updates.protect = {{"p@k", {}}};
  Run without_updates({named("a@k", {french}), named("b@k", {publisher}), named("c@k"), named("p@k", {french})},
                      no_updates);
  without_updates.list({user("1", "a@k"), user("3", "c@k"), user("4", "p@k")});
  // Nothing would have been written to the protected one either: the operator's word is enough.
  CHECK(without_updates.settle().told() ==
        Strings{"skipped/update_disabled", "create", "unchanged", "skipped/update_disabled"});
  CHECK(without_updates.out.find_detail(0)->changes.size() == 1);
}

TEST_CASE("--only narrows what is written") {
  Options options;
  options.only = {"a@k", "b@k", "by-id@k"};
  options.protect = {{"p@k", {}}};
  Run run({named("A@k", {french}),
           named("b@k", {publisher}),
           named("c@k", {french}),
           named("d@k", {publisher}),
           named("e@k"),
           {is(id, "6"), french},
           {is(id, "7"), french},
           named("p@k", {french})},
          options);
  run.list({user("1", "a@k"), user("3", "c@k"), user("5", "e@k"), user("6", "By-Id@k"), user("7", "other@k"),
            user("8", "p@k")});
  run.settle();
  CHECK(run.told() == Strings{"update", "create", "skipped/only", "skipped/only", "unchanged", "update", "skipped/only",
                              "skipped/only"});
}

TEST_CASE("--limit carries out the first changes and no more") {
  Options options;
  options.limit = 2;
  options.protect = {{"p@k", {}}};
  Run run({named("a@k"), named("p@k", {french}), named("b@k", {french}), named("c@k", {publisher}),
           named("d@k", {publisher, is(lang, "en")}), named("e@k", {french})},
          options);
  run.list({user("1", "a@k"), user("2", "b@k"), user("5", "e@k"), user("6", "p@k")});
  run.settle();
  CHECK(run.told() == Strings{"unchanged", "conflict/protected", "update", "create", "skipped/limit", "skipped/limit"});
  CHECK(run.out.find_detail(5)->changes.size() == 1);
  CHECK(run.out.find_detail(4)->changes.size() == 5);
  CHECK(run.message(4).find("--limit") != std::string::npos);

  options.limit = 0;
  Run nothing({named("b@k", {french})}, options);
  nothing.list({user("2", "b@k")});
  CHECK(nothing.settle().told() == Strings{"skipped/limit"});
}

TEST_CASE("a create without a role is rejected, with the reason why") {
  Run run({named("a@k"), named("b@k", {cleared(role)}), named("c@k", {publisher})});
  run.settle();
  CHECK(run.told() == Strings{"rejected", "rejected", "create"});
  REQUIRE(run.out.find_detail(0)->faults.size() == 1);
  const model::Fault& fault = run.out.find_detail(0)->faults[0];
  CHECK(fault.reason == "missing_required");
  CHECK(fault.column == "role");
  CHECK(fault.message == "a new user needs role: without it the user would be an administrator");
}

TEST_CASE("an update without a role is in order") {
  Run run({named("a@k", {french})});
  run.list({user("1", "a@k", {publisher})});
  CHECK(run.settle().told() == Strings{"update"});
}

TEST_CASE("a new person whom the roster calls inactive is skipped") {
  Run run({named("a@k", {publisher, is(disabled, "true")}), named("b@k", {is(disabled, "true")}),
           named("c@k", {publisher, is(disabled, "false")})});
  run.settle();
  CHECK(run.told() == Strings{"skipped/inactive", "skipped/inactive", "create"});
}

TEST_CASE("defaults are for creates only") {
  Options options;
  options.defaults = {{role, "BUSINESS_MANAGER"}, {lang, "fr"}};
  Run run({named("a@k"), named("b@k"), named("c@k", {is(lang, "en")})}, options);
  run.list({user("1", "a@k", {publisher, is(lang, "en")})});
  run.settle();
  CHECK(run.told() == Strings{"unchanged", "create", "create"});
  REQUIRE(run.changes.size() == 2);
  CHECK(run.changes[0].attributes.size() == 5);
  CHECK(run.changes[1].attributes.back().after == "en");
}

TEST_CASE("warnings of a row stand beside what was said of it before") {
  Run run({named("a@k", {is(business_ids, R"(["1"])")}), named("b@k", {publisher, is(business_ids, R"(["1"])")})});
  run.out.detail(0).warnings.push_back({"deprecated", "from the roster"});
  run.out.detail(1).warnings.push_back({"deprecated", "from the roster"});
  run.list({user("1", "a@k", {publisher, is(disabled, "true")})});
  run.settle();
  CHECK(run.told() == Strings{"unchanged", "create"});
  CHECK(run.warnings(0) == Strings{"deprecated", "not_applicable", "matched_disabled"});
  CHECK(run.warnings(1) == Strings{"deprecated", "not_applicable"});
}
