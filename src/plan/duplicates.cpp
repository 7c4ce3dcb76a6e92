#include "plan/duplicates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/value.hpp"

namespace rostersync::plan {

using model::AttributeIndex;
using model::Outcome;
using model::Presence;
using model::Row;

namespace {

std::uint64_t number(Row row) {
  return std::uint64_t{row} + 1;
}

std::string listed(const std::vector<std::string>& names) {
  if (names.size() < 2) return names.empty() ? std::string() : names.front();
  return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

class Dispute {
 public:
  Dispute(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected,
          const Kinship& kinship)
      : schema_(schema), roster_(roster), rejected_(rejected), kinship_(kinship) {}

  bool agree(Row a, Row b) const {
    return !rejected_[a] && !rejected_[b] && differing(a, b).empty() && same_stable_key(a, b);
  }

  // "shares its email with row 3, and they differ in last_name and role; …"
  std::string words(Row row, Row other) const {
    const std::string shares = fmt::format("shares its {} with row {}", shared(row, other), number(other));
    if (rejected_[other]) return shares + ", which is rejected; mend that row, or keep one of them";
    std::vector<std::string> names;
    const auto columns = differing(row, other);
    const auto is_list = [&](AttributeIndex column) { return kinship_.merged.names(column); };
    const bool only_lists = std::all_of(columns.begin(), columns.end(), is_list) && same_stable_key(row, other);
    if (!same_stable_key(row, other)) names.push_back(kinship_.stable_key_name);
    for (const AttributeIndex column : columns) {
      if (only_lists || !is_list(column)) names.push_back(schema_[column].name);
    }
    if (names.empty()) return shares + ", and they do not say the same; keep one of them";
    if (only_lists) {
      return fmt::format("{}, and together they would have more items in {} than are permitted; keep one of them",
                         shares, listed(names));
    }
    return fmt::format("{}, and they differ in {}; keep one of them, or make them say the same", shares, listed(names));
  }

 private:
  bool same_cell(Row a, Row b, AttributeIndex column) const {
    return roster_.presence(a, column) == roster_.presence(b, column) &&
           roster_.text(a, column) == roster_.text(b, column);
  }

  std::vector<AttributeIndex> differing(Row a, Row b) const {
    std::vector<AttributeIndex> columns;
    for (const AttributeIndex column : roster_.columns()) {
      if (!same_cell(a, b, column)) columns.push_back(column);
    }
    std::sort(columns.begin(), columns.end());
    return columns;
  }

  std::string_view stable_key(Row row) const {
    if (kinship_.stable_keys == nullptr || kinship_.stable_keys->empty()) return {};
    return (*kinship_.stable_keys)[row];
  }
  bool same_stable_key(Row a, Row b) const { return stable_key(a) == stable_key(b); }

  bool share(Row a, Row b, AttributeIndex attribute) const {
    return roster_.presence(a, attribute) == Presence::value && roster_.presence(b, attribute) == Presence::value &&
           model::comparable(schema_[attribute], roster_.text(a, attribute)) ==
               model::comparable(schema_[attribute], roster_.text(b, attribute));
  }

  std::string shared(Row a, Row b) const {
    std::vector<std::string> names;
    if (share(a, b, model::id_attribute)) names.push_back(schema_[model::id_attribute].name);
    if (share(a, b, schema_.key)) names.push_back(schema_[schema_.key].name);
    if (!stable_key(a).empty() && same_stable_key(a, b)) names.push_back(kinship_.stable_key_name);
    return names.empty() ? "key or id" : listed(names);
  }

  const model::Schema& schema_;
  const model::Users& roster_;
  const std::vector<bool>& rejected_;
  const Kinship& kinship_;
};

}  // namespace

Duplicate told_of_duplicate(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected,
                            const Matcher& matcher, const Kinship& kinship, Row row) {
  const Row first = matcher.first_of(row);
  if (matcher.sharing(row) == Sharing::disputed) {
    const Dispute dispute(schema, roster, rejected, kinship);
    const Row second = matcher.first_of(first);
    // It may say the same as the first, which yet another row is in dispute with.
    const bool of_the_first = dispute.agree(row, first) && second != model::no_row && second != row;
    return {Outcome::conflict, "duplicate_key", dispute.words(row, of_the_first ? second : first), {}};
  }
  if (kinship.merged.holds(row)) {
    std::vector<std::string> names;
    for (const AttributeIndex list : kinship.merged.lists) names.push_back(schema[list].name);
    return {Outcome::skipped,
            "merged",
            fmt::format("one person with row {}, which has the {} of both", number(kinship.merged.into[row]),
                        listed(names)),
            {}};
  }
  return {Outcome::skipped,
          "duplicate_row",
          fmt::format("repeats row {}", number(first)),
          {{"duplicate_row", fmt::format("says the same as row {}", number(first))}}};
}

}  // namespace rostersync::plan
