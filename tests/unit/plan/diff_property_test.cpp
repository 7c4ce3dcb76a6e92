// What must hold of every diff, tried on users drawn by seed.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "json/json.hpp"
#include "model/value.hpp"
#include "plan/diff.hpp"
#include "unit/plan/schema.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;
using model::Canonical;
using plan::Difference;

namespace {

using Values = std::map<AttributeIndex, Canonical>;  // what one user has; nothing: absent

class Draw {
 public:
  explicit Draw(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class Container>
  const auto& of(const Container& from) {
    return from[below(from.size())];
  }
  template <class Items>
  void shuffle(Items& items) {
    std::shuffle(items.begin(), items.end(), engine_);
  }

  // A value as JSON spells it, of few enough that equal ones are common.
  Json json(const Attribute& attribute) {
    static const std::vector<std::string> texts = {"Perceval",    "perceval",      "Zo\xC3\xAB",
                                                   "Zoe\xCC\x88", "O'Neill, Sean", "de Galles "};
    static const std::vector<std::string> emails = {"p@k.com", "P@K.com", "Zo\xC3\xAB@k.com", "zoe\xCC\x88@K.com",
                                                    "q@k.com"};
    if (!attribute.values.empty()) return of(attribute.values);
    switch (attribute.type) {
      case Type::boolean:
        return one_in(2);
      case Type::text_set: {
        Json items = Json::array();
        for (std::size_t n = below(4); n > 0; --n) items.push_back(std::to_string(below(4)));
        return items;
      }
      case Type::integer_set_set: {
        Json sets = Json::array();
        for (std::size_t n = below(3); n > 0; --n) {
          Json set = Json::array();
          for (std::size_t m = below(4); m > 0; --m) set.push_back(below(4));
          sets.push_back(set);
        }
        return sets;
      }
      case Type::email:
        return of(emails);
      default:
        return of(texts);
    }
  }

 private:
  std::mt19937 engine_;
};

// A user of the directory, and a row of a roster: each attribute drawn, empty, or (roster) unsaid.
Values remote_user(Draw& draw, const Schema& schema) {
  Values values;
  for (AttributeIndex index = 1; index < schema.size(); ++index) {
    if (!schema[index].readable) continue;
    values[index] = draw.one_in(5) ? Canonical{} : model::canonical_from_json(schema[index], draw.json(schema[index]));
    if (index == role && draw.one_in(8)) values[index] = {Presence::value, "PROVIDER", {}};
  }
  return values;
}

Values desired_user(Draw& draw, const Schema& schema) {
  Values values;
  for (AttributeIndex index = 1; index < schema.size(); ++index) {
    if (draw.one_in(3)) continue;
    const bool clear = schema[index].clearable && draw.one_in(4);
    values[index] = clear ? Canonical{} : model::canonical_from_json(schema[index], draw.json(schema[index]));
  }
  return values;
}

model::Users users_of(const Values& values, Presence unsaid) {
  Person person;
  for (const auto& [index, value] : values) person.push_back({index, value.presence, value.text});
  return table({person}, unsaid);
}

Values applied(const Difference& difference, Values to) {
  for (const auto& change : difference.changes) to[change.attribute] = {change.after_presence, change.after, {}};
  return to;
}

// Whether two values are the same to anybody who reads the directory.
bool same(const Attribute& attribute, Canonical a, Canonical b) {
  const auto settle = [&](Canonical& value) {
    if (value.presence == Presence::clear && attribute.initial) value = {Presence::value, *attribute.initial, {}};
  };
  settle(a);
  settle(b);
  return model::same_meaning(attribute, a.presence, a.text, b.presence, b.text);
}

std::string role_of(const Values& values) {
  const auto found = values.find(role);
  return found == values.end() ? std::string{} : found->second.text;
}

// By the rules in words: what a write can bring about for this attribute.
bool may_change(AttributeIndex index, const Values& desired, const Values& before, const Values& after) {
  if (index == phone || index == password) return false;
  if (index == business_ids) return role_of(after) == "BUSINESS_MANAGER";
  if (index == accesses) return role_of(after) == "GROUP_MANAGER";
  if (index == role) return role_of(before) != "PROVIDER";
  if (index == status) return !(before.at(status).text == "active" && desired.at(status).text == "invited");
  return true;
}

struct Pair {
  Values desired;
  Values remote;
  Difference difference;
};

Pair draw_pair(unsigned seed, const Schema& schema) {
  Draw draw(seed);
  Pair pair{desired_user(draw, schema), remote_user(draw, schema), {}};
  if (draw.one_in(4)) {
    for (const auto& [index, value] : pair.remote) {
      if (!draw.one_in(4)) pair.desired[index] = value;
    }
  }
  const model::Users roster = users_of(pair.desired, Presence::absent);
  const model::Users directory = users_of(pair.remote, Presence::unknown);
  pair.difference = plan::diff(schema, {&roster, 0}, {&directory, 0});
  return pair;
}

constexpr unsigned rounds = 2'000;

}  // namespace

TEST_CASE("property: applying the diff gives what the row says, as far as it applies, and touches nothing else") {
  const Schema schema = test::schema();
  std::size_t changed = 0;
  for (unsigned seed = 0; seed < rounds; ++seed) {
    CAPTURE(seed);
    const Pair pair = draw_pair(seed, schema);
    REQUIRE(pair.difference.unknown.empty());
    const Values after = applied(pair.difference, pair.remote);
    std::set<AttributeIndex> carried;
    for (const auto& change : pair.difference.changes) {
      CHECK(carried.insert(change.attribute).second);  // each once
      CHECK_FALSE(same(schema[change.attribute], pair.remote.at(change.attribute),
                       {change.after_presence, change.after, {}}));  // only what differs
      CHECK(may_change(change.attribute, pair.desired, pair.remote, after));
    }
    changed += carried.size();
    for (const auto& [index, before] : pair.remote) {
      CAPTURE(index);
      const auto wanted = pair.desired.find(index);
      if (wanted == pair.desired.end()) {
        CHECK(same(schema[index], after.at(index), before));
      } else if (may_change(index, pair.desired, pair.remote, after)) {
        CHECK(same(schema[index], after.at(index), wanted->second));
      } else {
        CHECK(same(schema[index], after.at(index), before));
      }
    }
  }
  CHECK(changed > rounds);  // the draw is of use
}

TEST_CASE("property: after the diff was applied there is no other") {
  const Schema schema = test::schema();
  for (unsigned seed = 0; seed < rounds; ++seed) {
    CAPTURE(seed);
    const Pair pair = draw_pair(seed, schema);
    const model::Users roster = users_of(pair.desired, Presence::absent);
    const model::Users directory = users_of(applied(pair.difference, pair.remote), Presence::unknown);
    const Difference second = plan::diff(schema, {&roster, 0}, {&directory, 0});
    CHECK(second.changes.empty());
    CHECK(second.unknown.empty());
  }
}

TEST_CASE("property: a user against itself is no difference, however it is spelt") {
  const Schema schema = test::schema();
  std::size_t respelt = 0;
  for (unsigned seed = 0; seed < rounds; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    Values desired;
    Values remote;
    for (AttributeIndex index = 1; index < schema.size(); ++index) {
      if (!schema[index].readable) continue;
      const Json value = draw.json(schema[index]);
      Json other = value;
      if (other.is_array()) {
        for (Json& inner : other) {
          if (inner.is_array()) draw.shuffle(inner);
        }
        if (!other.empty()) other.push_back(draw.of(other));
        draw.shuffle(other);
      } else if (index == email) {
        std::string text = other.get<std::string>();
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' && c != 'e' ? static_cast<char>(c - 32) : c; });
        other = text;
      } else if (other.is_string()) {
        std::string text = other.get<std::string>();
        if (const auto at = text.find("\xC3\xAB"); at != std::string::npos) text.replace(at, 2, "e\xCC\x88");
        other = text;
      }
      respelt += other.dump() != value.dump() ? 1 : 0;
      desired[index] = model::canonical_from_json(schema[index], value);
      remote[index] = model::canonical_from_json(schema[index], other);
    }
    const model::Users roster = users_of(desired, Presence::absent);
    const model::Users directory = users_of(remote, Presence::unknown);
    const Difference difference = plan::diff(schema, {&roster, 0}, {&directory, 0});
    CHECK(difference.changes.empty());
    CHECK(difference.unknown.empty());
  }
  CHECK(respelt > rounds);
}

TEST_CASE("property: what was not read is either asked for or of no matter") {
  const Schema schema = test::schema();
  std::size_t asked = 0;
  for (unsigned seed = 0; seed < rounds; ++seed) {
    CAPTURE(seed);
    const Pair pair = draw_pair(seed, schema);
    Draw draw(seed + rounds);
    Values partial = pair.remote;
    for (auto& [index, value] : partial) {
      if (draw.one_in(6)) value = {Presence::unknown, {}, {}};
    }
    const model::Users roster = users_of(pair.desired, Presence::absent);
    const model::Users directory = users_of(partial, Presence::unknown);
    const Difference difference = plan::diff(schema, {&roster, 0}, {&directory, 0});
    for (const AttributeIndex index : difference.unknown) CHECK(partial.at(index).presence == Presence::unknown);
    asked += difference.unknown.empty() ? 0 : 1;
    if (!difference.unknown.empty()) continue;
    // Without a question, the answer is that of a full read.
    REQUIRE(difference.changes.size() == pair.difference.changes.size());
    for (std::size_t i = 0; i < difference.changes.size(); ++i) {
      CHECK(difference.changes[i].attribute == pair.difference.changes[i].attribute);
      CHECK(difference.changes[i].after == pair.difference.changes[i].after);
    }
  }
  CHECK(asked > rounds / 10);
  CHECK(asked < rounds);
}

TEST_CASE("property: a create carries each attribute once, nothing cleared, and only what applies") {
  const Schema schema = test::schema();
  for (unsigned seed = 0; seed < rounds; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    const Values desired = desired_user(draw, schema);
    const model::Users roster = users_of(desired, Presence::absent);
    const plan::Creation made = plan::creation(schema, {&roster, 0}, {{role, "PUBLISHER"}, {lang, "fr"}});
    std::set<AttributeIndex> carried;
    for (const auto& change : made.changes) {
      CHECK(carried.insert(change.attribute).second);
      CHECK(change.after_presence == Presence::value);
      CHECK_FALSE(change.after.empty());
      CHECK(change.before_presence == Presence::absent);
      const auto said = desired.find(change.attribute);
      const bool by_default = said == desired.end() && (change.attribute == role || change.attribute == lang);
      CHECK((by_default || said->second.text == change.after));
    }
    CHECK(carried.count(id) == 0);
    const std::string new_role = desired.count(role) != 0 ? role_of(desired) : "PUBLISHER";
    CHECK((carried.count(business_ids) == 0 || new_role == "BUSINESS_MANAGER"));
    CHECK((carried.count(accesses) == 0 || new_role == "GROUP_MANAGER"));
    for (const auto& [index, value] : desired) {
      const bool initial = schema[index].initial && value.text == *schema[index].initial && !schema[index].on_create;
      const bool applies = index == business_ids ? new_role == "BUSINESS_MANAGER"
                           : index == accesses   ? new_role == "GROUP_MANAGER"
                                                 : true;
      const bool goes = value.presence == Presence::value && applies && !initial;
      CAPTURE(index);
      CHECK(carried.count(index) == (goes ? 1U : 0U));
    }
  }
}
