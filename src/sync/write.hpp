// What plan and sync do once the roster is read: compare, then write or not.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sync/session.hpp"

namespace rostersync::sync {

// Records that this run has begun, and what it takes to begin it again.
void begin_in_journal(Session& session);

// Carries out changes that were planned earlier, each checked first: with one listing where that takes fewer requests
// than a read for each. `in_doubt`: as execute_tasks has it.
void execute_checked(Session& session, std::vector<Task> tasks, std::size_t in_doubt = 0);

// Of `tasks`, the creates of people whose create may have been carried out before (`keys`, as creates_in_doubt() has
// them) are looked up first, whatever a listing showed, and once more when nothing can still arrive. Answers their
// rows: to be claimed before anything is looked up, so that a later process knows, should this one end before.
std::vector<model::Row> look_up_first(Session& session, std::vector<Task>& tasks, const std::set<std::string>& keys);

// Connects, compares, checks the limits, and carries the plan out (or only accounts for it).
void carry_out_plan(Session& session);

}  // namespace rostersync::sync
