#include "model/plan.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace rostersync::model {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::unchanged:
      return "unchanged";
    case Outcome::planned_create:
      return "planned_create";
    case Outcome::planned_update:
      return "planned_update";
    case Outcome::created:
      return "created";
    case Outcome::updated:
      return "updated";
    case Outcome::rejected:
      return "rejected";
    case Outcome::conflict:
      return "conflict";
    case Outcome::failed:
      return "failed";
    case Outcome::skipped:
      return "skipped";
    case Outcome::pending:
      break;
  }
  throw std::logic_error("an outcome without a name");
}

EntryDetail& Reconciliation::detail(Row row) {
  Entry& entry = entries[row];
  if (entry.detail == UINT32_MAX) {
    entry.detail = static_cast<std::uint32_t>(details.size());
    details.emplace_back();
  }
  return details[entry.detail];
}

const EntryDetail* Reconciliation::find_detail(Row row) const {
  const Entry& entry = entries[row];
  return entry.detail == UINT32_MAX ? nullptr : &details[entry.detail];
}

void Reconciliation::set_user_id(Row row, std::string_view id) {
  entries[row].user_id = ids.add(Presence::value, id);
}

std::string_view Reconciliation::user_id(Row row) const {
  const Cell cell = entries[row].user_id;
  return cell.presence() == Presence::value ? ids.text(cell) : std::string_view{};
}

std::string_view Reconciliation::key(Row row) const {
  if (users == nullptr || schema == nullptr || row >= users->size()) return {};
  return users->text(row, schema->key);
}

Totals totals(const Reconciliation& reconciliation) {
  Totals sum;
  sum.rows = reconciliation.entries.size();
  std::uint64_t added = 0;
  for (const Entry& entry : reconciliation.entries) {
    if (entry.outcome == Outcome::pending) throw std::logic_error("a row of the report was not settled");
    ++sum.by_outcome.at(static_cast<std::size_t>(entry.outcome));
    ++added;
  }
  if (added != reconciliation.run.roster.rows) {
    throw std::logic_error(fmt::format("the report does not add up: {} rows were read, {} are accounted for",
                                       reconciliation.run.roster.rows, added));
  }
  if (reconciliation.orphans) sum.orphans = reconciliation.orphans->size();
  return sum;
}

}  // namespace rostersync::model
