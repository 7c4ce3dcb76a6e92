#include "plan/merge.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "json/json.hpp"
#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

const Schema people = test::schema();

struct Union {
  explicit Union(const std::vector<Person>& rows, std::vector<AttributeIndex> lists = {business_ids},
                 const std::vector<std::string>& stable = {}, std::vector<bool> rejected = {})
      : roster(roster_of(rows)) {
    for (const std::string& key : stable) keys.add(key);
    if (rejected.empty()) rejected.resize(rows.size());
    merged = plan::merge(people, roster, keys, rejected, std::move(lists));
  }
  // "(absent)", "(clear)", or the canonical list.
  std::string list(model::Row row, AttributeIndex attribute = business_ids) const {
    if (roster.presence(row, attribute) == Presence::absent) return "(absent)";
    if (roster.presence(row, attribute) == Presence::clear) return "(clear)";
    return std::string(roster.text(row, attribute));
  }

  model::Users roster;
  model::TextColumn keys;
  plan::Merged merged;
};

Person jo(std::vector<Said> more, std::string address = "jo@x.com") {
  Person person{is(email, std::move(address)), is(first_name, "Jo"), is(last_name, "L"), is(role, "BUSINESS_MANAGER")};
  person.insert(person.end(), more.begin(), more.end());
  return person;
}

}  // namespace

TEST_CASE("lists of one person's rows are united in the first, and the others point to it") {
  const Union shops({jo({is(business_ids, R"(["b2"])")}), jo({is(business_ids, R"(["b9"])")}, "al@x.com"),
                     jo({is(business_ids, R"(["b1","b2"])")}), jo({is(business_ids, R"(["b3"])")})});
  CHECK(shops.list(0) == R"(["b1","b2","b3"])");
  CHECK(shops.list(1) == R"(["b9"])");
  CHECK_FALSE(shops.merged.holds(0));
  CHECK_FALSE(shops.merged.holds(1));
  CHECK(shops.merged.holds(2));
  CHECK(shops.merged.into[2] == 0);
  CHECK(shops.merged.into[3] == 0);
}

TEST_CASE("lists of lists are united as sets of sets") {
  const Union shops({jo({is(accesses, "[[1,2]]")}), jo({is(accesses, "[[1],[1,2]]")})}, {accesses});
  CHECK(shops.list(0, accesses) == "[[1],[1,2]]");
}

TEST_CASE("a blank adds nothing, and what is cleared counts only where nobody has a value") {
  CHECK(Union({jo({}), jo({is(business_ids, R"(["b1"])")})}).list(0) == R"(["b1"])");
  CHECK(Union({jo({cleared(business_ids)}), jo({is(business_ids, R"(["b1"])")})}).list(0) == R"(["b1"])");
  CHECK(Union({jo({is(business_ids, R"(["b1"])")}), jo({cleared(business_ids)})}).list(0) == R"(["b1"])");
  const Union cleared_once({jo({}), jo({cleared(business_ids)})});
  CHECK(cleared_once.list(0) == "(clear)");
  CHECK(cleared_once.merged.holds(1));
  const Union blank({jo({}), jo({})});
  CHECK(blank.list(0) == "(absent)");
  CHECK_FALSE(blank.merged.holds(1));  // a plain repetition
}

TEST_CASE("rows that disagree in anything else, or are rejected, stay as they are") {
  const std::vector<Person> some = {jo({is(business_ids, R"(["b1"])")}), jo({is(business_ids, R"(["b2"])")})};
  const auto untouched = [&](const Union& shops) {
    return shops.list(0) == R"(["b1"])" && shops.list(1) == R"(["b2"])" && !shops.merged.holds(1);
  };
  CHECK_FALSE(untouched(Union(some)));
  CHECK(untouched(Union(some, {})));
  CHECK(untouched(Union(some, {accesses})));
  CHECK(untouched(Union(some, {business_ids}, {"1", "2"})));
  CHECK(untouched(Union(some, {business_ids}, {"1", ""})));
  CHECK_FALSE(untouched(Union(some, {business_ids}, {"1", "1"})));
  CHECK(untouched(Union(some, {business_ids}, {}, {false, true})));
  CHECK(untouched(Union(some, {business_ids}, {}, {true, false})));
  for (const Said& differs : {is(lang, "fr"), is(id, "7"), is(accesses, "[[1]]"), cleared(custom_role)}) {
    std::vector<Person> two = some;
    two[1].push_back(differs);
    CHECK(untouched(Union(two)));
  }
  std::vector<Person> renamed = some;
  renamed[1][2] = is(last_name, "l");
  CHECK(untouched(Union(renamed)));
}

TEST_CASE("the key compares without case, and the first row's spelling is kept") {
  const Union shops({jo({is(business_ids, R"(["b1"])")}), jo({is(business_ids, R"(["b2"])")}, "JO@x.com")});
  CHECK(shops.list(0) == R"(["b1","b2"])");
  CHECK(shops.roster.text(0, email) == "jo@x.com");
  CHECK(shops.roster.text(1, email) == "jo@x.com");
}

TEST_CASE("a union that the attribute's policy forbids is not made") {
  Schema narrow = people;
  narrow.attributes[business_ids].policy.max_items = 2;
  model::Users roster = roster_of({jo({is(business_ids, R"(["b1","b2"])")}), jo({is(business_ids, R"(["b3"])")})});
  const model::TextColumn none;
  CHECK_FALSE(plan::merge(narrow, roster, none, {false, false}, {business_ids}).holds(1));
  CHECK(roster.text(0, business_ids) == R"(["b1","b2"])");
}

TEST_CASE("the order of rows does not matter to what is united") {
  std::mt19937 engine(20260101);
  const auto below = [&](int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(engine); };
  for (int round = 0; round < 300; ++round) {
    std::vector<Person> rows;
    for (int n = 2 + below(9); n > 0; --n) {
      std::vector<Said> more;
      if (below(4) == 0) more.push_back(is(lang, "fr"));
      const int list = below(5);
      if (list == 0) more.push_back(cleared(business_ids));
      if (list > 1) {
        std::set<std::string> items;
        for (int i = 1 + below(3); i > 0; --i) items.insert("b" + std::to_string(below(6)));
        more.push_back(is(business_ids, json::Json(items).dump()));
      }
      rows.push_back(jo(more, below(2) == 0 ? "jo@x.com" : "AL@x.com"));
    }
    const auto outcome = [](const std::vector<Person>& people_in_order) {
      const Union shops(people_in_order);
      std::multiset<std::string> told;
      for (model::Row row = 0; row < people_in_order.size(); ++row) {
        told.insert(std::string(shops.roster.text(row, email)) + " " + std::string(shops.roster.text(row, lang)) + " " +
                    shops.list(row));
      }
      return told;
    };
    const auto expected = outcome(rows);
    std::shuffle(rows.begin(), rows.end(), engine);
    CHECK(outcome(rows) == expected);
  }
}
