#include "plan/merge.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "json/json.hpp"
#include "model/value.hpp"
#include "plan/key_index.hpp"

namespace rostersync::plan {

using json::Json;
using model::AttributeIndex;
using model::Presence;
using model::Row;

namespace {

struct List {
  Presence presence = Presence::absent;
  std::string text;
};

class Merging {
 public:
  Merging(const model::Schema& schema, model::Users& roster, const model::TextColumn& stable_keys, Merged& merged)
      : schema_(schema), roster_(roster), stable_keys_(stable_keys), merged_(merged) {}

  // Rows that may be one person's, each group by its first row.
  std::map<Row, std::vector<Row>> groups(const std::vector<bool>& rejected) const {
    std::map<Row, std::vector<Row>> groups;
    KeyIndex firsts(roster_.size());
    for (Row row = 0; row < roster_.size(); ++row) {
      if (rejected[row]) continue;
      const std::string person = who(row);
      Row first = model::no_row;
      firsts.for_each(person, [&](Row other) {
        if (first == model::no_row && agree(other, row)) first = other;
      });
      if (first == model::no_row) {
        firsts.add(person, row);
      } else {
        groups[first].push_back(row);
      }
    }
    return groups;
  }

  void unite(Row first, const std::vector<Row>& others) {
    if (std::all_of(others.begin(), others.end(), [&](Row row) { return same(first, row); })) return;
    std::vector<List> united;
    for (const AttributeIndex list : merged_.lists) {
      united.push_back(united_list(list, first, others));
      if (!permitted(schema_[list], united.back())) return;
    }
    put(first, first, united);
    for (const Row row : others) put(row, first, united);
  }

 private:
  std::string key(Row row) const { return model::comparable(schema_[schema_.key], roster_.text(row, schema_.key)); }

  std::string who(Row row) const {
    std::string person = key(row);
    person += '\n';
    person += roster_.text(row, model::id_attribute);
    return person;
  }

  bool same_cell(Row a, Row b, AttributeIndex column) const {
    return roster_.presence(a, column) == roster_.presence(b, column) &&
           roster_.text(a, column) == roster_.text(b, column);
  }

  bool same(Row a, Row b) const {
    const auto& columns = roster_.columns();
    return std::all_of(columns.begin(), columns.end(), [&](AttributeIndex each) { return same_cell(a, b, each); });
  }

  bool agree(Row a, Row b) const {
    if (!stable_keys_.empty() && stable_keys_[a] != stable_keys_[b]) return false;
    const auto& columns = roster_.columns();
    return std::all_of(columns.begin(), columns.end(), [&](AttributeIndex column) {
      if (column == schema_.key) return roster_.presence(a, column) == roster_.presence(b, column) && key(a) == key(b);
      return merged_.names(column) || same_cell(a, b, column);
    });
  }

  List united_list(AttributeIndex list, Row first, const std::vector<Row>& others) const {
    List united;
    Json items = Json::array();
    const auto take = [&](Row row) {
      const Presence presence = roster_.presence(row, list);
      if (presence == Presence::clear && united.presence == Presence::absent) united.presence = presence;
      if (presence != Presence::value) return;
      united.presence = presence;
      for (const Json& item : model::json_from_canonical(schema_[list], roster_.text(row, list))) items.push_back(item);
    };
    take(first);
    for (const Row row : others) take(row);
    if (united.presence == Presence::value) united.text = model::canonical_from_json(schema_[list], items).text;
    return united;
  }

  static bool permitted(const model::Attribute& attribute, const List& united) {
    if (united.text.size() > model::TextPool::max_text) return false;
    const std::size_t most = attribute.policy.max_items;
    return most == 0 || united.presence != Presence::value || Json::parse(united.text).size() <= most;
  }

  void put(Row row, Row first, const std::vector<List>& united) {
    for (std::size_t i = 0; i < united.size(); ++i) {
      const AttributeIndex list = merged_.lists[i];
      if (roster_.presence(row, list) == united[i].presence && roster_.text(row, list) == united[i].text) continue;
      roster_.set(row, list, united[i].presence, united[i].text);
    }
    if (row != first && roster_.presence(first, schema_.key) == Presence::value) {
      const std::string spelt(roster_.text(first, schema_.key));
      if (roster_.text(row, schema_.key) != spelt) roster_.set(row, schema_.key, Presence::value, spelt);
    }
    merged_.into[row] = first;
  }

  const model::Schema& schema_;
  model::Users& roster_;
  const model::TextColumn& stable_keys_;
  Merged& merged_;
};

}  // namespace

bool Merged::names(AttributeIndex attribute) const {
  return std::find(lists.begin(), lists.end(), attribute) != lists.end();
}

Merged merge(const model::Schema& schema, model::Users& roster, const model::TextColumn& stable_keys,
             const std::vector<bool>& rejected, const std::vector<AttributeIndex>& lists) {
  Merged merged;
  for (const AttributeIndex list : lists) {
    if (roster.has_column(list)) merged.lists.push_back(list);
  }
  if (merged.lists.empty()) return merged;
  merged.into.assign(roster.size(), model::no_row);
  Merging merging(schema, roster, stable_keys, merged);
  for (const auto& [first, others] : merging.groups(rejected)) merging.unite(first, others);
  return merged;
}

}  // namespace rostersync::plan
