// How long the roster was in the last good run, against which a roster that lost half its rows is held.
#pragma once

#include <string>

#include "sync/session.hpp"

namespace rostersync::sync {

// Throws base::Refused where the roster has less than half the rows of the last good run's, unless --allow shrink=N
// lets it.
void check_against_baseline(Session& session);

// Before the run's lesson is kept: a sync of everybody that came to a good end (exit code 0 or 3) is the new baseline.
void note_baseline(Session& session);

// Whether this is a sync of the whole roster that came to its end, though a person may be needed.
bool is_good_run(const Session& session);

// Whether a run that was asked so may become the baseline at all: it is a sync, and not of some people only.
bool may_become_baseline(const std::string& command, const std::string& asked);

}  // namespace rostersync::sync
