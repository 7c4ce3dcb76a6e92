#include "directory/proof.hpp"

#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using directory::Proof;

namespace {

constexpr model::Presence unknown = model::Presence::unknown;

// A user as read in full: Perceval, without anything else.
struct Fixture {
  Fixture() {
    users.add();
    for (const auto column : users.columns()) users.set(0, column, model::Presence::clear);
    users.set(0, first_name, model::Presence::value, "Perceval");
  }
  model::Change planned(std::vector<model::AttributeChange> changes) const {
    model::Change change = update_of("u1", std::move(changes));
    change.planned_on = model::fingerprint(schema, {first_name, last_name, disabled}, {&users, 0});
    return change;
  }

  model::Schema schema = api_schema();
  model::Users users{schema.size(), all_readable(schema)};
  model::UserView user{&users, 0};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "whether a user already means what a change asks for") {
  CHECK(directory::carried_out(schema, {is(first_name, "Perceval")}, user) == true);
  CHECK(directory::carried_out(schema, {is(first_name, "perceval")}, user) == false);
  CHECK(directory::carried_out(schema, {cleared(city, "Vannes")}, user) == true);
  CHECK(directory::carried_out(schema, {cleared(first_name, "x")}, user) == false);
  CHECK(directory::carried_out(schema, {is(disabled, "false")}, user) == true);
  CHECK(directory::carried_out(schema, {cleared(disabled, "true")}, user) == true);
  CHECK(directory::carried_out(schema, {is(disabled, "true")}, user) == false);
  CHECK(directory::carried_out(schema, {is(phone, "1")}, user) == std::nullopt);
  CHECK(directory::carried_out(schema, {is(phone, "1"), is(first_name, "Perceval")}, user) == true);
  CHECK(directory::carried_out(schema, {is(phone, "1"), is(first_name, "Karadoc")}, user) == false);
}

TEST_CASE_FIXTURE(Fixture, "what a read proves of an update that may have been carried out") {
  const auto as_asked = from(first_name, "Per", "Perceval");
  const auto as_asked_of_who_was_empty =
      model::AttributeChange{first_name, model::Presence::clear, {}, model::Presence::value, "Perceval"};
  struct Case {
    std::string name;
    directory::Changes changes;
    Proof proof;
  };
  const std::vector<Case> cases = {
      {"as asked", {as_asked}, Proof::carried_out},
      {"as asked, of a new user", {is(first_name, "Perceval")}, Proof::carried_out},
      {"not as asked", {from(first_name, "Per", "Percy")}, Proof::not_carried_out},
      {"half as asked", {as_asked, from(title, "Squire", "Knight")}, Proof::not_carried_out},
      {"what cannot be read, beside what was different", {as_asked, is(phone, "1")}, Proof::carried_out},
      {"likewise, from empty", {as_asked_of_who_was_empty, is(phone, "1")}, Proof::carried_out},
      {"what cannot be read, beside what is not as asked",
       {from(first_name, "Per", "Percy"), is(phone, "1")},
       Proof::not_carried_out},
      {"what cannot be read, beside what may have been so before",
       {is(first_name, "Perceval"), is(phone, "1")},
       Proof::none},
      {"what cannot be read, whatever is said of before", {from(phone, "0", "1")}, Proof::none},
      {"nothing that can be read", {is(phone, "1")}, Proof::none},
      {"nothing", {}, Proof::none},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(directory::proof_in(schema, one.changes, user) == one.proof);
  }
}

TEST_CASE_FIXTURE(Fixture, "whether a user is still as an update was planned on, and what to say if not") {
  const std::string changed = "not written over, because the user has changed since this was planned";
  struct Case {
    std::string name;
    model::Change change;
    bool same;
    std::string told;
  };
  model::Change elsewhere = planned({from(first_name, "Perceval", "Percy")});
  elsewhere.planned_on.hash.low ^= 1;
  model::Change with_a_secret = planned({from(first_name, "Per", "Percy"), from(password, "old", "new")});
  const std::vector<Case> cases = {
      {"as planned", planned({from(first_name, "Perceval", "Percy")}), true, changed},
      {"without a fingerprint", update_of("u1", {from(first_name, "Perceval", "Percy")}), true, changed},
      {"nothing known of before", update_of("u1", {is(first_name, "Percy")}), true, changed},
      {"unknown before", update_of("u1", {{first_name, unknown, {}, model::Presence::value, "Percy"}}), true, changed},
      {"empty before, by its initial value", planned({from(disabled, "false", "true")}), true, changed},
      {"changed elsewhere", elsewhere, false, changed},
      {"another value", planned({from(first_name, "Per", "Percy")}), false, changed + ": first_name"},
      {"a value that is gone",
       planned({from(first_name, "Perceval", "Percy"), cleared(last_name, "Galles"), from(title, "Squire", "Knight")}),
       false, changed + ": last_name, title"},
      {"of a secret, nothing", with_a_secret, false, changed + ": first_name"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(directory::as_planned(schema, one.change, user) == one.same);
    CHECK(directory::drift(schema, one.change, user) == one.told);
  }
}
