#include "plan/matcher.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/plan/schema.hpp"

using namespace rostersync;
using namespace rostersync::test;
using plan::Matcher;
using plan::Sharing;

namespace {

struct Sharers {
  std::string name;
  std::vector<Person> roster;
  std::vector<bool> rejected;
  std::vector<Sharing> sharing;
};

constexpr auto alone = Sharing::alone;
constexpr auto repeats = Sharing::repeats;
constexpr auto disputed = Sharing::disputed;

std::vector<model::Row> sorted(std::vector<model::Row> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}
using Rows = std::vector<model::Row>;

const plan::Identity nothing_more;

}  // namespace

TEST_CASE("rows that share an id or a key") {
  const std::vector<Sharers> cases = {
      {"different keys", {{is(email, "a@k")}, {is(email, "b@k")}}, {}, {alone, alone}},
      {"no key at all", {{is(lang, "fr")}, {is(lang, "en")}, {cleared(email)}}, {}, {alone, alone, alone}},
      {"one key, different words",
       {{is(email, "a@k"), is(lang, "fr")}, {is(email, "a@k"), is(lang, "en")}},
       {},
       {disputed, disputed}},
      {"keys differ in case", {{is(email, "a@k")}, {is(email, "A@K")}}, {}, {disputed, disputed}},
      {"byte-identical",
       {{is(email, "a@k"), is(lang, "fr")}, {is(email, "a@k"), is(lang, "fr")}},
       {},
       {alone, repeats}},
      {"absent and cleared are not the same",
       {{is(email, "a@k")}, {is(email, "a@k"), cleared(custom_role)}},
       {},
       {disputed, disputed}},
      {"three identical", {{is(email, "a@k")}, {is(email, "a@k")}, {is(email, "a@k")}}, {}, {alone, repeats, repeats}},
      {"two identical and one that disagrees",
       {{is(email, "a@k")}, {is(email, "a@k")}, {is(email, "a@k"), is(lang, "fr")}},
       {},
       {disputed, disputed, disputed}},
      {"one that disagrees between",
       {{is(email, "a@k")}, {is(email, "a@k"), is(lang, "fr")}, {is(email, "a@k")}},
       {},
       {disputed, disputed, disputed}},
      {"identical, and both invalid", {{is(email, "a@k")}, {is(email, "a@k")}}, {true, true}, {disputed, disputed}},
      {"an invalid row puts a valid one in doubt",
       {{is(email, "a@k")}, {is(email, "a@k")}},
       {true, false},
       {disputed, disputed}},
      {"one id", {{is(id, "1"), is(email, "a@k")}, {is(id, "1"), is(email, "b@k")}}, {}, {disputed, disputed}},
      {"one id, identical", {{is(id, "1"), is(email, "a@k")}, {is(id, "1"), is(email, "a@k")}}, {}, {alone, repeats}},
      {"ids are compared to the letter", {{is(id, "a")}, {is(id, "A")}}, {}, {alone, alone}},
      {"a chain: by id, then by key",
       {{is(id, "1"), is(email, "a@k")}, {is(id, "1"), is(email, "b@k")}, {is(email, "b@k")}, {is(email, "c@k")}},
       {},
       {disputed, disputed, disputed, alone}},
      {"a repeat whose first falls into dispute by the other attribute",
       {{is(id, "1"), is(email, "a@k")}, {is(id, "1"), is(email, "a@k")}, {is(id, "2"), is(email, "a@k")}},
       {},
       {disputed, disputed, disputed}},
      {"dispute by id before the repeat",
       {{is(id, "1"), is(email, "z@k")}, {is(id, "1"), is(email, "a@k")}, {is(id, "1"), is(email, "a@k")}},
       {},
       {disputed, disputed, disputed}},
  };
  const Schema schema = test::schema();
  for (const Sharers& each : cases) {
    CAPTURE(each.name);
    const model::Users roster = roster_of(each.roster);
    const std::vector<bool> rejected = each.rejected.empty() ? std::vector<bool>(each.roster.size()) : each.rejected;
    const Matcher matcher(schema, roster, rejected, nothing_more);
    for (model::Row row = 0; row < roster.size(); ++row) {
      CAPTURE(row);
      CHECK(matcher.sharing(row) == each.sharing[row]);
      if (each.sharing[row] != alone) {
        REQUIRE(matcher.first_of(row) < roster.size());
        CHECK((matcher.first_of(row) != row));
      }
    }
  }
}

