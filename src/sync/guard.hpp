// The safety limits of a run, whatever it came by its changes from.
#pragma once

#include <vector>

#include "plan/recollection.hpp"
#include "sync/session.hpp"

namespace rostersync::sync {

// Where the changes would pass a limit, as a share of `session.population`, the session has ended as refused, and the
// message says by how much and what lets this one run through. `recalled`, if not null: what is known of values that
// cannot be read back, so that the message can tell where only their first sends trip it.
void guard(Session& session, const std::vector<model::Change>& changes, const plan::Recollection* recalled = nullptr);

}  // namespace rostersync::sync
