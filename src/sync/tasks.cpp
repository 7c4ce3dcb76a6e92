#include "sync/tasks.hpp"

#include <algorithm>
#include <set>

namespace rostersync::sync {

using directory::Approach;
using model::Action;
using model::Outcome;
using store::OpenChange;

namespace {

// A create that was carried out is brought to its end.
Approach to_settle(const model::Change& change) {
  return change.action == Action::create ? Approach::complete_only : Approach::settle_only;
}

}  // namespace

bool lacks_secret(const model::Schema& schema, const model::Change& change) {
  return std::any_of(change.attributes.begin(), change.attributes.end(), [&](const model::AttributeChange& one) {
    return schema[one.attribute].type == model::Type::secret && one.after_presence == model::Presence::value &&
           one.after.empty();
  });
}

std::vector<Task> tasks_for(const std::vector<OpenChange>& open, const Order& order, base::Duration may_still_arrive) {
  std::vector<Task> tasks;
  for (const OpenChange& one : open) {
    Task task{&one.change, Approach::check_first, {}, ""};
    if (one.claimed) {
      task.approach = Approach::settle_first;
      task.may_still_arrive = may_still_arrive;
    }
    if (lacks_secret(order.profile.schema, one.change)) {
      if (!one.claimed) continue;
      task.approach = to_settle(one.change);
      task.if_not_carried_out = "secret_unavailable";
    }
    tasks.push_back(task);
  }
  return tasks;
}

std::vector<Task> tasks_to_settle(const std::vector<OpenChange>& open, base::Duration may_still_arrive) {
  std::vector<Task> tasks;
  for (const OpenChange& one : open) {
    if (one.claimed) tasks.push_back({&one.change, Approach::settle_only, may_still_arrive, "superseded"});
  }
  return tasks;
}

std::vector<Task> tasks_to_complete(const std::deque<model::Change>& creates) {
  std::vector<Task> tasks;
  for (const model::Change& change : creates) tasks.push_back({&change, Approach::complete_only, {}, "superseded"});
  return tasks;
}

std::vector<model::AttributeIndex> attributes_of(const std::vector<OpenChange>& open) {
  std::set<model::AttributeIndex> attributes;
  for (const OpenChange& one : open) {
    for (const auto& change : one.change.attributes) attributes.insert(change.attribute);
    attributes.insert(one.change.planned_on.over.begin(), one.change.planned_on.over.end());
  }
  return {attributes.begin(), attributes.end()};
}

bool is_open(const store::RunRecord& run) {
  if (run.state == store::RunState::open) return true;
  return run.state == store::RunState::reading && run.facts.command == "sync";
}

bool wrote(const store::RecordedRun& recorded, const model::Reconciliation& result) {
  const bool in_doubt = std::any_of(recorded.open.begin(), recorded.open.end(),
                                    [](const OpenChange& one) { return one.claimed.has_value(); });
  if (in_doubt) return true;
  for (model::Row row = 0; row < result.end_row(); ++row) {
    const Outcome outcome = result.entry(row).outcome;
    if (outcome == Outcome::created || outcome == Outcome::updated) return true;
    const model::EntryDetail* detail = outcome == Outcome::failed ? result.find_detail(row) : nullptr;
    if (detail != nullptr && (detail->reason == "not_kept" || detail->reason == "unverified")) return true;
  }
  return false;
}

}  // namespace rostersync::sync
