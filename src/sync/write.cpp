#include "sync/write.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "sync/account.hpp"
#include "sync/asked.hpp"
#include "sync/compare.hpp"
#include "sync/recheck.hpp"
#include "sync/save_plan.hpp"
#include "sync/settings.hpp"
#include "sync/supersede.hpp"

namespace rostersync::sync {

namespace {

void write(Session& session, const std::vector<model::Change>& changes) {
  session.journal->record_plan(session.result, changes);
  session.planned = true;
  if (changes.empty()) return;
  base::log::info("writing {} changes", changes.size());
  execute_tasks(session, tasks_for(changes));
}

}  // namespace

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
  const auto& paging = session.order.profile.wire.list.paging;
  const Listing listing{paging ? paging->max_size : 0, session.result.directory.users};
  if (listing_is_cheaper(listing, tasks)) {
    recheck(tasks, session.order.profile.schema, session.remote->directory(), session.stop, progress_sink(session));
  }
  execute_tasks(session, tasks, in_doubt);
}

void carry_out_plan(Session& session) {
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
    save_plan(session);
  } else if (session.ended) {
    account_as_skipped(session.changes, "refused", "not sent, because a safety limit refused the whole plan",
                       session.result);
  } else {
    supersede(session, interrupted);
    write(session, session.changes);
  }
}

}  // namespace rostersync::sync
