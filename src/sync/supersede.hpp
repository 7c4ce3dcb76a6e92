// What a sync does about runs that were interrupted before it.
#pragma once

#include <memory>
#include <vector>

#include "sync/session.hpp"

namespace rostersync::sync {

using Interrupted = std::vector<std::unique_ptr<store::RecordedRun>>;

// The earlier runs that are still open, newest first.
Interrupted interrupted_runs(Session& session);

// What must be read of a user to settle their writes.
std::vector<model::AttributeIndex> attributes_of(const Interrupted& runs);

// Settles what they may have written, so that nothing is still on its way or half done. Throws base::CannotRun where
// that cannot be settled, Stopped where the run is to stop. The journal speaks of this session's run again when it
// returns.
void settle(Session& session, const Interrupted& runs);

// Marks them superseded, once this session's run has a plan that passes its limits: until then, they can be resumed.
void supersede(Session& session, const Interrupted& runs);

}  // namespace rostersync::sync
