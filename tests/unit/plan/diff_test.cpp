#include "plan/diff.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "unit/plan/schema.hpp"

using namespace rostersync;
using namespace rostersync::test;
using plan::Creation;
using plan::Difference;

namespace {

// Changes as "attribute: before -> after"; "-" is empty.
std::vector<std::string> told(const Schema& schema, const std::vector<model::AttributeChange>& changes) {
  std::vector<std::string> lines;
  const auto shown = [](Presence presence, const std::string& text) {
    if (presence == Presence::value) return text;
    return std::string(presence == Presence::clear ? "-" : presence == Presence::absent ? "+" : "?");
  };
  for (const auto& change : changes) {
    lines.push_back(schema[change.attribute].name + ": " + shown(change.before_presence, change.before) + " -> " +
                    shown(change.after_presence, change.after));
  }
  return lines;
}

std::vector<std::string> codes(const std::vector<model::Warning>& warnings) {
  std::vector<std::string> result;
  for (const auto& warning : warnings) result.push_back(warning.code);
  return result;
}

std::vector<std::string> names(const Schema& schema, const std::vector<AttributeIndex>& indexes) {
  std::vector<std::string> result;
  for (const AttributeIndex index : indexes) result.push_back(schema[index].name);
  return result;
}

using Strings = std::vector<std::string>;

struct Comparing {
  std::string name;
  Person desired;
  Person remote;
  Strings changes;
  Strings warnings = {};
  Strings unknown = {};
};

Difference diff_of(const Schema& schema, const Person& desired, const Person& remote) {
  const model::Users roster = roster_of({desired});
  const model::Users directory = directory_of({remote});
  return plan::diff(schema, {&roster, 0}, {&directory, 0});
}

void compare_all(const std::vector<Comparing>& rows) {
  const Schema schema = test::schema();
  for (const Comparing& row : rows) {
    CAPTURE(row.name);
    const Difference difference = diff_of(schema, row.desired, row.remote);
    CHECK(told(schema, difference.changes) == row.changes);
    CHECK(codes(difference.warnings) == row.warnings);
    CHECK(names(schema, difference.unknown) == row.unknown);
  }
}

const Said manager = is(role, "BUSINESS_MANAGER");
const Said groups_manager = is(role, "GROUP_MANAGER");
const Said admin = is(role, "ORG_ADMIN");

}  // namespace

TEST_CASE("a difference is what differs by meaning") {
  compare_all({
      {"nothing said", {}, {is(last_name, "Galles"), manager}, {}},
      {"same text", {is(last_name, "Galles")}, {is(last_name, "Galles")}, {}},
      {"one attribute of several",
       {is(first_name, "Perceval"), is(last_name, "de Galles"), is(lang, "fr")},
       {is(first_name, "Perceval"), is(last_name, "Galles"), is(lang, "fr")},
       {"last_name: Galles -> de Galles"}},
      {"case of a name counts",
       {is(last_name, "DE GALLES")},
       {is(last_name, "de Galles")},
       {"last_name: de Galles -> DE GALLES"}},
      {"case of the e-mail does not", {is(email, "Perceval@Kaamelott.com")}, {is(email, "perceval@kaamelott.COM")}, {}},
      {"another e-mail is sent as the roster spells it",
       {is(email, "Perceval@Galles.uk")},
       {is(email, "p@k.com")},
       {"email: p@k.com -> Perceval@Galles.uk"}},
      {"a value where there is none", {is(lang, "fr")}, {}, {"lang: - -> fr"}},
      {"clear what is there", {cleared(custom_role)}, {is(custom_role, "shop")}, {"custom_role: shop -> -"}},
      {"clear what is empty", {cleared(custom_role)}, {}, {}},
      {"the id is never written", {is(id, "b")}, {is(id, "a")}, {}},
  });
}

