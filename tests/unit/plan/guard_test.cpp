#include "plan/guard.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "unit/plan/schema.hpp"

using namespace rostersync;
using namespace rostersync::test;
using model::Action;
using plan::Limit;
using plan::Limits;
using plan::Population;
using plan::Trip;

namespace {

model::AttributeChange to(AttributeIndex attribute, std::string after) {
  return {attribute, Presence::value, "before", Presence::value, std::move(after)};
}

// `count` changes of one kind to different users.
std::vector<model::Change> changes(std::size_t count, Action action,
                                   const std::vector<model::AttributeChange>& attributes) {
  std::vector<model::Change> made;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    made.push_back({static_cast<model::Row>(i), action, action == Action::update ? "id" + number : "",
                    number + "@k.com", attributes});
  }
  return made;
}

std::vector<model::Change> creates(std::size_t count) {
  return changes(count, Action::create, {to(role, "PUBLISHER")});
}
std::vector<model::Change> updates(std::size_t count) {
  return changes(count, Action::update, {to(last_name, "x")});
}
std::vector<model::Change> disabling(std::size_t count) {
  return changes(count, Action::update, {to(disabled, "true")});
}

std::vector<std::string> tripped(const std::vector<Trip>& trips) {
  std::vector<std::string> names;
  for (const Trip& trip : trips) names.push_back(trip.limit);
  return names;
}
using Strings = std::vector<std::string>;

std::vector<Trip> check(const std::vector<model::Change>& changes, std::uint64_t users, const Limits& limits = {},
                        std::optional<std::uint64_t> enabled = std::nullopt) {
  return plan::check(test::schema(), changes, Population{users, enabled.value_or(users)}, limits);
}

}  // namespace