TEST_CASE("the first of those that share, and for the first the one it is at odds with") {
  const Schema schema = test::schema();
  const model::Users roster =
      roster_of({{is(email, "x@k")}, {is(email, "a@k")}, {is(email, "a@k")}, {is(email, "a@k"), is(lang, "fr")}});
  const std::vector<bool> rejected(4);
  const Matcher matcher(schema, roster, rejected, nothing_more);
  CHECK(matcher.first_of(1) == 3);
  CHECK(matcher.first_of(2) == 1);
  CHECK(matcher.first_of(3) == 1);
}

TEST_CASE("a user is found by id, then by key without case") {
  const Schema schema = test::schema();
  const model::Users roster = roster_of({{is(id, "1"), is(email, "a@k")},
                                         {is(email, "B@K")},
                                         {is(id, "3"), is(email, "c@k")},
                                         {is(id, "4")},
                                         {cleared(id), is(email, "e@k")}});
  const std::vector<bool> rejected(5);
  const Matcher matcher(schema, roster, rejected, nothing_more);
  struct Row {
    std::string name;
    const char* id;
    const char* key;
    Rows rows;
    Rows rivals;
  };
  const std::vector<Row> cases = {
      {"by id and key alike, once", "1", "a@k", {0}, {}},
      {"by id, another key", "1", "new@k", {0}, {}},
      {"by id without a key", "4", "", {3}, {}},
      {"by key", "9", "b@k", {1}, {}},
      {"by key of a row whose id is cleared", "9", "E@k", {4}, {}},
      {"the key names this user, the id another", "9", "c@k", {}, {2}},
      {"the id names this user, the key another's row", "1", "c@k", {0}, {2}},
      {"the id one row, the key another", "1", "b@k", {0, 1}, {}},
      {"a stranger", "9", "z@k", {}, {}},
      {"a stranger without a key", "9", "", {}, {}},
  };
  for (const Row& row : cases) {
    CAPTURE(row.name);
    const Matcher::Found found = matcher.find(row.id, row.key);
    CHECK(sorted(found.rows) == row.rows);
    CHECK(sorted(found.rivals) == row.rivals);
    CHECK(found.pointed_to() == !(row.rows.empty() && row.rivals.empty()));
  }
}

TEST_CASE("everybody who shares is found") {
  const Schema schema = test::schema();
  const model::Users roster = roster_of({{is(email, "a@k")}, {is(email, "A@k")}, {is(email, "a@k")}});
  const std::vector<bool> rejected(3);
  const Matcher matcher(schema, roster, rejected, nothing_more);
  CHECK(sorted(matcher.find("1", "a@K").rows) == Rows{0, 1, 2});
}

TEST_CASE("a roster whose rows all share one key is no burden") {
  const Schema schema = test::schema();
  model::Users roster(attribute_count, {email, lang});
  constexpr model::Row count = 100'000;  // pairs would be 5,000,000,000
  for (model::Row row = 0; row < count; ++row) {
    roster.add();
    roster.set(row, email, Presence::value, "noreply@k.com");
    if (row == count / 2) roster.set(row, lang, Presence::value, "fr");
  }
  const std::vector<bool> rejected(count);
  const Matcher matcher(schema, roster, rejected, nothing_more);
  std::size_t in_dispute = 0;
  for (model::Row row = 0; row < count; ++row) in_dispute += matcher.sharing(row) == Sharing::disputed ? 1 : 0;
  CHECK(in_dispute == count);
  CHECK(matcher.find("1", "NoReply@k.com").rows.size() == count);
}

