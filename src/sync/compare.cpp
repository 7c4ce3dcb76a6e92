#include "sync/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/log.hpp"
#include "model/value.hpp"
#include "plan/change_json.hpp"
#include "sync/acknowledge.hpp"
#include "sync/fetch.hpp"
#include "sync/guard.hpp"
#include "sync/identify.hpp"
#include "sync/missing.hpp"
#include "sync/recall.hpp"
#include "sync/remember.hpp"
#include "sync/settings.hpp"

namespace rostersync::sync {

using model::Outcome;
using model::Row;

namespace {

// What was found out about the file: "csv, utf-8 with byte order mark, delimiter ;".
std::string form_of(const model::RosterFacts& roster) {
  std::string form = fmt::format("{}, {}{}", roster.format, roster.encoding, roster.bom ? " with byte order mark" : "");
  if (!roster.delimiter.empty()) form += ", delimiter " + (roster.delimiter == "\t" ? "tab" : roster.delimiter);
  return form;
}

// A key after --only that is misspelt would otherwise look like a run that went well. Where people who are missing are
// to be disabled, it may be one of theirs.
void check_only(const Session& session) {
  const model::Schema& schema = session.order.profile.schema;
  const model::Users& users = session.roster->users;
  std::set<std::string> unmatched = plan_options(session.order, {}).only;
  const auto drop = [&](std::string_view key) { unmatched.erase(model::comparable(schema[schema.key], key)); };
  for (Row row = 0; row < users.size() && !unmatched.empty(); ++row) {
    if (users.presence(row, schema.key) != model::Presence::value) return;  // the directory knows this row's
    drop(users.text(row, schema.key));
  }
  if (session.order.job.missing == job::Missing::deactivate && !session.remote)
    return;  // asked again, once it is known
  if (session.result.orphans) {
    for (const model::Orphan& orphan : *session.result.orphans) drop(orphan.email);
  }
  if (unmatched.empty()) return;
  throw base::CannotRun(fmt::format("--only {}: no row of the roster has this key{}", fmt::join(unmatched, ", "),
                                    session.remote ? ", and nobody whom the roster lacks" : ""));
}

void account_for_roster(Session& session) {
  roster::Roster& roster = *session.roster;
  model::Reconciliation& result = session.result;
  result.run.roster = roster.facts;
  result.users = &roster.users;
  result.warnings = roster.warnings;
  result.entries.resize(roster.users.size());
  session.rejected.assign(roster.users.size(), false);
  for (Row row = 0; row < roster.users.size(); ++row) result.entries[row].line = roster.lines[row];
  for (auto& [row, faults] : roster.faults) {
    session.rejected[row] = true;
    result.entries[row].outcome = Outcome::rejected;
    result.detail(row).faults = std::move(faults);
  }
  for (auto& [row, warnings] : roster.row_warnings) result.detail(row).warnings = std::move(warnings);
}

// Once it is known whom the rows were matched to.
void tell_of_acknowledgements(Session& session) {
  const auto& acknowledgements = session.order.job.acknowledge;
  if (acknowledgements.empty()) return;
  mark_acknowledged(session.result, acknowledgements, &*session.roster, today_of(session));
  warn_of_acknowledgements(session.result, acknowledgements, today_of(session));
}

void merge_rows(Session& session) {
  roster::Roster& roster = *session.roster;
  session.merged = plan::merge(session.order.profile.schema, roster.users, roster.stable_keys, session.rejected,
                               merged_attributes(session.order));
  std::uint64_t merged = 0;
  for (Row row = 0; row < roster.users.size(); ++row) merged += session.merged.holds(row) ? 1 : 0;
  if (merged > 0) base::log::info("roster: {} rows are united with an earlier one of the same person", merged);
}

plan::Kinship kinship(const Session& session) {
  return {session.merged, &session.roster->stable_keys, session.order.job.roster.key};
}

// Loaded only where the roster speaks of what an update can carry and nobody can read back.
Recalled recalled(Session& session) {
  const model::Schema& schema = session.order.profile.schema;
  const auto& columns = session.roster->users.columns();
  const bool needed = std::any_of(columns.begin(), columns.end(), [&](model::AttributeIndex index) {
    return plan::updates_unseen(schema[index], session.order.job.password_updates);
  });
  store::Memory* const known = needed ? memory(session) : nullptr;
  return {schema, known == nullptr ? store::ConfirmedValues() : known->confirmed()};
}

void note_assumed(Session& session, const plan::Planner& planner) {
  const model::Users& users = session.roster->users;
  for (const plan::Planner::Assumed& one : planner.assumed()) {
    session.assumed.push_back({std::string(session.result.user_id(one.row)),
                               session.order.profile.schema[one.attribute].name, users.presence(one.row, one.attribute),
                               std::string(users.text(one.row, one.attribute))});
  }
}

}  // namespace

void read_roster(Session& session) {
  const Order& order = session.order;
  session.roster.emplace(roster::read(order.roster_path, order.profile.schema, roster_options(order)));
  account_for_roster(session);
  mark_acknowledged(session.result, order.job.acknowledge, &*session.roster, today_of(session));
  merge_rows(session);
  check_only(session);
  base::log::info("roster: {} rows, {} rejected ({})", session.roster->users.size(), session.roster->faults.size(),
                  form_of(session.roster->facts));
}

void settle_offline(Session& session) {
  const model::Users& users = session.roster->users;
  plan::Options options = plan_options(session.order, {});
  options.create = false;
  options.kinship = kinship(session);
  options.identity.stable_keys = &session.roster->stable_keys;
  plan::Planner planner(session.order.profile.schema, users, session.rejected, std::move(options));
  for (Row row = 0; row < users.size(); ++row) {
    if (session.rejected[row]) continue;
    plan::Duplicate told{Outcome::skipped, "not_compared", "valid; validate does not compare with the directory", {}};
    if (planner.matcher().sharing(row) != plan::Sharing::alone) told = planner.duplicate(row);
    session.result.entries[row].outcome = told.outcome;
    model::EntryDetail& detail = session.result.detail(row);
    detail.reason = std::move(told.reason);
    detail.message = std::move(told.message);
    detail.warnings.insert(detail.warnings.end(), told.warnings.begin(), told.warnings.end());
  }
  tell_of_acknowledgements(session);
}

namespace {

Reading reading(const Order& order) {
  const profile::ListOperation& list = order.profile.wire.list;
  Reading reading;
  reading.mode = fetch_mode(order);
  reading.searches = !order.profile.wire.find_name.request.method.empty();
  reading.numbered =
      list.paging && (list.paging->by == profile::PagingBy::page || list.paging->by == profile::PagingBy::offset);
  reading.by_offset = list.paging && list.paging->by == profile::PagingBy::offset;
  reading.provable = list.declares_count();
  reading.passes = std::max<std::size_t>(1, list.passes.size());
  return reading;
}

}  // namespace

std::vector<model::Change> compare(Session& session) {
  const model::Schema& schema = session.order.profile.schema;
  plan::Options options = plan_options(session.order, session.own_user.id);
  options.missing.unreadable_keys = session.roster->unreadable_keys;
  recall_missing(session, options.missing);
  const Recalled remembered = recalled(session);
  options.write_only = {&remembered, session.order.job.password_updates, session.order.assume_current};
  options.writings = &writings(session);
  options.kinship = kinship(session);
  identify(session, options);
  plan::Planner planner(schema, session.roster->users, session.rejected, std::move(options));
  const ProgressSink progress = progress_sink(session);
  Fetcher fetcher(schema, session.roster->users, session.remote->directory(), planner, reading(session.order),
                  session.stop, progress);
  const Fetched fetched = fetcher.run();
  const bool whole = fetched.coverage == plan::Coverage::whole;
  const bool matters =
      fetched.coverage == plan::Coverage::unproved || session.order.job.missing == job::Missing::deactivate;
  if (!fetched.doubt.empty() && matters) session.result.warnings.push_back({"listing_incomplete", fetched.doubt});
  session.result.directory = {fetched.users, whole};
  auto changes = planner.settle(fetched.coverage, session.result);
  tell_of_acknowledgements(session);
  check_only(session);
  const std::uint64_t users = fetched.users.value_or(0);
  const std::uint64_t disabled = whole ? planner.listed_disabled() : 0;
  note_assumed(session, planner);
  note_decisions(session, planner);
  for (const model::Written* one : planner.outdated()) {
    session.lesson.written.forget.push_back({one->user_id, one->attribute});
  }
  session.population = {users, users - std::min(users, disabled)};
  session.result.run.changes_digest = plan::changes_digest(schema, changes);
  guard(session, changes, &remembered);
  return changes;
}

}  // namespace rostersync::sync
