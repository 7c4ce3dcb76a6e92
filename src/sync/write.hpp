// What plan and sync do once the roster is read: compare, then write or not.
#pragma once

#include "sync/session.hpp"

namespace rostersync::sync {

// Records that this run has begun, and what it takes to begin it again.
void begin_in_journal(Session& session);

// Connects, compares, checks the limits, and carries the plan out (or only accounts for it).
void carry_out_plan(Session& session);

}  // namespace rostersync::sync
