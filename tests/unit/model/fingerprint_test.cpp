#include "model/fingerprint.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace rostersync;
using namespace rostersync::model;

namespace {

Attribute attribute(std::string name, Type type = Type::text) {
  Attribute made;
  made.name = std::move(name);
  made.type = type;
  made.fold_case = type == Type::email;
  return made;
}

// Under their names, so that the same person can be told under a profile in another order.
Schema schema_of(const std::vector<std::string>& names) {
  std::map<std::string, Attribute> known;
  for (const char* name : {"id", "first_name", "last_name"}) known[name] = attribute(name);
  known["email"] = attribute("email", Type::email);
  known["teams"] = attribute("teams", Type::text_set);
  known["disabled"] = attribute("disabled", Type::boolean);
  known["disabled"].initial = "false";
  known["phone"] = attribute("phone");
  known["phone"].readable = false;
  Schema schema;
  for (const std::string& name : names) schema.attributes.push_back(known.at(name));
  return schema;
}

const std::vector<std::string> usual = {"id", "email", "first_name", "last_name", "teams", "disabled", "phone"};

struct Said {
  Presence presence = Presence::clear;
  std::string text;
};
Said is(std::string text) {
  return {Presence::value, std::move(text)};
}
const Said empty = {Presence::clear, ""};
const Said unknown = {Presence::unknown, ""};
using Person = std::map<std::string, Said>;

const Person perceval = {{"id", is("u1")},     {"email", is("perceval@k.com")}, {"first_name", is("Perceval")},
                         {"last_name", empty}, {"teams", is(R"(["a","b"])")},   {"disabled", empty},
                         {"phone", unknown}};

Person but(const std::string& name, Said said) {
  Person other = perceval;
  other[name] = std::move(said);
  return other;
}

struct Read {
  Read(const Schema& told, const Person& person) : schema(told), users(schema.size(), columns()) {
    users.add();
    for (const auto& [name, said] : person) users.set(0, *schema.find(name), said.presence, said.text);
  }
  std::vector<AttributeIndex> columns() const {
    std::vector<AttributeIndex> all;
    for (AttributeIndex index = 0; index < schema.size(); ++index) all.push_back(index);
    return all;
  }
  Fingerprint taken() const { return fingerprint(schema, columns(), {&users, 0}); }
  bool fits(const Fingerprint& planned_on) const { return matches(schema, planned_on, {&users, 0}); }

  Schema schema;
  Users users;
};

std::vector<std::string> names_in(const Fingerprint& taken, const Schema& schema) {
  std::vector<std::string> names;
  for (const AttributeIndex index : taken.over) names.push_back(schema[index].name);
  return names;
}

}  // namespace

TEST_CASE("a fingerprint is taken over what is readable and known, and never over the id") {
  struct Case {
    std::string name;
    Person person;
    std::vector<std::string> over;
  };
  const std::vector<Case> cases = {
      {"a full read", perceval, {"email", "first_name", "last_name", "teams", "disabled"}},
      {"what a listing left out", but("teams", unknown), {"email", "first_name", "last_name", "disabled"}},
      {"what is not said", but("email", {Presence::absent, ""}), {"first_name", "last_name", "teams", "disabled"}},
      {"what cannot be read, though it seems known",
       but("phone", is("1")),
       {"email", "first_name", "last_name", "teams", "disabled"}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const Read read(schema_of(usual), one.person);
    CHECK(names_in(read.taken(), read.schema) == one.over);
  }
  const Read read(schema_of(usual), perceval);
  const auto index = [&](const char* name) { return *read.schema.find(name); };
  CHECK(fingerprint(read.schema, {index("teams"), index("id"), index("email")}, {&read.users, 0}).over ==
        std::vector<AttributeIndex>{index("email"), index("teams")});
}

TEST_CASE("whether a user is still as planned on") {
  struct Case {
    std::string name;
    Person now;
    bool same;
  };
  const std::vector<Case> cases = {
      {"nothing changed", perceval, true},
      {"another user, equal in what counts", but("id", is("u2")), true},
      {"the key in another case", but("email", is("Perceval@K.com")), true},
      {"another key", but("email", is("percy@k.com")), false},
      {"a text in another case", but("first_name", is("perceval")), false},
      {"a text that was empty", but("last_name", is("de Galles")), false},
      {"a text that is empty now", but("first_name", empty), false},
      {"a text moved to the next attribute",
       [] {
         Person moved = but("first_name", empty);
         moved["last_name"] = is("Perceval");
         return moved;
       }(),
       false},
      {"a set with one more", but("teams", is(R"(["a","b","c"])")), false},
      {"the initial value, said aloud", but("disabled", is("false")), true},
      {"another than the initial value", but("disabled", is("true")), false},
      {"something that is not known now", but("teams", unknown), false},
      {"something that was empty, and is not known now", but("last_name", unknown), false},
      {"something that is not said now", but("teams", {Presence::absent, ""}), false},
      {"what cannot be read", but("phone", is("1")), true},
  };
  const Schema schema = schema_of(usual);
  const Fingerprint planned_on = Read(schema, perceval).taken();
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(Read(schema, one.now).fits(planned_on) == one.same);
  }
}

TEST_CASE("what was unknown when it was planned may be anything") {
  const Schema schema = schema_of(usual);
  const Fingerprint planned_on = Read(schema, but("teams", unknown)).taken();
  CHECK(Read(schema, perceval).fits(planned_on));
  CHECK(Read(schema, but("teams", empty)).fits(planned_on));
  CHECK_FALSE(Read(schema, but("first_name", is("Percy"))).fits(planned_on));
}

TEST_CASE("where nothing is known, nothing can drift") {
  const Schema schema = schema_of(usual);
  const Read read(schema, perceval);
  const Fingerprint none = fingerprint(schema, {}, {&read.users, 0});
  CHECK(none.over.empty());
  CHECK(none.hash == base::WideHash{});
  CHECK(read.fits(none));
}

TEST_CASE("the same number under a profile in another order, and another under other names") {
  const Schema reordered = schema_of({"id", "disabled", "phone", "teams", "last_name", "first_name", "email"});
  const Fingerprint usual_one = Read(schema_of(usual), perceval).taken();
  CHECK(Read(reordered, perceval).taken().hash == usual_one.hash);

  Schema renamed = schema_of(usual);
  renamed.attributes[*renamed.find("last_name")].name = "surname";
  Person person = perceval;
  person.erase("last_name");
  person["surname"] = empty;
  CHECK(Read(renamed, person).taken().hash != usual_one.hash);
}

TEST_CASE("the number is the same in every release: it is kept on disks") {
  const base::WideHash hash = Read(schema_of(usual), perceval).taken().hash;
  CHECK(hash == base::wide_hash("8:disabled=5:false5:email=14:perceval@k.com10:first_name=8:Perceval"
                                "9:last_name-0:5:teams=9:[\"a\",\"b\"]"));
}
