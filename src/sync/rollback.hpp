// The inverse of what a run changed, from its before-images, as an ordinary plan.
#pragma once

#include "sync/session.hpp"

namespace rostersync::sync {

// Each user whom the run wrote to has an entry. Users whom it updated get back what they had; those whom it created are
// disabled, in the schema's own way, and never deleted. Each is read first: who changed since the run is a conflict,
// who is as before already is unchanged. What cannot be undone is a warning (not_undone); an entry of nothing else is
// skipped (not_undoable). The plan is guarded by the limits, saved where the order says so, and carried out where it
// says so. Throws base::CannotRun where the run is unknown, is still to be gone on with, or its rows are no longer
// kept.
void rollback(Session& session);

}  // namespace rostersync::sync