TEST_CASE("the id is never written, whatever the schema says of it") {
  Schema schema = test::schema();
  schema.attributes[id].on_update = model::OnUpdate::yes;
  schema.attributes[id].on_create = true;
  CHECK(diff_of(schema, {is(id, "b")}, {is(id, "a")}).changes.empty());
  const model::Users roster = roster_of({{is(id, "b"), is(email, "p@k")}});
  for (const auto& change : plan::creation(schema, {&roster, 0}, {}).changes) CHECK(change.attribute != id);
}

TEST_CASE("nothing that cannot be read back goes out on an update") {
  compare_all({
      {"phone", {is(phone, "+33 1 23")}, {}, {}},
      {"phone cleared", {cleared(phone)}, {}, {}},
      {"password", {is(password, "Hunter-22")}, {}, {}},
      {"beside a difference",
       {is(phone, "+33 1 23"), is(password, "Hunter-22"), is(lang, "en")},
       {is(lang, "fr")},
       {"lang: fr -> en"}},
  });
}

TEST_CASE("an attribute without effect for the role after the write is not sent") {
  compare_all({
      {"has effect",
       {is(business_ids, R"(["2"])")},
       {manager, is(business_ids, R"(["1"])")},
       {R"(business_ids: ["1"] -> ["2"])"}},
      {"no effect for the remote role", {is(business_ids, R"(["2"])")}, {admin}, {}, {"not_applicable"}},
      {"no effect, and no difference: no word",
       {is(business_ids, R"(["2"])")},
       {admin, is(business_ids, R"(["2"])")},
       {}},
      {"no effect without a role", {is(business_ids, R"(["2"])")}, {}, {}, {"not_applicable"}},
      {"effect by the role that comes with it",
       {manager, is(business_ids, R"(["2"])")},
       {groups_manager},
       {"role: GROUP_MANAGER -> BUSINESS_MANAGER", R"(business_ids: - -> ["2"])"}},
      {"no effect by the role that comes with it",
       {groups_manager, is(business_ids, R"(["2"])")},
       {manager},
       {"role: BUSINESS_MANAGER -> GROUP_MANAGER"},
       {"not_applicable"}},
      {"each to its role",
       {groups_manager, is(business_ids, R"(["2"])"), is(accesses, "[[1]]")},
       {groups_manager},
       {"accesses: - -> [[1]]"},
       {"not_applicable"}},
      {"clearing has no effect either",
       {admin, cleared(business_ids)},
       {admin, is(business_ids, R"(["2"])")},
       {},
       {"not_applicable"}},
      {"the role that is kept decides",
       {manager, is(business_ids, R"(["2"])")},
       {is(role, "PROVIDER")},
       {},
       {"not_sent", "not_applicable"}},
  });
}

TEST_CASE("transitions that are never sent") {
  compare_all({
      {"a provider's role", {manager}, {is(role, "PROVIDER")}, {}, {"not_sent"}},
      {"a provider stays one: no word", {is(role, "PROVIDER")}, {is(role, "PROVIDER")}, {}},
      {"invited for somebody active", {is(status, "invited")}, {is(status, "active")}, {}, {"not_sent"}},
      {"active for somebody invited", {is(status, "active")}, {is(status, "invited")}, {"status: invited -> active"}},
      {"invited where nothing is known", {is(status, "invited")}, {}, {"status: - -> invited"}},
      {"the rest of the row goes on",
       {is(status, "invited"), is(lang, "en")},
       {is(status, "active"), is(lang, "fr")},
       {"lang: fr -> en"},
       {"not_sent"}},
  });
}

TEST_CASE("a value absent from a full read is the initial one") {
  compare_all({
      {"disabled, unsaid by the directory", {is(disabled, "false")}, {}, {}},
      {"disable somebody", {is(disabled, "true")}, {}, {"disabled: false -> true"}},
      {"disable who is enabled", {is(disabled, "true")}, {is(disabled, "false")}, {"disabled: false -> true"}},
      {"enable", {is(disabled, "false")}, {is(disabled, "true")}, {"disabled: true -> false"}},
      {"sso_only", {is(sso_only, "false")}, {}, {}},
      {"cleared and never set", {cleared(sso_only)}, {}, {}},
      {"cleared and at its initial value", {cleared(sso_only)}, {is(sso_only, "false")}, {}},
      {"cleared and set", {cleared(sso_only)}, {is(sso_only, "true")}, {"sso_only: true -> -"}},
  });
}

