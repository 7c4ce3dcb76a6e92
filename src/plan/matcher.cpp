#include "plan/matcher.hpp"

#include <algorithm>

#include "model/value.hpp"

namespace rostersync::plan {

using model::AttributeIndex;
using model::Presence;
using model::Row;

Matcher::Matcher(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected)
    : schema_(schema),
      roster_(roster),
      rejected_(rejected),
      by_id_{model::id_attribute, KeyIndex(roster.has_column(model::id_attribute) ? roster.size() : 0), {}},
      by_key_{schema.key, KeyIndex(roster.has_column(schema.key) ? roster.size() : 0), {}},
      sharing_(roster.size(), Sharing::alone),
      first_(roster.size(), model::no_row) {
  for (Row row = 0; row < roster_.size(); ++row) {
    enter(by_id_, row);
    enter(by_key_, row);
  }
}

Row Matcher::first_with(const Index& index, std::string_view comparable) const {
  Row first = model::no_row;
  index.firsts.for_each(comparable, [&](Row row) {
    if (model::comparable(schema_[index.attribute], roster_.text(row, index.attribute)) == comparable) first = row;
  });
  return first;
}

template <class Visit>
void Matcher::for_rows(const Index& index, std::string_view text, Visit visit) const {
  if (text.empty()) return;
  const Row first = first_with(index, model::comparable(schema_[index.attribute], text));
  if (first == model::no_row) return;
  visit(first);
  const auto others = index.others.find(first);
  if (others == index.others.end()) return;
  for (const Row row : others->second) visit(row);
}

bool Matcher::say_the_same(Row a, Row b) const {
  if (rejected_[a] || rejected_[b]) return false;
  return std::all_of(roster_.columns().begin(), roster_.columns().end(), [&](AttributeIndex column) {
    return roster_.presence(a, column) == roster_.presence(b, column) &&
           roster_.text(a, column) == roster_.text(b, column);
  });
}

// Rows that agree collapse onto the first; one that disagrees puts all of them in dispute. While a first is not in
// dispute, all that share its value are the same as it is, to the byte, so that comparing with the first is enough.
void Matcher::enter(Index& index, Row row) {
  if (roster_.presence(row, index.attribute) != Presence::value) return;
  const std::string value = model::comparable(schema_[index.attribute], roster_.text(row, index.attribute));
  const Row first = first_with(index, value);
  if (first == model::no_row) {
    index.firsts.add(value, row);
    return;
  }
  if (first_[row] == model::no_row) first_[row] = first;
  if (sharing_[first] == Sharing::disputed || !say_the_same(first, row)) {
    dispute(index, first, row);
  } else if (sharing_[row] == Sharing::alone) {
    sharing_[row] = Sharing::repeats;
  }
  index.others[first].push_back(row);
}

void Matcher::dispute(const Index& index, Row first, Row row) {
  sharing_[row] = Sharing::disputed;
  if (sharing_[first] == Sharing::disputed) return;  // and so are the others
  sharing_[first] = Sharing::disputed;
  if (first_[first] == model::no_row) first_[first] = row;
  const auto others = index.others.find(first);
  if (others == index.others.end()) return;
  for (const Row other : others->second) sharing_[other] = Sharing::disputed;
}

Matcher::Found Matcher::find(std::string_view id, std::string_view key) const {
  Found found;
  for_rows(by_id_, id, [&](Row row) { found.rows.push_back(row); });
  const model::Attribute& attribute = schema_[model::id_attribute];
  const std::string this_id = model::comparable(attribute, id);
  for_rows(by_key_, key, [&](Row row) {
    if (roster_.presence(row, model::id_attribute) != Presence::value) {
      found.rows.push_back(row);
    } else if (model::comparable(attribute, roster_.text(row, model::id_attribute)) != this_id) {
      found.rivals.push_back(row);
    }
  });
  return found;
}

std::size_t Matcher::bytes() const {
  std::size_t sum = by_id_.firsts.bytes() + by_key_.firsts.bytes() + sharing_.capacity() * sizeof(Sharing) +
                    first_.capacity() * sizeof(Row);
  for (const Index* index : {&by_id_, &by_key_}) {
    for (const auto& [first, others] : index->others) sum += sizeof(first) + others.capacity() * sizeof(Row);
  }
  return sum;
}

}  // namespace rostersync::plan
