#include "sync/missing.hpp"

#include <map>
#include <string>

#include "sync/baseline.hpp"
#include "sync/remember.hpp"

namespace rostersync::sync {

namespace {

bool counts_runs(const job::Job& job) {
  return job.missing == job::Missing::deactivate && job.missing_after > 1;
}

std::map<std::string, store::Missing> known(Session& session) {
  std::map<std::string, store::Missing> all;
  if (store::Memory* const memory_of = memory(session)) {
    for (auto& [id, one] : memory_of->missing()) all.emplace(id, std::move(one));
  }
  return all;
}

}  // namespace

void recall_missing(Session& session, plan::MissingOptions& options) {
  if (!counts_runs(session.order.job)) return;
  for (const auto& [id, one] : known(session)) options.runs[id] = one.runs;
}

void note_missing(Session& session) {
  if (!counts_runs(session.order.job) || !session.result.orphans || !is_good_run(session)) return;
  const auto before = known(session);
  std::map<std::string, std::uint64_t> runs;
  for (const auto& [id, one] : before) runs[id] = one.runs;
  const auto now = plan::missing_now(*session.result.orphans, runs);
  for (const auto& [id, count] : now) {
    const auto earlier = before.find(id);
    const std::string& since = earlier == before.end() ? session.result.run.started_at : earlier->second.since;
    session.lesson.missing.keep.push_back({id, static_cast<std::uint32_t>(count), since});
  }
  for (const auto& [id, one] : before) {
    if (!now.contains(id)) session.lesson.missing.forget.push_back(id);
  }
}

}  // namespace rostersync::sync
