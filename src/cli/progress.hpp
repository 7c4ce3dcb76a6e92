// Tells on standard error how far a run has come: a bar on a terminal, ten times a second at most; else a log line
// every 30 seconds (event "progress"). While a Progress is there, the bar makes way for every log line. One at a time
// in a process.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "cli/pace.hpp"
#include "cli/screen.hpp"
#include "sync/progress.hpp"

namespace rostersync::cli {

class Progress {
 public:
  // `clock` must outlive it.
  Progress(const base::Clock& clock, Screen screen);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const sync::Progress& progress);
  void clear();  // takes the bar away, until there is something to show again

 private:
  const base::Clock& clock_;
  Screen screen_;
  Speedometer speedometer_;
  base::Instant next_;
  bool on_screen_ = false;
};

}  // namespace rostersync::cli