TEST_CASE("a row that matches a disabled user and says nothing of it") {
  compare_all({
      {"disabled", {is(lang, "fr")}, {is(disabled, "true"), is(lang, "fr")}, {}, {"matched_disabled"}},
      {"enabled", {is(lang, "fr")}, {is(disabled, "false"), is(lang, "fr")}, {}},
      {"unsaid", {is(lang, "fr")}, {is(lang, "fr")}, {}},
      {"the roster says disabled too", {is(disabled, "true")}, {is(disabled, "true")}, {}},
      {"the roster says enabled", {is(disabled, "false")}, {is(disabled, "true")}, {"disabled: true -> false"}},
  });
}

TEST_CASE("unknown is named only where it decides") {
  compare_all({
      {"what is compared", {is(lang, "fr")}, {unread(lang)}, {}, {}, {"lang"}},
      {"what is to be cleared", {cleared(custom_role)}, {unread(custom_role)}, {}, {}, {"custom_role"}},
      {"what nobody speaks of", {is(lang, "fr")}, {is(lang, "fr"), unread(role), unread(status)}, {}},
      {"the role that gives effect", {is(business_ids, R"(["2"])")}, {unread(role)}, {}, {}, {"role"}},
      {"a role that comes with the row is known, but compared",
       {manager, is(business_ids, R"(["2"])")},
       {unread(role), is(business_ids, R"(["2"])")},
       {},
       {},
       {"role"}},
      {"the role decides nothing where there is no difference",
       {is(business_ids, R"(["2"])")},
       {unread(role), is(business_ids, R"(["2"])")},
       {}},
      {"without effect, its value is no matter, and that is told",
       {is(business_ids, R"(["2"])")},
       {admin, unread(business_ids)},
       {},
       {"not_applicable"}},
      {"with effect it is", {is(business_ids, R"(["2"])")}, {manager, unread(business_ids)}, {}, {}, {"business_ids"}},
      {"write-only is never waited for", {is(phone, "1"), is(password, "x")}, {}, {}},
  });
}

TEST_CASE("an unread role is asked for only where no other rule settles it") {
  Schema schema = test::schema();
  schema.attributes[custom_role].applies_when = {{role, {"BUSINESS_MANAGER"}}, {sso_only, {"true"}}};
  const Person desired = {is(custom_role, "shop")};
  CHECK(diff_of(schema, desired, {unread(role)}).unknown.empty());  // sso_only is false already
  CHECK(codes(diff_of(schema, desired, {unread(role)}).warnings) == Strings{"not_applicable"});
  CHECK(names(schema, diff_of(schema, desired, {unread(role), is(sso_only, "true")}).unknown) == Strings{"role"});
}

TEST_CASE("a column that the directory's table does not have is unknown, never empty") {
  const Schema schema = test::schema();
  const model::Users roster = roster_of({{is(lang, "fr"), is(business_ids, R"(["2"])")}});
  const model::Users directory = table({{is(id, "a")}}, Presence::clear, {id, email});
  const Difference difference = plan::diff(schema, {&roster, 0}, {&directory, 0});
  CHECK(difference.changes.empty());
  CHECK(std::count(difference.unknown.begin(), difference.unknown.end(), lang) == 1);
  CHECK(std::count(difference.unknown.begin(), difference.unknown.end(), role) == 1);
}

// --- new people
// -------------------------------------------------------------------------------------------------------

namespace {

Creation create_of(const Schema& schema, const Person& desired, const plan::Defaults& defaults = {}) {
  const model::Users roster = roster_of({desired});
  return plan::creation(schema, {&roster, 0}, defaults);
}

const Person perceval = {is(email, "p@k.com"), is(first_name, "Perceval"), is(last_name, "de Galles")};

Person with(Person person, const std::vector<Said>& more) {
  person.insert(person.end(), more.begin(), more.end());
  return person;
}

}  // namespace

