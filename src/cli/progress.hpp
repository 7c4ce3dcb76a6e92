// How far a run has come, on standard error: a line that is written over on a terminal, else a log line every 30
// seconds.
#pragma once

#include <cstddef>

#include "base/clock.hpp"

namespace rostersync::cli {

class Progress {
 public:
  Progress(const base::Clock& clock, bool shown);
  void show(std::size_t done, std::size_t all);
  void end();  // clears the line

 private:
  const base::Clock& clock_;
  bool shown_;
  bool terminal_;
  bool line_open_ = false;
  base::Instant next_;
};

}  // namespace rostersync::cli
