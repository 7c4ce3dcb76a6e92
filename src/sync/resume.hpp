// Going on with a run that was interrupted: each change exactly once.
#pragma once

#include "sync/session.hpp"

namespace rostersync::sync {

// Of a run whose plan is recorded, what is still open: an intent without an answer is settled by reading; what never
// left is sent where the user is still as planned. A run that was interrupted before it had a plan begins again. Throws
// base::CannotRun for a run that is unknown, superseded or older than a day; where there is nothing to resume, the
// session says so.
void resume(Session& session);

}  // namespace rostersync::sync
