// Errors that end a run, and the exit status each stands for. A bad row, a conflict or a failed request is a value,
// never one of these: throw only where nothing can go on. `main` catches once and prints what() as one sentence.
#pragma once

#include <stdexcept>
#include <string>

namespace rostersync::base {

// The documented exit statuses (README, "Exit codes").
enum class ExitCode : int {
  ok = 0,             // the directory is as asked; `plan`: nothing to do
  could_not_run = 1,  // usage, configuration, credentials, unreadable file, directory unreachable; nothing was written
  differences = 2,    // `plan`: there are differences and nothing is wrong with them
  attention = 3,      // done, but rows were rejected, in conflict, failed or withheld
  refused = 4,        // a safety limit or an integrity check tripped; nothing was written
  busy = 5,           // another run holds the lock
  stopped = 6         // stopped early: a signal, the deadline, a dead key, a lost directory; `resume` goes on
};

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

// Bad usage, configuration, credentials, an unreadable file, an unreachable directory: exit 1.
struct CannotRun : Error {
  explicit CannotRun(const std::string& sentence) : Error(ExitCode::could_not_run, sentence) {}
};
// An integrity check of the roster or a safety limit: exit 4, nothing was written.
struct Refused : Error {
  explicit Refused(const std::string& sentence) : Error(ExitCode::refused, sentence) {}
};
// Another run holds the lock of the state directory: exit 5.
struct Busy : Error {
  explicit Busy(const std::string& sentence) : Error(ExitCode::busy, sentence) {}
};

}  // namespace rostersync::base
