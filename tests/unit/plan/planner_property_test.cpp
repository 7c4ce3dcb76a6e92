// Rosters and directories drawn by seed, against the rules of matching written down a second time, as slowly and
// plainly as they read.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "model/value.hpp"
#include "text/text.hpp"
#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;
using plan::Coverage;

namespace {

struct World {
  std::vector<Person> roster;
  std::vector<bool> rejected;
  std::vector<Person> directory;
  plan::Options options;
  Coverage coverage = Coverage::whole;
};

class Draw {
 public:
  explicit Draw(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  std::string key() {
    static const char* const keys[] = {"a@k", "A@k", "b@k", "c@k", "d@k", "e@k", "B@K", "f@k"};
    return keys[below(8)];
  }
  void add_words(Person& person) {
    static const char* const roles[] = {"ORG_ADMIN", "BUSINESS_MANAGER", "PUBLISHER", "PROVIDER"};
    if (!one_in(4)) person.push_back(is(role, roles[below(person.empty() ? 3 : 4)]));
    if (one_in(2)) person.push_back(is(lang, one_in(2) ? "fr" : "en"));
    if (one_in(4)) person.push_back(is(disabled, one_in(2) ? "true" : "false"));
    if (one_in(4)) person.push_back(is(business_ids, one_in(2) ? R"(["1"])" : R"(["1","2"])"));
  }

  World world() {
    World made;
    for (std::size_t n = below(7); n > 0; --n) {
      if (!made.roster.empty() && one_in(5)) {
        const std::size_t twin = below(made.roster.size());
        made.roster.push_back(made.roster[twin]);
      } else {
        Person person;
        if (one_in(3)) person.push_back(is(id, std::to_string(below(8))));
        if (person.empty() || !one_in(5)) person.push_back(is(email, key()));
        person.push_back(is(first_name, one_in(2) ? "P" : "Q"));
        person.push_back(is(last_name, one_in(2) ? "G" : "H"));
        add_words(person);
        made.roster.push_back(person);
      }
      made.rejected.push_back(one_in(8));
    }
    for (std::size_t number = 0; number < 8; ++number) {
      if (one_in(2)) continue;
      Person person = {is(id, std::to_string(number)), is(first_name, one_in(4) ? "R" : "P"), is(last_name, "G")};
      if (!one_in(8)) person.push_back(is(email, key()));
      add_words(person);
      made.directory.push_back(person);
    }
    std::shuffle(made.directory.begin(), made.directory.end(), engine_);
    if (one_in(4)) made.options.create = false;
    if (one_in(4)) made.options.update = false;
    if (one_in(3)) made.options.own_user_id = std::to_string(below(8));
    if (one_in(3)) made.options.protect = {{"b@*", {}}, {"", {{role, "ORG_ADMIN"}}}};
    if (one_in(3)) made.options.only = {"a@k", "c@k"};
    if (one_in(3)) made.options.limit = below(3);
    if (one_in(3)) made.options.defaults = {{role, "PUBLISHER"}};
    if (one_in(4)) made.coverage = Coverage::unproved;
    return made;
  }

 private:
  std::mt19937 engine_;
};

std::string said(const Person& person, AttributeIndex index) {
  for (const Said& cell : person) {
    if (cell.attribute == index) return cell.text;
  }
  return {};
}

// What the rules say of one row, before create and update are weighed.
struct Verdict {
  std::string outcome;           // empty: matched or new
  const Person* user = nullptr;  // null: new
};

bool identical(const World& world, std::size_t a, std::size_t b) {
  if (world.rejected[a] || world.rejected[b]) return false;
  for (AttributeIndex index = 0; index < attribute_count; ++index) {
    if (said(world.roster[a], index) != said(world.roster[b], index)) return false;
  }
  return true;
}

bool share(const World& world, std::size_t a, std::size_t b) {
  const auto both = [&](AttributeIndex index, auto fold) {
    const std::string left = fold(said(world.roster[a], index));
    return !left.empty() && left == fold(said(world.roster[b], index));
  };
  return both(id, [](const std::string& text) { return text; }) ||
         both(email, [](const std::string& text) { return text::fold(text); });
}

bool names_by_key(const Person& row, const Person& user) {
  return !said(row, email).empty() && text::fold(said(row, email)) == text::fold(said(user, email));
}

bool belongs(const Person& row, const Person& user) {
  return said(row, id).empty() ? names_by_key(row, user) : said(row, id) == said(user, id);
}

bool repeats_an_earlier(const World& world, std::size_t row) {
  for (std::size_t other = 0; other < row; ++other) {
    if (share(world, other, row) && identical(world, other, row)) return true;
  }
  return false;
}

Verdict judge(const World& world, std::size_t row) {
  const Person& desired = world.roster[row];
  if (world.rejected[row]) return {"rejected"};
  for (std::size_t other = 0; other < world.roster.size(); ++other) {
    if (other != row && share(world, row, other) && !identical(world, row, other)) return {"conflict/duplicate_key"};
  }
  if (repeats_an_earlier(world, row)) return {"skipped/duplicate_row"};
  std::vector<const Person*> owned;
  bool key_names_another = false;
  for (const Person& user : world.directory) {
    if (belongs(desired, user)) owned.push_back(&user);
    if (names_by_key(desired, user) && !belongs(desired, user)) key_names_another = true;
  }
  if (owned.empty() && !said(desired, id).empty()) return {"conflict/unknown_id"};
  if (owned.size() > 1 || key_names_another) return {"conflict/ambiguous_match"};
  if (owned.empty()) return {};
  for (std::size_t other = 0; other < world.roster.size(); ++other) {
    if (other == row || !belongs(world.roster[other], *owned.front())) continue;
    if (!(share(world, row, other) && identical(world, row, other))) return {"conflict/ambiguous_match"};
  }
  return {"", owned.front()};
}

bool pointed_to(const World& world, const Person& user) {
  for (const Person& row : world.roster) {
    if (belongs(row, user) || names_by_key(row, user)) return true;
  }
  return false;
}

// Users who may be the person of a row that names nobody: of the same name, and nobody's.
std::vector<const Person*> namesakes(const World& world, const Person& row) {
  std::vector<const Person*> all;
  if (!said(row, id).empty()) return all;
  for (const Person& user : world.directory) {
    if (names_by_key(row, user)) return {};
    const bool same = said(row, first_name) == said(user, first_name) && said(row, last_name) == said(user, last_name);
    if (same && !pointed_to(world, user)) all.push_back(&user);
  }
  return all;
}

// Lists the directory as `world` has it; some users first without some of their attributes, some of them twice.
void see(Run& run, const World& world, unsigned seed) {
  Draw draw(seed);
  std::vector<Person> full;
  for (const Person& user : world.directory) {
    Person listed = user;
    const bool partial = draw.one_in(3);
    if (partial) listed.push_back(unread(lang));
    if (partial && draw.one_in(2)) listed.push_back(unread(role));
    if (run.list({listed}).front()) full.push_back(user);
    if (draw.one_in(6) && run.list({user}).front()) full.push_back(user);
  }
  for (const Person& user : full) REQUIRE_FALSE(run.look_up(user));
}

constexpr unsigned rounds = 3'000;

}  // namespace

TEST_CASE("property: every row is settled as the rules say, once, and nobody is written twice") {
  std::map<std::string, std::size_t> seen;
  for (unsigned seed = 0; seed < rounds; ++seed) {
    CAPTURE(seed);
    const World world = Draw(seed).world();
    Run run(world.roster, world.options, world.rejected);
    if (seed % 5 == 0) {  // a listing that came to nothing
      Draw other(seed + 1);
      run.list(other.world().directory);
      run.planner.begin_listing();
    }
    see(run, world, seed);
    run.settle(world.coverage);

    const model::Totals totals = model::totals(run.out);
    std::uint64_t added = 0;
    for (const model::Outcome outcome : model::all_outcomes) added += totals.of(outcome);
    CHECK(added == world.roster.size());

    std::set<model::Row> rows;
    std::set<std::string> users;
    std::set<std::string> keys;
    for (const model::Change& change : run.changes) {
      CHECK(rows.insert(change.row).second);
      CHECK(run.open_until_carried_out);
      CHECK((run.out.find_detail(change.row) == nullptr || run.out.find_detail(change.row)->reason.empty()));
      CHECK_FALSE(change.attributes.empty());
      if (change.action == model::Action::update) {
        CHECK_FALSE(change.user_id.empty());
        CHECK(users.insert(change.user_id).second);
        CHECK(change.user_id != world.options.own_user_id);
        CHECK(world.options.update);
      } else {
        CHECK(world.options.create);
        CHECK(world.coverage != Coverage::unproved);
        CHECK_FALSE(change.key.empty());
        CHECK(keys.insert(text::fold(change.key)).second);
        for (const Person& user : world.directory) CHECK(text::fold(said(user, email)) != text::fold(change.key));
      }
    }
    if (world.options.limit) CHECK(run.changes.size() <= *world.options.limit);

    for (std::size_t row = 0; row < world.roster.size(); ++row) {
      CAPTURE(row);
      const Verdict verdict = judge(world, row);
      const std::string told = run.told(static_cast<model::Row>(row));
      ++seen[told];
      if (!verdict.outcome.empty()) {
        CHECK(told == verdict.outcome);
        continue;
      }
      const std::set<std::string> of_new = {"create",
                                            "rejected",
                                            "skipped/create_disabled",
                                            "skipped/inactive",
                                            "skipped/only",
                                            "skipped/limit",
                                            "skipped/listing_incomplete",
                                            "conflict/protected",
                                            "conflict/probable_rename"};
      const std::set<std::string> of_matched = {"update",       "unchanged",     "skipped/update_disabled",
                                                "skipped/only", "skipped/limit", "conflict/protected"};
      CHECK((verdict.user == nullptr ? of_new : of_matched).count(told) == 1);
      const bool may_be_there = !namesakes(world, world.roster[row]).empty();
      if (told == "conflict/probable_rename") CHECK(may_be_there);
      if (told == "create" || (told == "skipped/limit" && verdict.user == nullptr)) CHECK_FALSE(may_be_there);
      if (verdict.user == nullptr) continue;
      CHECK(run.out.user_id(static_cast<model::Row>(row)) == said(*verdict.user, id));
      const model::Users directory = directory_of({*verdict.user});
      const auto difference = plan::diff(run.schema, {&run.roster, static_cast<model::Row>(row)}, {&directory, 0});
      CHECK((told == "unchanged") == difference.changes.empty());
      if (told == "update") {
        CHECK(run.change_of(static_cast<model::Row>(row))->attributes.size() == difference.changes.size());
      }
    }

    std::set<std::string> orphans;
    for (const Person& user : world.directory) {
      if (!pointed_to(world, user)) orphans.insert(said(user, id));
    }
    for (const Person& row : world.roster) {
      for (const Person* user : namesakes(world, row)) orphans.erase(said(*user, id));
    }
    const auto found = run.orphans();
    CHECK(std::set<std::string>(found.begin(), found.end()) == orphans);
    CHECK(found.size() == orphans.size());
  }
  for (const char* outcome :
       {"create", "update", "unchanged", "rejected", "conflict/duplicate_key", "conflict/unknown_id",
        "conflict/ambiguous_match", "conflict/protected", "conflict/probable_rename", "skipped/duplicate_row",
        "skipped/listing_incomplete", "skipped/only", "skipped/limit", "skipped/create_disabled",
        "skipped/update_disabled", "skipped/inactive"}) {
    CAPTURE(outcome);
    CHECK(seen[outcome] > 20);  // the draw reaches every one
  }
}
