// The plan of a dry run, kept as a file.
#pragma once

#include "sync/session.hpp"

namespace rostersync::sync {

// Writes the session's changes to where the order says, whole or not at all; a plan that a limit refuses is marked so.
// Does nothing where no file is asked for. Throws base::CannotRun.
void save_plan(const Session& session);

}  // namespace rostersync::sync
