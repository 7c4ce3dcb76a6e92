// What rows are told that share a key.
#include "plan/duplicates.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

Person al(std::vector<Said> more = {}) {
  Person person{is(email, "al@x.com"), is(first_name, "Al"), is(last_name, "K"), is(role, "BUSINESS_MANAGER")};
  person.insert(person.end(), more.begin(), more.end());
  return person;
}

std::string settled(Run& run, model::Row row) {
  run.settle();
  CHECK(run.told(row) == "conflict/duplicate_key");
  return run.message(row);
}

}  // namespace

TEST_CASE("a dispute names the other row, what they share and what differs") {
  Run two({al(), al({is(lang, "fr"), is(custom_role, "x")})});
  CHECK(settled(two, 0) ==
        "shares its email with row 2, and they differ in lang and custom_role; keep one of them, or make them say the "
        "same");
  CHECK(two.message(1) ==
        "shares its email with row 1, and they differ in lang and custom_role; keep one of them, or make them say the "
        "same");
  Run by_id({al({is(id, "7")}), {is(email, "b@x.com"), is(first_name, "Al"), is(id, "7")}});
  CHECK(
      settled(by_id, 1) ==
      "shares its id with row 1, and they differ in email, last_name and role; keep one of them, or make them say the "
      "same");
}

TEST_CASE("a row that says the same as another names the third with which both are in dispute") {
  Run three({al(), al(), al({is(lang, "fr")})});
  CHECK(settled(three, 0).starts_with("shares its email with row 3, and they differ in lang;"));
  CHECK(three.message(1).starts_with("shares its email with row 3, and they differ in lang;"));
  CHECK(three.message(2).starts_with("shares its email with row 1, and they differ in lang;"));
}

TEST_CASE("a rejected row is named as such") {
  Run run({al(), al()}, {}, {true, false});
  CHECK(settled(run, 1) == "shares its email with row 1, which is rejected; mend that row, or keep one of them");
}

TEST_CASE("of rows that were to be united, only what keeps them apart is named") {
  plan::Options options;
  options.kinship.merged.lists = {business_ids};
  Run run({al({is(business_ids, R"(["b1"])")}), al({is(business_ids, R"(["b2"])"), is(lang, "fr")})}, options);
  CHECK(settled(run, 0).find("they differ in lang;") != std::string::npos);
  Run too_many({al({is(business_ids, R"(["b1"])")}), al({is(business_ids, R"(["b2"])")})}, options);
  CHECK(settled(too_many, 0) ==
        "shares its email with row 2, and together they would have more items in business_ids than are permitted; keep "
        "one of them");
  Run without({al({is(business_ids, R"(["b1"])")}), al({is(business_ids, R"(["b2"])")})});
  CHECK(settled(without, 0).find("they differ in business_ids;") != std::string::npos);
}

TEST_CASE("rows that were united are skipped, and point to the person all the same") {
  model::TextColumn none;
  std::vector<Person> rows = {al({is(business_ids, R"(["b1"])")}), al({is(business_ids, R"(["b2"])")})};
  model::Users roster = roster_of(rows);
  plan::Options options;
  options.kinship.merged = plan::merge(test::schema(), roster, none, {false, false}, {business_ids});
  for (Person& row : rows) row.back() = is(business_ids, std::string(roster.text(0, business_ids)));
  Run run(rows, options);
  Person there = al({is(business_ids, R"(["b1"])"), is(id, "7")});
  run.list({there});
  run.settle();
  CHECK(run.told() == std::vector<std::string>{"update", "skipped/merged"});
  CHECK(run.message(1) == "one person with row 1, which has the business_ids of both");
  CHECK(run.change_of(0)->attributes.front().after == R"(["b1","b2"])");
  CHECK(run.out.user_id(1) == "7");
  CHECK(run.warnings(1).empty());
  CHECK(run.orphans().empty());
}
