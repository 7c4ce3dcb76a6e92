// What a sync does about runs that were interrupted before it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sync/session.hpp"

namespace rostersync::sync {

using Interrupted = std::vector<std::unique_ptr<store::RecordedRun>>;

// The earlier runs that are still open, newest first.
Interrupted interrupted_runs(Session& session);

// What must be read of a user to settle their writes.
std::vector<model::AttributeIndex> attributes_of(const Interrupted& runs);

// Finds out what became of each write that has no answer. Only reads, and leaves their records alone: until this
// session's run has a plan that passes its limits, those runs stay as they were, and can be resumed. What they were
// sure of is remembered. What cannot be found out stands in their accounts (failed, `unsettled`), and among the
// warnings of this run. Throws base::CannotRun where the credentials are not accepted, Stopped where the run is to
// stop.
void settle(Session& session, const Interrupted& runs);

// The comparable keys of those who may have been created, and could not be looked up: nobody may create them again
// without having seen that they are not there.
std::set<std::string> creates_in_doubt(const Session& session, const Interrupted& runs);

// Sends what completes those creates that were carried out, where neither the roster nor the plan of this run has a
// word of its own on it: nothing that can be read would ever show that it lacks. What is not accepted stands among the
// warnings. Then marks the runs superseded, with all that was found out. Throws Stopped; the rest stays open then.
void supersede(Session& session, const Interrupted& runs);

}  // namespace rostersync::sync
