#include "sync/save_plan.hpp"

#include <filesystem>

#include "base/file.hpp"
#include "base/log.hpp"
#include "plan/plan_file.hpp"

namespace rostersync::sync {

namespace {

plan::PlanHeader header_of(const Session& session) {
  plan::PlanHeader header;
  header.run = session.result.run;
  std::string& roster = header.run.roster.path;  // the plan may be carried out from another folder
  if (!roster.empty() && roster != "-") roster = std::filesystem::absolute(roster).string();
  header.organization = session.own_user.organization;
  header.directory = session.result.directory;
  header.enabled = session.population.enabled;
  if (session.ended == base::ExitCode::refused) header.refused = session.result.run.message;
  return header;
}

}  // namespace

void save_plan(const Session& session) {
  if (session.order.plan_path.empty()) return;
  std::vector<plan::SavedChange> changes;
  changes.reserve(session.changes.size());
  for (const model::Change& change : session.changes) {
    changes.push_back({change, session.result.entry(change.row).line});
    if (change.action == model::Action::deactivate) changes.back().change.row = model::no_row;
  }
  base::AtomicFile file(session.order.plan_path);
  file.write(plan::write_plan(header_of(session), std::move(changes), session.order.profile.schema));
  file.commit();
  base::log::info("the plan of {} changes is in {}", session.changes.size(), session.order.plan_path);
}

}  // namespace rostersync::sync
