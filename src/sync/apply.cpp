#include "sync/apply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/file.hpp"
#include "base/log.hpp"
#include "plan/change_json.hpp"
#include "plan/plan_file.hpp"
#include "sync/account.hpp"
#include "sync/compare.hpp"
#include "sync/guard.hpp"
#include "sync/secrets.hpp"
#include "sync/settings.hpp"
#include "sync/subjects.hpp"
#include "sync/supersede.hpp"
#include "sync/tasks.hpp"
#include "sync/words.hpp"
#include "sync/write.hpp"

namespace rostersync::sync {

using base::CannotRun;
using model::Action;
using plan::PlanHeader;
using plan::SavedChange;

namespace {

constexpr auto oldest = std::chrono::hours(24);
constexpr auto clocks_differ = std::chrono::hours(1);  // by less than that, the clocks of two machines may

void check_directory(const Order& order, const PlanHeader& header) {
  if (header.run.profile == order.profile.name && header.run.base_url == order.base_url) return;
  throw CannotRun(fmt::format("{} is a plan for {} at {}, and this run is for {} at {}", order.plan_path,
                              header.run.profile, header.run.base_url, order.profile.name, order.base_url));
}

void check_organization(const Session& session, const std::string& organization) {
  if (organization == session.own_user.organization) return;
  throw CannotRun(fmt::format("{} is a plan for the organization {}, and these credentials are of {}",
                              session.order.plan_path, organization.empty() ? "(none)" : organization,
                              session.own_user.organization.empty() ? "(none)" : session.own_user.organization));
}

void check_age(const Session& session, const PlanHeader& header) {
  const auto made = time_of(header.run.started_at);
  const base::WallTime now = session.world.clock.wall();
  if (!made || *made - now > clocks_differ) {
    throw CannotRun(
        fmt::format("{} was made at {}, which is yet to come by the clock of this machine ({}); set the "
                    "clock right, or plan again",
                    session.order.plan_path, header.run.started_at, timestamp(now)));
  }
  if (now - *made <= oldest) return;
  throw CannotRun(
      fmt::format("{} was made more than 24 hours ago ({}), and the directory may have moved on; plan again",
                  session.order.plan_path, header.run.started_at));
}

// Orphans lie in the order of their ids.
void take_deactivations(model::Reconciliation& result, std::vector<model::Change>& deactivations) {
  if (deactivations.empty()) return;
  std::sort(deactivations.begin(), deactivations.end(),
            [](const auto& a, const auto& b) { return a.user_id < b.user_id; });
  result.orphans.emplace();
  for (model::Change& change : deactivations) {
    model::Orphan& orphan = result.orphans->emplace_back();
    orphan.user_id = change.user_id;
    orphan.email = change.key;
    orphan.departs = true;
    change.row = result.orphan_row(result.orphans->size() - 1);
  }
}

// The plan's changes as this run's own: each create or update has an entry, each deactivation an orphan.
void take_changes(Session& session, std::vector<SavedChange> saved) {
  const model::Schema& schema = session.order.profile.schema;
  std::vector<Subject> subjects;
  std::vector<model::Change> deactivations;
  for (SavedChange& one : saved) {
    if (one.change.action == Action::deactivate) {
      deactivations.push_back(std::move(one.change));
      continue;
    }
    const auto row = static_cast<model::Row>(subjects.size());
    if (lacks_secret(schema, one.change)) session.roster_rows.emplace(row, one.change.row);
    one.change.row = row;
    subjects.push_back({one.change.key, one.change.user_id, one.line});
    session.changes.push_back(std::move(one.change));
  }
  account_for_subjects(session, subjects);
  take_deactivations(session.result, deactivations);
  std::move(deactivations.begin(), deactivations.end(), std::back_inserter(session.changes));
}

// Answers the organization that the plan is for; empty where the API does not say.
std::string take_plan(Session& session) {
  const plan::SavedPlan saved(base::read_file(session.order.plan_path), session.order.plan_path);
  const PlanHeader& header = saved.header();
  check_directory(session.order, header);
  check_age(session, header);
  session.order.roster_path = header.run.roster.path;
  session.result.run.roster = header.run.roster;
  session.result.directory = header.directory;
  session.population = {header.directory.users.value_or(0), header.enabled};
  take_changes(session, saved.changes(session.order.profile.schema));
  check_only(session, session.changes);
  base::log::info("the plan {} of {} has {} changes", header.run.id, header.run.started_at, session.changes.size());
  if (!header.refused.empty()) base::log::warning("this plan was {}", header.refused);
  return header.organization;
}

void write(Session& session, const std::set<std::string>& in_doubt) {
  fill_in_secrets(session, session.changes);
  session.journal->record_plan(session.result, session.changes);
  session.planned = true;
  session.resumable = true;
  if (session.changes.empty()) return;
  base::log::info("writing {} changes", session.changes.size());
  std::vector<Task> tasks = tasks_for(session.changes);
  for (Task& task : tasks) task.approach = directory::Approach::check_first;
  const auto rows = look_up_first(session, tasks, in_doubt);
  session.journal->claim(rows, store::moment(session.world.clock));
  execute_checked(session, std::move(tasks), rows.size());
}

}  // namespace

void apply(Session& session) {
  const std::string organization = take_plan(session);
  if (const auto why = session.stop.reached()) throw Stopped(*why);
  open_state(session);
  begin_in_journal(session);
  const Interrupted interrupted = interrupted_runs(session);
  std::vector<model::AttributeIndex> columns = attributes_of(session.changes);
  const auto more = attributes_of(interrupted);
  columns.insert(columns.end(), more.begin(), more.end());
  connect(session, wanted_attributes(session.order, columns));
  check_organization(session, organization);
  settle(session, interrupted);
  narrow(session, session.changes);
  session.result.run.changes_digest = plan::changes_digest(session.order.profile.schema, session.changes);
  guard(session, session.changes);
  if (session.ended) {
    account_as_skipped(session.changes, "refused", "not sent, because a safety limit refused the whole plan",
                       session.result);
    return;
  }
  supersede(session, interrupted);
  write(session, creates_in_doubt(session, interrupted));
}

}  // namespace rostersync::sync
