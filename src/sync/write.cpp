#include "sync/write.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "model/value.hpp"
#include "sync/account.hpp"
#include "sync/asked.hpp"
#include "sync/baseline.hpp"
#include "sync/compare.hpp"
#include "sync/identify.hpp"
#include "sync/recheck.hpp"
#include "sync/remember.hpp"
#include "sync/save_plan.hpp"
#include "sync/settings.hpp"
#include "sync/supersede.hpp"

namespace rostersync::sync {

namespace {

void write(Session& session, const std::vector<model::Change>& changes, const std::set<std::string>& in_doubt) {
  remember_assumed(session);
  remember_decisions(session);
  session.journal->record_plan(session.result, changes);
  session.planned = true;
  session.may_become_baseline = session.order.only.empty();
  if (changes.empty()) return;
  base::log::info("writing {} changes", changes.size());
  auto tasks = tasks_for(changes);
  const auto rows = look_up_first(session, tasks, in_doubt);
  session.journal->claim(rows, store::moment(session.world.clock));
  execute_tasks(session, tasks, rows.size());
}

}  // namespace

std::vector<model::Row> look_up_first(Session& session, std::vector<Task>& tasks, const std::set<std::string>& keys) {
  const model::Schema& schema = session.order.profile.schema;
  std::vector<model::Row> rows;
  if (keys.empty()) return rows;
  for (Task& task : tasks) {
    if (task.change->action != model::Action::create) continue;
    if (!keys.contains(model::comparable(schema[schema.key], task.change->key))) continue;
    task.approach = directory::Approach::settle_first;
    task.may_still_arrive = may_still_arrive(session);
    rows.push_back(task.change->row);
  }
  return rows;
}

void begin_in_journal(Session& session) {
  store::RunRecord record;
  record.facts = session.result.run;
  record.options = asked_of(session.order, session.roster_rows);
  record.started = store::moment(session.world.clock);
  session.journal->begin(record);
  base::log::event(base::log::Level::info, "run_started",
                   {{"run", record.facts.id},
                    {"command", record.facts.command},
                    {"roster", record.facts.roster.path},
                    {"rows", record.facts.roster.rows}},
                   fmt::format("the run {} has begun", record.facts.id));
  session.journaled = true;
  session.resumable = session.order.command == Command::sync;
}

void execute_checked(Session& session, std::vector<Task> tasks, std::size_t in_doubt) {
  const profile::ListOperation& list = session.order.profile.wire.list;
  const Listing listing{list.in_numbered_pages() ? list.paging->max_size : 0, session.result.directory.users};
  if (listing_is_cheaper(listing, tasks)) {
    recheck(tasks, session.order.profile.schema, session.remote->directory(), session.stop, progress_sink(session));
  }
  execute_tasks(session, tasks, in_doubt);
}

void carry_out_plan(Session& session) {
  check_against_baseline(session);
  const bool write_too = writes(session.order);
  const Interrupted interrupted = write_too ? interrupted_runs(session) : Interrupted{};
  std::vector<model::AttributeIndex> columns = session.roster->users.columns();
  const auto more = attributes_of(interrupted);
  columns.insert(columns.end(), more.begin(), more.end());
  connect(session, wanted_attributes(session.order, columns));
  if (write_too) settle(session, interrupted);
  session.changes = compare(session);
  if (session.order.command == Command::plan) {
    account_as_planned(session.changes, session.result);
    warn_of_not_kept(session.changes, writings(session), session.result);
    save_plan(session);
  } else if (session.ended) {
    account_as_skipped(session.changes, "refused", "not sent, because a safety limit refused the whole plan",
                       session.result);
  } else {
    supersede(session, interrupted);
    write(session, session.changes, creates_in_doubt(session, interrupted));
  }
}

}  // namespace rostersync::sync
