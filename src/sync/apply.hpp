// Carrying out a saved plan exactly as it was reviewed, or those of its changes that still may be.
#pragma once

#include "sync/session.hpp"

namespace rostersync::sync {

// Throws base::CannotRun, before anything is written, where the plan does not hold, is of another directory or too old.
// The limits are checked anew, on what this run may carry out. Then each user is read before they are written: who
// changed since is a conflict, who is as asked already is unchanged. An earlier run that was interrupted is settled and
// superseded, as by a sync.
void apply(Session& session);

}  // namespace rostersync::sync
