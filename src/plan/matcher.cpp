#include "plan/matcher.hpp"

#include <algorithm>

#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::plan {

using model::AttributeIndex;
using model::Presence;
using model::Row;

namespace {

// "name@new.example" for "name@old.example"; empty where nobody moves from there.
std::string in_new_domain(std::string_view comparable_key, const std::map<std::string, std::string>& domains) {
  const std::size_t at = comparable_key.rfind('@');
  if (at == std::string_view::npos || domains.empty()) return {};
  const auto found = domains.find(text::fold(comparable_key.substr(at + 1)));
  if (found == domains.end()) return {};
  return std::string(comparable_key.substr(0, at + 1)) + found->second;
}

}  // namespace

Matcher::Matcher(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected,
                 const Identity& identity)
    : schema_(schema),
      roster_(roster),
      rejected_(rejected),
      identity_(identity),
      by_id_(index(By::id)),
      by_stable_key_(index(By::stable_key)),
      by_link_(index(By::link)),
      by_key_(index(By::key)),
      sharing_(roster.size(), Sharing::alone),
      first_(roster.size(), model::no_row) {
  for (Row row = 0; row < roster_.size(); ++row) {
    enter(by_id_, row);
    enter(by_stable_key_, row);
    enter(by_key_, row);
    add(by_link_, row);
  }
}

bool Matcher::indexed(By by) const {
  switch (by) {
    case By::id:
      return roster_.has_column(model::id_attribute);
    case By::stable_key:
      return has_stable_keys();
    case By::link:
      return has_stable_keys() && !identity_.links.empty();
    case By::key:
      break;
  }
  return roster_.has_column(schema_.key);
}

Matcher::Index Matcher::index(By by) const {
  return {by, KeyIndex(indexed(by) ? roster_.size() : 0), {}};
}

bool Matcher::has_id(Row row) const {
  return roster_.presence(row, model::id_attribute) == Presence::value;
}

std::string_view Matcher::link(Row row) const {
  if (!indexed(By::link)) return {};
  const std::string_view stable_key = (*identity_.stable_keys)[row];
  if (stable_key.empty()) return {};
  const auto found = identity_.links.find(std::string(stable_key));
  return found == identity_.links.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<std::string> Matcher::value(By by, Row row) const {
  if (!indexed(by)) return std::nullopt;
  if (by == By::stable_key || by == By::link) {
    const std::string_view text = by == By::link ? link(row) : (*identity_.stable_keys)[row];
    return text.empty() ? std::nullopt : std::optional(std::string(text));
  }
  const AttributeIndex attribute = by == By::id ? model::id_attribute : schema_.key;
  if (roster_.presence(row, attribute) != Presence::value) return std::nullopt;
  return model::comparable(schema_[attribute], roster_.text(row, attribute));
}

Row Matcher::first_with(const Index& index, std::string_view comparable) const {
  Row first = model::no_row;
  index.firsts.for_each(comparable, [&](Row row) {
    if (value(index.by, row) == comparable) first = row;
  });
  return first;
}

std::uint32_t Matcher::ask_for(std::string_view key) const {
  return by_key_.firsts.ask_for(model::comparable(schema_[schema_.key], key));
}

template <class Visit>
void Matcher::for_rows(const Index& index, std::string_view comparable, Visit visit) const {
  if (comparable.empty()) return;
  const Row first = first_with(index, comparable);
  if (first == model::no_row) return;
  visit(first);
  const auto others = index.others.find(first);
  if (others == index.others.end()) return;
  for (const Row row : others->second) visit(row);
}

bool Matcher::say_the_same(Row a, Row b) const {
  if (rejected_[a] || rejected_[b]) return false;
  if (has_stable_keys() && (*identity_.stable_keys)[a] != (*identity_.stable_keys)[b]) return false;
  return std::all_of(roster_.columns().begin(), roster_.columns().end(), [&](AttributeIndex column) {
    return roster_.presence(a, column) == roster_.presence(b, column) &&
           roster_.text(a, column) == roster_.text(b, column);
  });
}

Row Matcher::add(Index& index, Row row) {
  const std::optional<std::string> own = value(index.by, row);
  if (!own) return model::no_row;
  const Row first = first_with(index, *own);
  if (first == model::no_row) {
    index.firsts.add(*own, row);
  } else {
    index.others[first].push_back(row);
  }
  return first;
}

// Rows that agree collapse onto the first; one that disagrees puts all of them in dispute. While a first is not in
// dispute, all that share its value are the same as it is, to the byte, so that comparing with the first is enough.
void Matcher::enter(Index& index, Row row) {
  const Row first = add(index, row);
  if (first == model::no_row) return;
  if (first_[row] == model::no_row) first_[row] = first;
  if (sharing_[first] == Sharing::disputed || !say_the_same(first, row)) {
    dispute(index, first, row);
  } else if (sharing_[row] == Sharing::alone) {
    sharing_[row] = Sharing::repeats;
  }
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
  const std::string this_id = model::comparable(schema_[model::id_attribute], id);
  const auto names_it = [&](Row row) { return value(By::id, row) == this_id; };
  for_rows(by_id_, this_id, [&](Row row) { found.rows.push_back(row); });
  for_rows(by_link_, this_id, [&](Row row) {
    if (!has_id(row)) {
      found.rows.push_back(row);
    } else if (!names_it(row)) {
      found.rivals.push_back(row);
    }
  });
  const std::string comparable_key = model::comparable(schema_[schema_.key], key);
  for_rows(by_key_, comparable_key, [&](Row row) {
    if (link(row) == this_id) return;  // taken already
    if (!has_id(row)) {
      found.rows.push_back(row);
    } else if (!names_it(row)) {
      found.rivals.push_back(row);
    }
  });
  for_rows(by_key_, in_new_domain(comparable_key, identity_.domains), [&](Row row) {
    if (!has_id(row) && link(row) != this_id) found.moved.push_back(row);
  });
  return found;
}

std::vector<Row> Matcher::with_key(std::string_view key) const {
  std::vector<Row> rows;
  for_rows(by_key_, model::comparable(schema_[schema_.key], key), [&](Row row) { rows.push_back(row); });
  return rows;
}

std::vector<std::string> Matcher::keys_before(Row row) const {
  std::vector<std::string> keys;
  const std::optional<std::string> own = value(By::key, row);
  if (!own) return keys;
  for (const auto& [before, after] : identity_.domains) {
    std::string key = own->substr(0, own->rfind('@') + 1) + before;
    if (in_new_domain(key, identity_.domains) == *own) keys.push_back(std::move(key));
  }
  return keys;
}

std::size_t Matcher::bytes() const {
  std::size_t sum = sharing_.capacity() * sizeof(Sharing) + first_.capacity() * sizeof(Row);
  for (const Index* index : {&by_id_, &by_stable_key_, &by_link_, &by_key_}) {
    sum += index->firsts.bytes();
    for (const auto& [first, others] : index->others) sum += sizeof(first) + others.capacity() * sizeof(Row);
  }
  return sum;
}

}  // namespace rostersync::plan
