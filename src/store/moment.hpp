// A point in time as later processes and people understand it.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"

namespace rostersync::store {

struct Moment {
  std::int64_t wall_ms = 0;    // Unix time in milliseconds: for people, and for ages of many hours
  std::int64_t steady_ns = 0;  // of the monotonic clock, which all processes of one boot share
  std::string boot;            // /proc/sys/kernel/random/boot_id
};

Moment moment(const base::Clock& clock);

}  // namespace rostersync::store
