// How fast to send. Pure: every call takes `now`.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>

#include "base/clock.hpp"

namespace rostersync::http {

// Contract: before each send ask earliest(now); if it is not after now, send and call sent(now), and call answered(now)
// once when that request has ended, however it ended. pause_until() holds every send back until then (a later call may
// only prolong it).
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  // When the next request may go; Instant::max() if only an answer can free a place.
  virtual base::Instant earliest(base::Instant now) const = 0;
  virtual void sent(base::Instant now) = 0;
  virtual void answered(base::Instant now) = 0;
  virtual void pause_until(base::Instant when) = 0;
};

// At most `requests` in any trailing window of `per`, whatever the network does in between: a place is taken when a
// request is sent and freed one `per` after its answer.
std::unique_ptr<RateLimiter> make_window_limiter(std::uint64_t requests, base::Duration per);
// A bucket of `requests` tokens that refills evenly over `per`.
std::unique_ptr<RateLimiter> make_bucket_limiter(std::uint64_t requests, base::Duration per);

}  // namespace rostersync::http
