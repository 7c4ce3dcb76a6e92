#include "sync/account.hpp"

#include <algorithm>
#include <set>

namespace rostersync::sync {

using base::ExitCode;
using model::Outcome;

namespace {

// Every roster row is, and every orphan who is to be disabled.
bool is_accounted_for(const model::Reconciliation& result, model::Row row) {
  const model::Orphan* orphan = result.orphan(row);
  return orphan == nullptr || orphan->departs;
}

}  // namespace

void account_as_planned(const std::vector<model::Change>& changes, model::Reconciliation& result) {
  for (const model::Change& change : changes) {
    result.entry(change.row).outcome =
        change.action == model::Action::create ? Outcome::planned_create : Outcome::planned_update;
    result.detail(change.row).changes = change.attributes;
  }
}

void warn_of_not_kept(const std::vector<model::Change>& changes, const plan::Writings& writings,
                      model::Reconciliation& result) {
  for (const model::Change& change : changes) {
    for (const model::Fault& fault : plan::not_kept(*result.schema, writings, change)) {
      result.detail(change.row).warnings.push_back({"not_kept", fault.column + ": " + fault.message});
    }
  }
}

void account_as_skipped(const std::vector<model::Change>& changes, const std::string& reason,
                        const std::string& message, model::Reconciliation& result) {
  for (const model::Change& change : changes) {
    result.entry(change.row).outcome = Outcome::skipped;
    model::EntryDetail& detail = result.detail(change.row);
    detail.reason = reason;
    detail.message = message;
    detail.changes = change.attributes;
  }
}

void account_for_the_rest(model::Reconciliation& result) {
  for (model::Row row = 0; row < result.end_row(); ++row) {
    if (!is_accounted_for(result, row) || result.entry(row).outcome != Outcome::pending) continue;
    result.entry(row).outcome = Outcome::skipped;
    result.detail(row).reason = "stopped";
    result.detail(row).message = "not compared, because the run ended before";
  }
}

namespace {

// Rows that were skipped because the operator said so, or where there is nothing that a person need do.
bool skipped_in_order(const std::string& reason) {
  static const std::set<std::string> fine = {"limit",    "only",          "create_disabled", "update_disabled",
                                             "inactive", "duplicate_row", "merged",          "not_compared"};
  return fine.contains(reason);
}

std::string reason_of(const model::Reconciliation& result, model::Row row) {
  const model::EntryDetail* detail = result.find_detail(row);
  return detail == nullptr ? std::string{} : detail->reason;
}

bool is_warned_of(const model::Reconciliation& result, model::Row row, std::string_view code) {
  const model::EntryDetail* detail = result.find_detail(row);
  return detail != nullptr && std::any_of(detail->warnings.begin(), detail->warnings.end(),
                                          [&](const model::Warning& warning) { return warning.code == code; });
}

bool needs_a_person(const model::Reconciliation& result, model::Row row) {
  if (is_warned_of(result, row, "not_kept")) return true;
  switch (result.entry(row).outcome) {
    case Outcome::rejected:
    case Outcome::conflict:
    case Outcome::failed:
      return true;
    case Outcome::skipped:
      return !skipped_in_order(reason_of(result, row));
    case Outcome::unchanged:
    case Outcome::planned_create:
    case Outcome::planned_update:
    case Outcome::created:
    case Outcome::updated:
    case Outcome::pending:
      break;
  }
  return false;
}

}  // namespace

ExitCode outcome_code(const model::Reconciliation& result) {
  const bool unsettled = std::any_of(result.warnings.begin(), result.warnings.end(),
                                     [](const model::Warning& one) { return one.code == unsettled_warning; });
  if (unsettled) return ExitCode::attention;
  bool differences = false;
  if (result.directory.withheld > 0) return ExitCode::attention;
  for (model::Row row = 0; row < result.end_row(); ++row) {
    if (!is_accounted_for(result, row)) continue;
    if (needs_a_person(result, row) && result.acknowledged(row) == nullptr) return ExitCode::attention;
    const Outcome outcome = result.entry(row).outcome;
    differences = differences || outcome == Outcome::planned_create || outcome == Outcome::planned_update;
  }
  return differences ? ExitCode::differences : ExitCode::ok;
}

}  // namespace rostersync::sync
