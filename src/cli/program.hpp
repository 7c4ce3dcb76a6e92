// The program: arguments to a run, and a run to an exit status.
#pragma once

namespace rostersync::cli {

// Answers one of base::ExitCode's values. Whatever ends the program is caught here, once, and said on standard error.
int run(int argc, char** argv);

}  // namespace rostersync::cli
