#include "model/plan.hpp"

#include <doctest/doctest.h>

#include <set>
#include <stdexcept>
#include <string>

using namespace rostersync::model;

namespace {

Schema two_attributes() {
  Schema schema;
  schema.attributes.resize(2);
  schema.attributes[0].name = "id";
  schema.attributes[1].name = "email";
  schema.key = 1;
  return schema;
}

}  // namespace

TEST_CASE("every outcome has the name that reports spell") {
  std::set<std::string> names;
  for (const Outcome outcome : all_outcomes) names.emplace(to_string(outcome));
  CHECK(names == std::set<std::string>{"unchanged", "planned_create", "planned_update", "created", "updated",
                                       "rejected", "conflict", "failed", "skipped"});
  for (std::size_t i = 0; i < all_outcomes.size(); ++i) CHECK(static_cast<std::size_t>(all_outcomes[i]) == i);
}

TEST_CASE("totals add up") {
  Reconciliation reconciliation;
  reconciliation.entries.resize(6);
  for (Entry& entry : reconciliation.entries) entry.outcome = Outcome::unchanged;
  reconciliation.run.roster.rows = 6;
  reconciliation.entries[1].outcome = Outcome::created;
  reconciliation.entries[2].outcome = Outcome::rejected;
  reconciliation.entries[3].outcome = Outcome::rejected;
  reconciliation.entries[4].outcome = Outcome::skipped;
  reconciliation.entries[5].outcome = Outcome::updated;
  const Totals sum = totals(reconciliation);
  CHECK(sum.rows == 6);
  CHECK(sum.of(Outcome::unchanged) == 1);
  CHECK(sum.of(Outcome::created) == 1);
  CHECK(sum.of(Outcome::updated) == 1);
  CHECK(sum.of(Outcome::rejected) == 2);
  CHECK(sum.of(Outcome::skipped) == 1);
  CHECK(sum.of(Outcome::conflict) == 0);
  std::uint64_t added = 0;
  for (const Outcome outcome : all_outcomes) added += sum.of(outcome);
  CHECK(added == sum.rows);
  CHECK_FALSE(sum.orphans.has_value());

  reconciliation.orphans.emplace(3);
  CHECK(totals(reconciliation).orphans == 3);
}

TEST_CASE("totals that do not add up are thrown, never reported") {
  Reconciliation reconciliation;
  reconciliation.entries.resize(6);
  for (Entry& entry : reconciliation.entries) entry.outcome = Outcome::unchanged;
  reconciliation.run.roster.rows = 7;  // a row got lost
  CHECK_THROWS_AS(totals(reconciliation), std::logic_error);
  reconciliation.run.roster.rows = 5;  // or was counted twice
  CHECK_THROWS_AS(totals(reconciliation), std::logic_error);
  reconciliation.run.roster.rows = 6;
  CHECK_NOTHROW(totals(reconciliation));
  reconciliation.entries[0].outcome = Outcome::pending;  // nobody settled it
  CHECK_THROWS_AS(totals(reconciliation), std::logic_error);
  reconciliation.entries[0].outcome = static_cast<Outcome>(42);
  CHECK_THROWS_AS(totals(reconciliation), std::logic_error);
}

TEST_CASE("details are made on first use and belong to their row") {
  Reconciliation reconciliation;
  reconciliation.entries.resize(3);
  CHECK(reconciliation.find_detail(1) == nullptr);
  EntryDetail& first = reconciliation.detail(1);
  first.reason = "one";
  for (int i = 0; i < 100; ++i) reconciliation.detail(2).warnings.push_back({"w", ""});
  CHECK(first.reason == "one");  // the reference holds while others are made
  CHECK(reconciliation.find_detail(1)->reason == "one");
  CHECK(reconciliation.find_detail(2)->warnings.size() == 100);
  CHECK(reconciliation.find_detail(0) == nullptr);
  CHECK(reconciliation.details.size() == 2);
}

TEST_CASE("a row's user and key") {
  const Schema schema = two_attributes();
  Users users(2, {1});
  users.set(users.add(), 1, Presence::value, "perceval@kaamelott.com");
  users.add();
  Reconciliation reconciliation;
  reconciliation.entries.resize(2);
  CHECK(reconciliation.key(0).empty());  // no table to take it from
  reconciliation.users = &users;
  reconciliation.schema = &schema;
  CHECK(reconciliation.key(0) == "perceval@kaamelott.com");
  CHECK(reconciliation.key(1).empty());
  CHECK(reconciliation.user_id(0).empty());
  reconciliation.set_user_id(0, "5309c3a237bbc544d8e26737");
  CHECK(reconciliation.user_id(0) == "5309c3a237bbc544d8e26737");
  CHECK(reconciliation.user_id(1).empty());
}

TEST_CASE("what is told of a row costs little") {
  CHECK(sizeof(Entry) <= 32);
}

TEST_CASE("a schema finds its attributes by exact name") {
  const Schema schema = two_attributes();
  CHECK(schema.find("email") == AttributeIndex{1});
  CHECK_FALSE(schema.find("Email").has_value());
  CHECK_FALSE(schema.find("").has_value());
}