TEST_CASE("a new user has what the row says, what a create takes and what follows") {
  const Schema schema = test::schema();
  const Creation made = create_of(schema, with(perceval, {manager, is(business_ids, R"(["1"])"), is(phone, "+33"),
                                                          is(password, "Hunter-22"), cleared(custom_role)}));
  CHECK(told(schema, made.changes) == Strings{"email: + -> p@k.com", "first_name: + -> Perceval",
                                              "last_name: + -> de Galles", "role: + -> BUSINESS_MANAGER",
                                              R"(business_ids: + -> ["1"])", "phone: + -> +33",
                                              "password: + -> Hunter-22"});
  CHECK(made.missing.empty());
  CHECK(made.warnings.empty());
  CHECK_FALSE(made.inactive);
}

TEST_CASE("a create without what it requires") {
  const Schema schema = test::schema();
  struct Row {
    std::string name;
    Person desired;
    plan::Defaults defaults;
    Strings missing;
  };
  const std::vector<Row> rows = {
      {"no role", perceval, {}, {"role"}},
      {"role from the defaults", perceval, {{role, "PUBLISHER"}}, {}},
      {"a cleared role is no role, whatever the defaults",
       with(perceval, {cleared(role)}),
       {{role, "PUBLISHER"}},
       {"role"}},
      {"nothing at all", {}, {}, {"email", "first_name", "last_name", "role"}},
      {"a key is the row's own, never a default",
       {is(first_name, "P"), is(last_name, "G"), manager},
       {{email, "all@k.com"}},
       {"email"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(names(schema, create_of(schema, row.desired, row.defaults).missing) == row.missing);
  }
}

TEST_CASE("nobody is created without a key, even where the schema does not require one") {
  Schema schema = test::schema();
  schema.attributes[email].required = false;
  CHECK(names(schema, create_of(schema, {is(first_name, "P"), is(last_name, "G"), manager}).missing) ==
        Strings{"email"});
}

TEST_CASE("defaults fill what the row leaves unsaid, and nothing else") {
  const Schema schema = test::schema();
  const plan::Defaults defaults = {{role, "PUBLISHER"}, {lang, "fr"}, {custom_role, "shop"}};
  const Creation made = create_of(schema, with(perceval, {is(lang, "en"), cleared(custom_role)}), defaults);
  const Strings changes = told(schema, made.changes);
  CHECK(std::count(changes.begin(), changes.end(), "role: + -> PUBLISHER") == 1);
  CHECK(std::count(changes.begin(), changes.end(), "lang: + -> en") == 1);
  CHECK(changes.size() == 5);
}

TEST_CASE("what has no effect for a new user's role is not sent") {
  const Schema schema = test::schema();
  const Creation made = create_of(schema, with(perceval, {admin, is(business_ids, R"(["1"])")}));
  CHECK(codes(made.warnings) == Strings{"not_applicable"});
  CHECK(told(schema, made.changes).size() == 4);
  const Creation by_default =
      create_of(schema, with(perceval, {is(business_ids, R"(["1"])")}), {{role, "BUSINESS_MANAGER"}});
  CHECK(by_default.warnings.empty());
  CHECK(by_default.changes.size() == 5);
}

TEST_CASE("a rule over an attribute that a new user leaves unsaid goes by its initial value") {
  Schema schema = test::schema();
  schema.attributes[password].applies_when = {{sso_only, {"false"}}};
  CHECK(create_of(schema, with(perceval, {manager, is(password, "Hunter-22")})).changes.size() == 5);
  const Creation sso = create_of(schema, with(perceval, {manager, is(password, "Hunter-22"), is(sso_only, "true")}));
  CHECK(codes(sso.warnings) == Strings{"not_applicable"});
  CHECK(sso.warnings.front().message.find("Hunter-22") == std::string::npos);
}

TEST_CASE("a new person whom the roster calls inactive") {
  Schema schema = test::schema();
  CHECK(create_of(schema, with(perceval, {manager, is(disabled, "true")})).inactive);
  const Creation active = create_of(schema, with(perceval, {manager, is(disabled, "false")}));
  CHECK_FALSE(active.inactive);
  CHECK(active.changes.size() == 4);  // the initial value needs no completing update
  CHECK(create_of(schema, with(perceval, {manager}), {{disabled, "true"}}).inactive);

  schema.attributes[disabled].on_update = model::OnUpdate::no;  // neither create nor update can say it
  CHECK(create_of(schema, with(perceval, {manager, is(disabled, "true")})).inactive);

  schema = test::schema();
  schema.attributes[disabled].on_create = true;
  const Creation carried = create_of(schema, with(perceval, {manager, is(disabled, "true")}));
  CHECK_FALSE(carried.inactive);
  CHECK(carried.changes.size() == 5);
}

TEST_CASE("which changes disable somebody, and which grant a privilege") {
  const Schema schema = test::schema();
  const auto changes = [&](const Person& desired, const Person& remote) {
    return diff_of(schema, desired, remote).changes;
  };
  CHECK(plan::deactivates(schema, changes({is(disabled, "true")}, {})));
  CHECK_FALSE(plan::deactivates(schema, changes({is(disabled, "true")}, {is(disabled, "true")})));
  CHECK_FALSE(plan::deactivates(schema, changes({is(disabled, "false")}, {is(disabled, "true")})));
  CHECK_FALSE(plan::deactivates(schema, changes({is(sso_only, "true")}, {})));  // another attribute, the same value

  CHECK(plan::grants_privilege(schema, changes({admin}, {manager})));
  CHECK(plan::grants_privilege(schema, create_of(schema, with(perceval, {admin})).changes));
  CHECK(plan::grants_privilege(schema, create_of(schema, perceval, {{role, "ORG_ADMIN"}}).changes));
  CHECK_FALSE(plan::grants_privilege(schema, changes({manager}, {admin})));
  CHECK_FALSE(plan::grants_privilege(schema, changes({admin}, {admin})));
  CHECK_FALSE(plan::grants_privilege(schema, changes({is(last_name, "ORG_ADMIN")}, {})));
}

TEST_CASE("a privileged item of a set is granted when it comes, not while it stays") {
  Schema schema = test::schema();
  schema.attributes[business_ids].privileged = {"root"};
  schema.attributes[business_ids].applies_when.clear();
  const auto grants = [&](const char* after, const char* before) {
    const Person remote = *before == '\0' ? Person{} : Person{is(business_ids, before)};
    return plan::grants_privilege(schema, diff_of(schema, {is(business_ids, after)}, remote).changes);
  };
  CHECK(grants(R"(["a","root"])", ""));
  CHECK(grants(R"(["a","root"])", R"(["a"])"));
  CHECK_FALSE(grants(R"(["a","root"])", R"(["root"])"));
  CHECK_FALSE(grants(R"(["a"])", R"(["a","root"])"));
  CHECK_FALSE(grants(R"(["roots"])", ""));
}

TEST_CASE("a write that takes the effect of what the user has says so, with what that is") {
  const Schema schema = test::schema();
  const Person manager = {is(role, "BUSINESS_MANAGER"), is(business_ids, R"(["1","2"])")};
  const auto warned = [&](const Person& desired, const Person& remote) {
    return codes(diff_of(schema, desired, remote).warnings);
  };
  CHECK(warned({is(role, "PUBLISHER")}, manager) == Strings{plan::loses_effect});
  CHECK(diff_of(schema, {is(role, "PUBLISHER")}, manager).warnings[0].message.find(R"(["1","2"])") !=
        std::string::npos);
  CHECK(warned({is(role, "BUSINESS_MANAGER"), is(last_name, "X")}, manager).empty());
  CHECK(warned({is(role, "PUBLISHER")}, {is(role, "BUSINESS_MANAGER")}).empty());
  CHECK(warned({is(role, "PUBLISHER")}, {is(role, "ORG_MANAGER"), is(business_ids, R"(["1"])")}).empty());
  CHECK(warned({is(role, "PUBLISHER")}, {is(role, "BUSINESS_MANAGER"), unread(business_ids)}).empty());
}