TEST_CASE("nothing to do trips nothing") {
  CHECK(check({}, 0).empty());
  CHECK(check({}, 1'000).empty());
}

TEST_CASE("shares of creates and updates, rounded down, tripped by more than that, above the floor") {
  struct Row {
    std::string name;
    std::size_t count;
    std::uint64_t users;
    bool trips;
  };
  const std::vector<Row> rows = {
      {"the share exactly", 200, 1'000, false},
      {"one more", 201, 1'000, true},
      {"rounded down: 20% of 1,004 is 200", 201, 1'004, true},
      {"20% of 1,005 is 201", 201, 1'005, false},
      {"at the floor of 25 the share does not apply", 25, 10, false},
      {"above the floor it does", 26, 10, true},
      {"above the floor, within the share", 26, 130, false},
      {"26 of 129 are above 25", 26, 129, true},
      {"an empty directory, at the floor", 25, 0, false},
      {"an empty directory, above it", 26, 0, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(tripped(check(creates(row.count), row.users)) == (row.trips ? Strings{"creates"} : Strings{}));
    CHECK(tripped(check(updates(row.count), row.users)) == (row.trips ? Strings{"updates"} : Strings{}));
  }
}

TEST_CASE("shares that binary fractions would spoil") {
  struct Row {
    double percent;
    std::uint64_t users;
    std::uint64_t permitted;
  };
  for (const Row& row :
       {Row{0.1, 30'000, 30}, Row{0.3, 10'000, 30}, Row{0.7, 10'000, 70}, Row{33.3, 1'000, 333}, Row{1.1, 10'000, 110},
        Row{2.3, 3'000, 69}, Row{0.57, 10'000, 57}, Row{100, 77, 77}, Row{0, 1'000'000, 0}, Row{12.5, 1'000, 125}}) {
    CAPTURE(row.percent);
    Limits limits;
    limits.floor = 0;
    limits.updates = Limit{row.percent, 0};
    CHECK(check(updates(row.permitted), row.users, limits).empty());
    const auto trips = check(updates(row.permitted + 1), row.users, limits);
    REQUIRE(trips.size() == 1);
    CHECK(trips[0].permitted == row.permitted);
    CHECK(trips[0].count == row.permitted + 1);
  }
}

TEST_CASE("a limit that is a count has no floor") {
  Limits limits;
  limits.creates = Limit{std::nullopt, 3};
  limits.updates = Limit{std::nullopt, 0};
  CHECK(check(creates(3), 1'000, limits).empty());
  CHECK(tripped(check(creates(4), 1'000, limits)) == Strings{"creates"});
  CHECK(tripped(check(updates(1), 1'000, limits)) == Strings{"updates"});
}

TEST_CASE("deactivations are a share of the enabled, with a floor of their own") {
  CHECK(check(disabling(3), 10).empty());
  CHECK(tripped(check(disabling(4), 10)) == Strings{"deactivations"});
  CHECK(check(disabling(50), 1'000).empty());
  CHECK(tripped(check(disabling(51), 1'000)) == Strings{"deactivations"});
  CHECK(tripped(check(disabling(46), 1'000, {}, 900)) == Strings{"deactivations"});  // 45 of the enabled
  CHECK(check(disabling(45), 1'000, {}, 900).empty());
  // Enabling is no deactivation, nor is another attribute with that value.
  CHECK(check(changes(25, Action::update, {to(disabled, "false")}), 1'000).empty());
  CHECK(check(changes(25, Action::update, {to(sso_only, "true")}), 30).empty());
  // A new user disables nobody.
  CHECK(check(changes(20, Action::create, {to(disabled, "true")}), 100).empty());
}

TEST_CASE("a privileged role has no floor, for new people and old") {
  for (const Action action : {Action::create, Action::update}) {
    const auto trips = check(changes(1, action, {to(role, "ORG_ADMIN")}), 1'000'000);
    REQUIRE(tripped(trips) == Strings{"privileged"});
    CHECK(trips[0].count == 1);
    CHECK(trips[0].permitted == 0);
  }
  CHECK(check(changes(20, Action::update, {to(role, "ORG_MANAGER")}), 1'000'000).empty());
  CHECK(check(changes(20, Action::update, {to(last_name, "ORG_ADMIN")}), 1'000'000).empty());
  Limits two;
  two.privileged = 2;
  CHECK(check(changes(2, Action::update, {to(role, "ORG_ADMIN")}), 1'000, two).empty());
  CHECK(tripped(check(changes(3, Action::update, {to(role, "ORG_ADMIN")}), 1'000, two)) == Strings{"privileged"});
}

TEST_CASE("old and new people's privileges are counted together") {
  auto both = changes(1, Action::create, {to(role, "ORG_ADMIN")});
  both.push_back(changes(1, Action::update, {to(role, "ORG_ADMIN")}).front());
  Limits one;
  one.privileged = 1;
  REQUIRE(check(both, 1'000, one).size() == 1);
  CHECK(check(both, 1'000, one)[0].count == 2);
}

TEST_CASE("limits by attribute count the updates that change it") {
  Limits limits;
  limits.attributes = {{"email", Limit{5.0, 0}}, {"role", Limit{std::nullopt, 2}}};
  CHECK(check(changes(50, Action::update, {to(email, "x@k.com")}), 1'000, limits).empty());
  CHECK(tripped(check(changes(51, Action::update, {to(email, "x@k.com")}), 1'000, limits)) == Strings{"email"});
  CHECK(check(changes(25, Action::update, {to(email, "x@k.com")}), 30, limits).empty());  // the floor, for a share
  CHECK(tripped(check(changes(3, Action::update, {to(role, "PUBLISHER")}), 1'000, limits)) == Strings{"role"});
  CHECK(check(changes(60, Action::create, {to(email, "x@k.com"), to(role, "PUBLISHER")}), 1'000, limits).empty());
  CHECK(check(changes(60, Action::update, {to(lang, "fr")}), 1'000, limits).empty());
}

TEST_CASE("every limit that is passed is told") {
  auto all = changes(300, Action::update, {to(role, "ORG_ADMIN"), to(disabled, "true")});
  const auto more = creates(300);
  all.insert(all.end(), more.begin(), more.end());
  Limits limits;
  limits.attributes = {{"role", Limit{5.0, 0}}};
  CHECK(tripped(check(all, 1'000, limits)) == Strings{"creates", "updates", "deactivations", "privileged", "role"});
}

TEST_CASE("--allow raises one limit for one run") {
  Limits limits;
  limits.allowed = {{"creates", 300}};
  CHECK(check(creates(300), 1'000, limits).empty());
  CHECK(tripped(check(creates(301), 1'000, limits)) == Strings{"creates"});
  CHECK(tripped(check(updates(300), 1'000, limits)) == Strings{"updates"});  // the other one stays

  limits.allowed = {{"creates", 5}};  // it raises, and never lowers
  CHECK(check(creates(200), 1'000, limits).empty());
  CHECK(check(creates(20), 10, limits).empty());

  limits.allowed = {{"privileged", 1}, {"role", 40}, {"deactivations", 60}, {"updates", 60}};
  limits.attributes = {{"role", Limit{std::nullopt, 0}}};
  CHECK(check(changes(1, Action::update, {to(role, "ORG_ADMIN")}), 1'000, limits).empty());
  CHECK(check(changes(40, Action::update, {to(role, "PUBLISHER")}), 1'000, limits).empty());
  CHECK(tripped(check(changes(41, Action::update, {to(role, "PUBLISHER")}), 1'000, limits)) == Strings{"role"});
  CHECK(check(disabling(60), 1'000, limits).empty());
}

TEST_CASE("the message says what tripped, by how much, and the exact remedy") {
  const auto message = [](const std::vector<Trip>& trips) {
    return trips.empty() ? std::string{} : trips.front().message;
  };
  CHECK(message(check(creates(334), 1'000)) ==
        "334 people would be created, and the limit \"creates\" is 200 (20% of 1000 users); if that is intended, add "
        "--allow creates=334");
  CHECK(message(check(disabling(46), 1'000, {}, 900)) ==
        "46 people would be disabled, and the limit \"deactivations\" is 45 (5% of 900 enabled users); if that is "
        "intended, add --allow deactivations=46");
  CHECK(message(check(changes(1, Action::update, {to(role, "ORG_ADMIN")}), 1'000)) ==
        "1 person would be granted a privileged role, and the limit \"privileged\" is 0; if that is intended, add "
        "--allow privileged=1");
  Limits limits;
  limits.attributes = {{"role", Limit{std::nullopt, 2}}};
  limits.allowed = {{"role", 10}};
  CHECK(message(check(changes(11, Action::update, {to(role, "PUBLISHER")}), 1'000, limits)) ==
        "11 people would have their role changed, and the limit \"role\" is 2, raised to 10 for this run; if that "
        "is intended, add --allow role=11");
}
