// Time as a parameter, so that policy and waiting are tested in virtual time.
#pragma once

#include <chrono>

namespace rostersync::base {

using Instant = std::chrono::steady_clock::time_point;   // monotonic; for waiting and rates
using Duration = std::chrono::steady_clock::duration;    // nanoseconds
using WallTime = std::chrono::system_clock::time_point;  // UTC; for reports only

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual WallTime wall() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace rostersync::base
