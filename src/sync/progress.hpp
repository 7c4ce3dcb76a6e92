// How far a run has come, as a value: what to show of it is the command line's affair.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace rostersync::sync {

struct Progress {
  enum class Stage { reading, writing };
  Stage stage = Stage::reading;
  std::uint64_t done = 0;            // reading: users seen; writing: changes settled
  std::optional<std::uint64_t> all;  // of so many, where that is known
  std::uint64_t errors = 0;          // rows that failed so far
  double limit_per_second = 0;       // requests a second that the rate limiter lets through at present; 0: unknown
  bool held_back = false;            // a pause that the server asked for is running
};

using ProgressSink = std::function<void(const Progress&)>;

}  // namespace rostersync::sync
