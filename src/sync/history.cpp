#include "sync/history.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace rostersync::sync {

using model::Outcome;
using store::RunState;

namespace {

std::string state_of(const store::RunRecord& run) {
  if (run.state == RunState::superseded) return "superseded";
  return run.state == RunState::finished ? "finished" : "interrupted";
}

// A run that was killed could not say how it ended; nobody can take it for one that went well.
void tell_of_interruption(store::RunRecord& run) {
  const bool open = run.state == RunState::reading || run.state == RunState::open;
  if (!open || !run.facts.finished_at.empty()) return;
  run.facts.exit_code = static_cast<int>(base::ExitCode::stopped);
  run.facts.message = "interrupted, or still going on; rostersync resume goes on with what was interrupted";
}

void account_for_open(store::RecordedRun& run) {
  for (const store::OpenChange& one : run.open) {
    model::Entry& entry = run.result.entry(one.change.row);
    model::EntryDetail& detail = run.result.detail(one.change.row);
    entry.outcome = one.claimed ? Outcome::failed : Outcome::skipped;
    detail.reason = one.claimed ? "unsettled" : "stopped";
    detail.message = one.claimed ? "its request may have left, and its answer is not known; resume settles it"
                                 : "not sent before the run was interrupted";
    detail.changes = one.change.attributes;
  }
}

}  // namespace

std::vector<PastRun> past_runs(const std::filesystem::path& state_directory) {
  std::vector<PastRun> past;
  if (!store::Journal::exists(state_directory)) return past;
  const model::Schema none;
  store::Journal journal(state_directory, none);
  for (store::RunRecord& run : journal.runs()) {
    const std::string state = state_of(run);
    tell_of_interruption(run);
    past.push_back({std::move(run.facts), state, run.changes, run.settled});
  }
  return past;
}

std::unique_ptr<store::RecordedRun> past_run(const std::filesystem::path& state_directory, const model::Schema& schema,
                                             const std::string& run) {
  if (!store::Journal::exists(state_directory)) {
    throw base::CannotRun(fmt::format("{} holds no runs", state_directory.string()));
  }
  store::Journal journal(state_directory, schema);
  std::string id = run;
  if (id.empty()) {
    const auto runs = journal.runs();
    if (runs.empty()) throw base::CannotRun(fmt::format("{} holds no runs", state_directory.string()));
    id = runs.front().facts.id;
  }
  auto recorded = journal.load(id);
  recorded->result.users = &recorded->users;
  if (recorded->result.entries.size() < recorded->record.facts.roster.rows) {
    throw base::CannotRun(
        fmt::format("the run {} was interrupted before anything was decided: there is nothing to report of it", id));
  }
  tell_of_interruption(recorded->record);
  recorded->result.run = recorded->record.facts;
  account_for_open(*recorded);
  return recorded;
}

}  // namespace rostersync::sync
