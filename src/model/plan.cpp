#include "model/plan.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

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

std::string_view to_string(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::update:
      return "update";
    case Action::deactivate:
      break;
  }
  return "deactivate";
}

std::optional<Action> action_named(std::string_view name) {
  for (const Action action : {Action::create, Action::update, Action::deactivate}) {
    if (to_string(action) == name) return action;
  }
  return std::nullopt;
}

std::string_view outcome_of(const Orphan& orphan) {
  if (!orphan.departs) return "reported";
  switch (orphan.departure.outcome) {
    case Outcome::updated:
    case Outcome::unchanged:  // somebody else did it meanwhile
      return "deactivated";
    case Outcome::planned_update:
      return "planned_deactivate";
    case Outcome::failed:
      return "deactivate_failed";
    case Outcome::conflict:
    case Outcome::skipped:
      return "deactivate_skipped";
    case Outcome::planned_create:
    case Outcome::created:
    case Outcome::rejected:
    case Outcome::pending:
      break;
  }
  throw std::logic_error("a deactivation of the report was not settled");
}

const Orphan* Reconciliation::orphan(Row row) const {
  return row < entries.size() ? nullptr : &orphans.value().at(row - entries.size());
}

const Entry& Reconciliation::entry(Row row) const {
  const Orphan* of = orphan(row);
  return of == nullptr ? entries[row] : of->departure;
}

Entry& Reconciliation::entry(Row row) {
  return const_cast<Entry&>(std::as_const(*this).entry(row));
}

EntryDetail& Reconciliation::detail(Row row) {
  Entry& of = entry(row);
  if (of.detail == UINT32_MAX) {
    of.detail = static_cast<std::uint32_t>(details.size());
    details.emplace_back();
  }
  return details[of.detail];
}

const Acknowledged* Reconciliation::acknowledged(Row row) const {
  const EntryDetail* detail = row < entries.size() ? find_detail(row) : nullptr;
  if (detail == nullptr || !detail->acknowledged) return nullptr;
  const Outcome outcome = entries[row].outcome;
  const bool not_kept = detail->reason == "not_kept" && (outcome == Outcome::failed || outcome == Outcome::skipped);
  const bool refused = detail->reason == "refused" && outcome == Outcome::failed;
  const bool wrong = outcome == Outcome::rejected || outcome == Outcome::conflict;
  return wrong || refused || not_kept ? &*detail->acknowledged : nullptr;
}

const EntryDetail* Reconciliation::find_detail(Row row) const {
  const Entry& of = entry(row);
  return of.detail == UINT32_MAX ? nullptr : &details[of.detail];
}

void Reconciliation::set_user_id(Row row, std::string_view id) {
  if (orphan(row) == nullptr) entries[row].user_id = ids.add(Presence::value, id);
}

std::string_view Reconciliation::user_id(Row row) const {
  if (const Orphan* of = orphan(row)) return of->user_id;
  const Cell cell = entries[row].user_id;
  return cell.presence() == Presence::value ? ids.text(cell) : std::string_view{};
}

std::string_view Reconciliation::key(Row row) const {
  if (const Orphan* of = orphan(row)) return of->email;
  if (users == nullptr || schema == nullptr || row >= users->size()) return {};
  return users->text(row, schema->key);
}

namespace {

void add(Totals& sum, const Orphan& orphan) {
  const std::string_view outcome = outcome_of(orphan);
  if (outcome == "deactivated") ++sum.deactivated;
  if (outcome == "planned_deactivate") ++sum.planned_deactivate;
  if (outcome == "deactivate_failed") ++sum.deactivate_failed;
  if (outcome == "deactivate_skipped") ++sum.deactivate_skipped;
}

}  // namespace

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
  sum.deactivate_skipped = reconciliation.directory.withheld;
  if (reconciliation.orphans) {
    sum.orphans = reconciliation.orphans->size();
    for (const Orphan& orphan : *reconciliation.orphans) add(sum, orphan);
  }
  return sum;
}

}  // namespace rostersync::model
