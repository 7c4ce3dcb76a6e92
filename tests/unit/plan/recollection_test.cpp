#include "plan/recollection.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "plan/diff.hpp"
#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;
using plan::Recollection;

namespace {

// Remembers the last confirmed text of a user's attribute; empty: clear.
class Memories final : public Recollection {
 public:
  Answer ask(std::string_view user_id, AttributeIndex attribute, Presence presence,
             std::string_view text) const override {
    const auto found = confirmed.find({std::string(user_id), attribute});
    if (found == confirmed.end()) return Answer::unknown;
    return found->second == (presence == Presence::value ? text : std::string_view()) ? Answer::current
                                                                                      : Answer::changed;
  }
  std::map<std::pair<std::string, AttributeIndex>, std::string> confirmed;
};

std::string told(const Schema& schema, const plan::Difference& difference) {
  std::string all;
  for (const auto& one : difference.changes) {
    CHECK(one.before_presence == (schema[one.attribute].readable ? Presence::value : Presence::unknown));
    all += schema[one.attribute].name + "=" + (one.after_presence == Presence::clear ? "-" : one.after) + " ";
  }
  for (const auto& one : difference.warnings) all += "(" + one.code + ") ";
  for (const AttributeIndex index : difference.assumed) all += "assumed:" + schema[index].name + " ";
  for (const AttributeIndex index : difference.unknown) all += "read:" + schema[index].name + " ";
  if (!all.empty()) all.pop_back();
  return all;
}

}  // namespace

TEST_CASE("what cannot be read back goes out where it differs from what was confirmed") {
  struct Case {
    const char* name;
    Person desired;
    std::map<std::pair<std::string, AttributeIndex>, std::string> confirmed;
    bool on_request;
    bool assume_current;
    const char* expected;
  };
  const std::vector<Case> cases = {
      {"as confirmed", {is(phone, "1")}, {{{"u1", phone}, "1"}}, false, false, ""},
      {"another value", {is(phone, "2")}, {{{"u1", phone}, "1"}}, false, false, "phone=2"},
      {"nothing known: a first send", {is(phone, "1")}, {}, false, false, "phone=1"},
      {"known of somebody else", {is(phone, "1")}, {{{"u2", phone}, "1"}}, false, false, "phone=1"},
      {"nothing said", {is(last_name, "L")}, {{{"u1", phone}, "1"}}, false, false, ""},
      {"cleared", {cleared(phone)}, {{{"u1", phone}, "1"}}, false, false, "phone=-"},
      {"clear as confirmed", {cleared(phone)}, {{{"u1", phone}, ""}}, false, false, ""},
      {"a first clearing", {cleared(phone)}, {}, false, false, "phone=-"},
      {"assumed", {is(phone, "1")}, {}, false, true, "assumed:phone"},
      {"assumed only where nothing is known", {is(phone, "2")}, {{{"u1", phone}, "1"}}, false, true, "phone=2"},
      {"a password, not asked for", {is(password, "Secret-2")}, {{{"u1", password}, "Secret-1"}}, false, false, ""},
      {"a password, not asked for, is not assumed", {is(password, "Secret-2")}, {}, false, true, ""},
      {"a password", {is(password, "Secret-2")}, {{{"u1", password}, "Secret-1"}}, true, false, "password=Secret-2"},
      {"the same password", {is(password, "Secret-1")}, {{{"u1", password}, "Secret-1"}}, true, false, ""},
      {"beside what can be read", {is(phone, "1"), is(last_name, "M")}, {}, false, false, "last_name=M phone=1"},
  };
  const Schema schema = test::schema();
  const model::Users directory = directory_of({{is(id, "u1"), is(last_name, "L")}});
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Memories memories;
    memories.confirmed = one.confirmed;
    const model::Users roster = roster_of({one.desired});
    CHECK(told(schema, plan::diff(schema, {&roster, 0}, {&directory, 0},
                                  {&memories, one.on_request, one.assume_current})) == one.expected);
  }
}

TEST_CASE("rules hold for what cannot be read back, too") {
  Schema schema = test::schema();
  schema.attributes[phone].applies_when = {{role, {"BUSINESS_MANAGER"}}};
  schema.attributes[phone].never = {{std::nullopt, "112", "that is nobody's own number"}};
  struct Case {
    const char* name;
    Person desired;
    Person remote;
    const char* expected;
  };
  const std::vector<Case> cases = {
      {"with effect", {is(phone, "1")}, {is(role, "BUSINESS_MANAGER")}, "phone=1"},
      {"without effect", {is(phone, "1")}, {is(role, "PUBLISHER")}, "(not_applicable)"},
      {"with effect after this write",
       {is(phone, "1"), is(role, "BUSINESS_MANAGER")},
       {is(role, "PUBLISHER")},
       "role=BUSINESS_MANAGER phone=1"},
      {"what decides was not read", {is(phone, "1")}, {unread(role)}, "read:role"},
      {"never sent", {is(phone, "112")}, {is(role, "BUSINESS_MANAGER")}, "(not_sent)"},
  };
  const Memories memories;
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const model::Users roster = roster_of({one.desired});
    const model::Users directory = directory_of({one.remote});
    CHECK(told(schema, plan::diff(schema, {&roster, 0}, {&directory, 0}, {&memories})) == one.expected);
  }
  const model::Users roster = roster_of({{is(phone, "1")}});
  const model::Users directory = directory_of({{is(role, "PUBLISHER")}});
  CHECK(plan::diff(schema, {&roster, 0}, {&directory, 0}, {&memories, false, true}).assumed.empty());
}

