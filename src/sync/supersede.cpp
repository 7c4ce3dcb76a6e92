#include "sync/supersede.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "sync/account.hpp"
#include "sync/journal_record.hpp"
#include "sync/settings.hpp"
#include "sync/tasks.hpp"
#include "sync/words.hpp"

namespace rostersync::sync {

using model::Outcome;
using store::RunState;

namespace {

// What turns out not to have been carried out stays open, until this run has a plan to take its place.
class SettlingRecord final : public Record {
 public:
  SettlingRecord(store::Journal& journal, const model::Reconciliation& result, const base::Clock& clock,
                 std::function<model::HttpFacts()> http)
      : record_(journal, result, clock, std::move(http)), result_(result) {}

  void claim(const std::vector<model::Row>& rows) override { record_.claim(rows); }
  void release(const std::vector<model::Row>& rows) override { record_.release(rows); }
  void settle(const std::vector<model::Row>& rows) override {
    std::vector<model::Row> settled;
    std::vector<model::Row> open;
    for (const model::Row row : rows) {
      (result_.entry(row).outcome == Outcome::skipped ? open : settled).push_back(row);
    }
    if (!settled.empty()) record_.settle(settled);
    if (!open.empty()) record_.release(open);
  }

 private:
  JournalRecord record_;
  const model::Reconciliation& result_;
};

void skip_what_is_open(store::RecordedRun& run, const std::string& by) {
  for (const store::OpenChange& one : run.open) {
    const Outcome outcome = run.result.entry(one.change.row).outcome;
    if (outcome != Outcome::pending && outcome != Outcome::skipped) continue;
    run.result.entry(one.change.row).outcome = Outcome::skipped;
    model::EntryDetail& detail = run.result.detail(one.change.row);
    detail.reason = "superseded";
    detail.message = fmt::format("not sent; the run {} planned afresh", by);
    detail.changes = one.change.attributes;
  }
}

// Reads until it is known what became of each write that has no answer, and completes creates that were carried out.
void settle_by_reading(Session& session, store::RecordedRun& run) {
  const auto tasks = tasks_to_settle(run.open, may_still_arrive(session));
  if (tasks.empty()) return;
  base::log::info("settling {} writes of the interrupted run {}", tasks.size(), run.record.facts.id);
  SettlingRecord record(*session.journal, run.result, session.world.clock, [&] { return run.record.http; });
  const ProgressSink progress = progress_sink(session);
  const Execution settled =
      execute(tasks, {session.remote->directory(), run.result, record, session.stop, session.world.clock, progress,
                      most_under_way(session.order) + tasks.size(), true});
  if (settled.stopped) throw Stopped(settled.message);
  for (const Task& task : tasks) {
    const model::EntryDetail* detail = run.result.find_detail(task.change->row);
    if (detail == nullptr || detail->reason != "unsettled") continue;
    throw base::CannotRun(fmt::format("a write of the interrupted run {} could not be settled: {}", run.record.facts.id,
                                      detail->message));
  }
}

void supersede_one(Session& session, store::RecordedRun& run) {
  const std::string& by = session.result.run.id;
  session.journal->take_up(run.record.facts.id);
  skip_what_is_open(run, by);
  account_for_the_rest(run.result);
  run.result.run.finished_at = timestamp(session.world.clock.wall());
  run.result.run.exit_code = static_cast<int>(base::ExitCode::stopped);
  run.result.run.message = fmt::format("superseded by the run {}", by);
  session.journal->end(run.result, RunState::superseded);
}

}  // namespace

Interrupted interrupted_runs(Session& session) {
  Interrupted interrupted;
  for (const store::RunRecord& run : session.journal->runs()) {
    if (!is_open(run) || run.facts.id == session.result.run.id) continue;
    interrupted.push_back(session.journal->load(run.facts.id));
    interrupted.back()->result.users = &interrupted.back()->users;
  }
  return interrupted;
}

std::vector<model::AttributeIndex> attributes_of(const Interrupted& runs) {
  std::vector<model::AttributeIndex> attributes;
  for (const auto& run : runs) {
    const auto some = attributes_of(run->open);
    attributes.insert(attributes.end(), some.begin(), some.end());
  }
  return attributes;
}

void settle(Session& session, const Interrupted& runs) {
  for (const auto& run : runs) {
    session.journal->take_up(run->record.facts.id);
    settle_by_reading(session, *run);
  }
  session.journal->take_up(session.result.run.id);
}

void supersede(Session& session, const Interrupted& runs) {
  for (const auto& run : runs) {
    base::log::warning("the run {} was interrupted; this one takes its place", run->record.facts.id);
  }
  for (const auto& run : runs) supersede_one(session, *run);
  session.journal->take_up(session.result.run.id);
}

}  // namespace rostersync::sync
