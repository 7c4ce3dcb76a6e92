// How fast a run gets on, and how long it may still take. Pure: takes `now`.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.hpp"
#include "sync/progress.hpp"

namespace rostersync::cli {

struct Pace {
  double per_second = 0;                     // users or changes; 0 where it cannot be said yet
  std::optional<std::chrono::seconds> left;  // nothing where it cannot be said
};

// Takes the average of the last minute: as long as the windows by which most servers count, so that the bursts and
// pauses of a quota even out.
class Speedometer {
 public:
  // What is done by now. Another stage, or less done than before, starts it afresh.
  Pace note(base::Instant now, const sync::Progress& progress);

 private:
  struct Mark {
    base::Instant at;
    std::uint64_t done = 0;
  };

  void mark(base::Instant now, const sync::Progress& progress);

  sync::Progress::Stage stage_ = sync::Progress::Stage::reading;
  std::uint64_t last_done_ = 0;
  std::deque<Mark> marks_;  // the oldest first, a second or more apart
};

}  // namespace rostersync::cli
