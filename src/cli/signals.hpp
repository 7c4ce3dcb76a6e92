// SIGINT and SIGTERM as a wish that is asked for, so that requests in flight finish and the report is written. A second
// signal ends the program at once. One at a time in a process.
#pragma once

#include <csignal>
#include <optional>
#include <string>

namespace rostersync::cli {

class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // A descriptor that is readable when a signal came that nobody has asked for yet.
  int descriptor() const { return descriptor_; }
  // The signal that came, in words; stays once it came.
  std::optional<std::string> received();

 private:
  int descriptor_ = -1;
  struct sigaction interrupt_before_ {};
  struct sigaction terminate_before_ {};
  std::optional<std::string> received_;
};

}  // namespace rostersync::cli