TEST_CASE("a new user has some of what a row says without its being sent") {
  Schema schema = test::schema();
  model::Attribute& news = schema.attributes.emplace_back(attribute_of("news", Type::boolean));
  news.readable = false;
  news.on_create = false;
  news.initial = "false";
  const AttributeIndex newsletter = attribute_count;
  const auto unseen = [&](const Said& said) {
    model::Users roster(schema.size(), {phone, password, newsletter, custom_role});
    roster.add();
    roster.set(0, said.attribute, said.presence, said.text);
    return plan::unseen_from_the_start(schema, {&roster, 0}, {}).size();
  };
  CHECK(unseen(cleared(phone)) == 1);
  CHECK(unseen(is(phone, "1")) == 0);  // sent, and so part of the change
  CHECK(unseen(is(newsletter, "false")) == 1);
  CHECK(unseen(is(newsletter, "true")) == 0);
  CHECK(unseen(cleared(custom_role)) == 0);  // can be read
  schema.attributes[phone].applies_when = {{role, {"BUSINESS_MANAGER"}}};
  CHECK(unseen(cleared(phone)) == 0);
}

TEST_CASE("a plan without its first sends is what would be sent anyway") {
  const Schema schema = test::schema();
  Memories memories;
  memories.confirmed[{"u2", phone}] = "1";
  const auto update = [](std::string user, std::vector<model::AttributeChange> attributes) {
    return model::Change{0, model::Action::update, std::move(user), "k", std::move(attributes)};
  };
  const model::AttributeChange call{phone, Presence::unknown, "", Presence::value, "2"};
  const model::AttributeChange name{last_name, Presence::value, "L", Presence::value, "M"};
  const model::Change create{0, model::Action::create, "", "k", {{phone, Presence::absent, "", Presence::value, "2"}}};
  const auto left = plan::without_first_sends(
      schema, {update("u1", {call}), update("u1", {call, name}), update("u2", {call}), create}, memories);
  REQUIRE(left.size() == 3);
  CHECK(left[0].attributes.size() == 1);
  CHECK(left[0].attributes[0].attribute == last_name);
  CHECK(left[1].user_id == "u2");
  CHECK(left[2].action == model::Action::create);
}

TEST_CASE("what is assumed is told by row, for those whom the run may write to") {
  const Memories memories;
  plan::Options options;
  options.write_only = {&memories, false, true};
  const auto person = [](const char* key) { return Person{is(email, key), is(phone, "1")}; };
  const auto assumed = [&](const plan::Options& with) {
    Run run({person("a@k"), person("b@k"), person("new@k")}, with);
    run.list({{is(id, "1"), is(email, "a@k")}, {is(id, "2"), is(email, "b@k")}});
    run.settle();
    CHECK(run.told(0) == "unchanged");
    std::vector<model::Row> rows;
    for (const auto& one : run.planner.assumed()) {
      CHECK(one.attribute == phone);
      rows.push_back(one.row);
    }
    return rows;
  };
  CHECK(assumed(options) == std::vector<model::Row>{0, 1});
  options.only = {"b@k"};
  CHECK(assumed(options) == std::vector<model::Row>{1});
}

TEST_CASE("what was sent in three runs is given up, and what has changed is outdated") {
  const auto record = [](const char* user, const char* attribute, const char* sent, const char* replaced,
                         std::uint32_t times) {
    return model::Written{user, attribute, Presence::value, sent, Presence::value, replaced, times, "d1", "d2", "r"};
  };
  const plan::Writings writings({record("1", "lang", "fr", "en", 3), record("2", "lang", "fr", "en", 3),
                                 record("3", "lang", "fr", "en", 2), record("4", "lang", "fr", "en", 3),
                                 record("5", "lang", "fr", "es", 3), record("9", "lang", "fr", "en", 3)});
  plan::Options options;
  options.writings = &writings;
  const auto wants = [](const char* key, std::vector<Said> more = {}) {
    Person person{is(email, key), is(lang, "fr")};
    person.insert(person.end(), more.begin(), more.end());
    return person;
  };
  const auto has = [](const char* user, const char* key, const char* language) {
    return Person{is(id, user), is(email, key), is(lang, language), is(last_name, "L")};
  };
  const std::vector<Person> people = {has("1", "a@k", "en"), has("2", "b@k", "en"), has("3", "c@k", "en"),
                                      has("4", "d@k", "fr"), has("5", "e@k", "en")};
  Run run({wants("a@k"), wants("b@k", {is(last_name, "M")}), wants("c@k"), wants("d@k"), wants("e@k")}, options);
  run.list(people);
  run.settle();
  CHECK(run.told() == std::vector<std::string>{"skipped/not_kept", "update", "update", "unchanged", "update"});
  CHECK(run.message(0).find("lang: written 3 times") != std::string::npos);
  REQUIRE(run.out.find_detail(0)->faults.size() == 1);
  CHECK(run.out.find_detail(0)->faults[0].column == "lang");
  CHECK(run.out.find_detail(0)->changes.size() == 1);
  CHECK(run.warnings(1) == std::vector<std::string>{"not_kept"});
  REQUIRE(run.change_of(1)->attributes.size() == 1);
  CHECK(run.change_of(1)->attributes[0].attribute == last_name);
  std::vector<std::string> outdated;
  for (const auto* one : run.planner.outdated()) outdated.push_back(one->user_id);
  CHECK(outdated == std::vector<std::string>{"4", "5"});  // kept since; and the directory has changed

  options.update = false;
  Run idle({wants("a@k")}, options);
  idle.list({people[0]});
  idle.settle();
  CHECK(idle.told(0) == "skipped/update_disabled");
}
