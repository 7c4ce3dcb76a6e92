// In how many runs in a row somebody was missing: what earlier runs have counted, and what this one adds.
#pragma once

#include "plan/departures.hpp"
#include "sync/session.hpp"

namespace rostersync::sync {

// Fills in `runs`, where people are to be disabled only after more than one.
void recall_missing(Session& session, plan::MissingOptions& options);

// Adds this run to the lesson, if it came to a good end and spoke of everybody: whoever is missing once more, and who
// is no longer. A dry run counts nothing, nor does one with --only.
void note_missing(Session& session);

}  // namespace rostersync::sync
