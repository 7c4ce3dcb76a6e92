// The list of past runs. Pure renderers.
#pragma once

#include <string>
#include <vector>

#include "json/json.hpp"
#include "sync/history.hpp"

namespace rostersync::cli {

// A header and one line a run, of 80 columns at most: a roster's path that is longer loses its beginning.
std::string runs_table(const std::vector<sync::PastRun>& runs);

// A list of {id, command, started_at, finished_at, state, exit_code, changes, settled, roster}; finished_at and
// exit_code are null for a run that never came to an end, roster where it had none.
json::OrderedJson runs_json(const std::vector<sync::PastRun>& runs);

}  // namespace rostersync::cli