TEST_CASE("rows that share a stable key") {
  const Schema schema = test::schema();
  struct Row {
    std::string name;
    std::vector<Person> roster;
    std::vector<std::string> stable_keys;
    std::vector<Sharing> sharing;
  };
  const std::vector<Row> cases = {
      {"different ones", {{is(email, "a@k")}, {is(email, "b@k")}}, {"1", "2"}, {alone, alone}},
      {"none at all", {{is(email, "a@k")}, {is(email, "b@k")}}, {"", ""}, {alone, alone}},
      {"one, and they say different things",
       {{is(email, "a@k")}, {is(email, "b@k")}},
       {"1", "1"},
       {disputed, disputed}},
      {"one, and they say the same", {{is(email, "a@k")}, {is(email, "a@k")}}, {"1", "1"}, {alone, repeats}},
      {"the same words under two of them", {{is(email, "a@k")}, {is(email, "a@k")}}, {"1", "2"}, {disputed, disputed}},
      {"the same words, once without", {{is(email, "a@k")}, {is(email, "a@k")}}, {"1", ""}, {disputed, disputed}},
  };
  for (const Row& each : cases) {
    CAPTURE(each.name);
    const model::Users roster = roster_of(each.roster);
    const std::vector<bool> rejected(each.roster.size());
    const plan::Identity identity{each.stable_keys, {}, {}};
    const Matcher matcher(schema, roster, rejected, identity);
    for (model::Row row = 0; row < roster.size(); ++row) CHECK(matcher.sharing(row) == each.sharing[row]);
  }
}

TEST_CASE("a user is found by link, and by a key that moved to another domain") {
  const Schema schema = test::schema();
  const model::Users roster = roster_of({{is(email, "a@k")},               // linked to 1
                                         {is(id, "2"), is(email, "b@k")},  // linked to 3
                                         {is(id, "4"), is(email, "c@k")},  // linked to 4
                                         {is(email, "d@New")},             // not linked
                                         {is(id, "5"), is(email, "e@new")},
                                         {is(email, "f@new")}});  // linked to 6
  const std::vector<bool> rejected(6);
  const plan::Identity identity{{"A", "B", "C", "", "", "F"},
                                {{"A", "1"}, {"B", "3"}, {"C", "4"}, {"F", "6"}},
                                {{"old", "new"}, {"older", "new"}, {"elsewhere", "nowhere"}}};
  const Matcher matcher(schema, roster, rejected, identity);
  struct Row {
    std::string name;
    const char* id;
    const char* key;
    Rows rows;
    Rows rivals;
    Rows moved;
  };
  const std::vector<Row> cases = {
      {"by link, whatever the key", "1", "x@k", {0}, {}, {}},
      {"by link and key alike, once", "1", "a@k", {0}, {}, {}},
      {"by key, while the link names another", "9", "a@k", {0}, {}, {}},
      {"by link, while the id names another", "3", "x@k", {}, {1}, {}},
      {"by link and key, while the id names another: once", "3", "b@k", {}, {1}, {}},
      {"by id and link alike, once", "4", "c@k", {2}, {}, {}},
      {"at the old domain", "9", "D@OLD", {}, {}, {3}},
      {"at one still older", "9", "d@older", {}, {}, {3}},
      {"at a domain that nobody leaves", "9", "d@k", {}, {}, {}},
      {"at one that is left for another", "9", "d@elsewhere", {}, {}, {}},
      {"a row with an id is not found by a guess", "9", "e@old", {}, {}, {}},
      {"linked, and at the old domain: once", "6", "f@old", {5}, {}, {}},
      {"at the old domain, while the link names another", "9", "f@old", {}, {}, {5}},
  };
  for (const Row& row : cases) {
    CAPTURE(row.name);
    const Matcher::Found found = matcher.find(row.id, row.key);
    CHECK(sorted(found.rows) == row.rows);
    CHECK(sorted(found.rivals) == row.rivals);
    CHECK(sorted(found.moved) == row.moved);
  }
  using Texts = std::vector<std::string>;
  CHECK(matcher.keys_before(3) == Texts{"d@old", "d@older"});
  CHECK(matcher.keys_before(0).empty());
}
