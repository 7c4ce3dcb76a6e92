#include "sync/baseline.hpp"

#include "base/error.hpp"
#include "json/json.hpp"
#include "plan/shrinkage.hpp"
#include "sync/remember.hpp"

namespace rostersync::sync {

using base::ExitCode;
using json::Json;

void check_against_baseline(Session& session) {
  store::Memory* const known = memory(session);
  if (known == nullptr) return;
  const auto baseline = known->baseline();
  if (!baseline) return;
  const auto raised = session.order.allow.find("shrink");
  const auto allowed = raised == session.order.allow.end() ? std::nullopt : std::optional(raised->second);
  const auto why = plan::shrinkage(session.result.run.roster.rows, baseline->rows, allowed);
  if (why) throw base::Refused("refused, and nothing was written: " + *why);
}

bool is_good_run(const Session& session) {
  const auto code = static_cast<ExitCode>(session.result.run.exit_code);
  return session.may_become_baseline && (code == ExitCode::ok || code == ExitCode::attention);
}

void note_baseline(Session& session) {
  if (!is_good_run(session)) return;
  session.lesson.baseline = store::Baseline{session.result.run.roster.rows, session.result.run.id};
}

bool may_become_baseline(const std::string& command, const std::string& asked) {
  const Json read = Json::parse(asked, nullptr, false);
  return command == "sync" && read.is_object() && read.contains("only") && read["only"].empty();
}

}  // namespace rostersync::sync
