// What plan and sync do once the roster is read: compare, then write or not.
#pragma once

#include "sync/session.hpp"

namespace rostersync::sync {

// Records that this run has begun, and what it takes to begin it again.
void begin_in_journal(Session& session);

// Carries out changes that were planned earlier, each checked first: with one listing where that takes fewer requests
// than a read for each. `in_doubt`: as execute_tasks has it.
void execute_checked(Session& session, std::vector<Task> tasks, std::size_t in_doubt = 0);

// Connects, compares, checks the limits, and carries the plan out (or only accounts for it).
void carry_out_plan(Session& session);

}  // namespace rostersync::sync
