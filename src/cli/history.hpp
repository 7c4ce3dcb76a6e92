// The commands that look back: they need no credentials, ask nothing of the directory, and may be given while a run is
// going on.
#pragma once

#include "cli/arguments.hpp"

namespace rostersync::cli {

// Prints the past runs of a state directory. Neither a profile nor an address has to be known; what the command line
// names must be what the state directory belongs to. Throws base::CannotRun.
void list_runs(const HistoryArguments& arguments);

// Writes the reports of a past run again, and prints its summary unless `quiet`. The profile is the one that is
// configured, else the one that the run itself names. Throws base::CannotRun.
void report_again(const HistoryArguments& arguments, bool quiet);

}  // namespace rostersync::cli
