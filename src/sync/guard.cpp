#include "sync/guard.hpp"

#include <algorithm>
#include <string>

#include "plan/guard.hpp"
#include "sync/settings.hpp"

namespace rostersync::sync {

namespace {

bool trips_on(const std::string& limit, const std::vector<plan::Trip>& trips) {
  return std::any_of(trips.begin(), trips.end(), [&](const plan::Trip& trip) { return trip.limit == limit; });
}

constexpr const char* first_sends_hint =
    " (values that cannot be read back would be sent for the first time; if the directory has them already, "
    "--assume-current takes them as they are, and sends none of them)";

}  // namespace

void guard(Session& session, const std::vector<model::Change>& changes, const plan::Recollection* recalled) {
  const model::Schema& schema = session.order.profile.schema;
  const plan::Limits limits = plan_limits(session.order);
  const auto trips = plan::check(schema, changes, session.population, limits);
  if (trips.empty()) return;
  auto known = trips;
  if (recalled != nullptr) {
    known = plan::check(schema, plan::without_first_sends(schema, changes, *recalled), session.population, limits);
  }
  session.ended = base::ExitCode::refused;
  std::string& message = session.result.run.message;
  message = "refused, and nothing was written: ";
  for (std::size_t i = 0; i < trips.size(); ++i) {
    message += (i == 0 ? "" : "; ") + trips[i].message;
    if (!trips_on(trips[i].limit, known)) message += first_sends_hint;
  }
}

}  // namespace rostersync::sync
