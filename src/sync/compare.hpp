// From a roster to a plan: the stages of plan, sync and validate that write nothing.
#pragma once

#include "sync/session.hpp"

namespace rostersync::sync {

// Reads the roster into the session; faults of single rows are accounted for. Throws base::CannotRun, base::Refused.
void read_roster(Session& session);

// What can be said of the roster without the directory: faults, and rows that share a key.
void settle_offline(Session& session);

// Reads the directory, settles every row that needs no write, and answers the changes, guarded.
std::vector<model::Change> compare(Session& session);

}  // namespace rostersync::sync
