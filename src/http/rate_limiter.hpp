// How fast to send. Pure: every call takes `now`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "http/rate_hint.hpp"
#include "http/rate_memory.hpp"

namespace rostersync::http {

// What became of a request, as far as the rate is concerned.
struct Observation {
  enum class Result {
    answered,   // whatever its status, unless one of those below
    throttled,  // 429
    strained,   // 503, or a time-out: the server may be asked too much
    lost        // anything else without an answer: tells nothing of the rate
  };
  Result result = Result::answered;
  base::Instant sent;                         // when it was sent
  std::optional<RateHint> hint;               // what the answer's headers say of the quota
  std::optional<base::Duration> retry_after;  // a 429's or 503's own
};

// Contract: before each send ask earliest(now) and most_in_flight(); if the first is not after now and fewer are in
// flight, send and call sent(now), and call answered(now, …) once when that request has ended, however it ended.
// pause_until() holds every send back until then (a later call may only prolong it).
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  // When the next request may go; Instant::max() if only an answer can free a place.
  virtual base::Instant earliest(base::Instant now) const = 0;
  virtual void sent(base::Instant now) = 0;
  virtual void answered(base::Instant now, const Observation& observation) = 0;
  virtual void pause_until(base::Instant when) = 0;
  // How many requests may be in flight at once, as far as the rate is concerned.
  virtual std::size_t most_in_flight() const { return std::numeric_limits<std::size_t>::max(); }
  // Requests a second that it lets through at present: for people, and for estimates.
  virtual double per_second() const = 0;
};

// At most `requests` in any trailing window of `per`, whatever the network does in between: a place is taken when a
// request is sent and freed one `per` after its answer. `memory`, if any, has what earlier processes sent, and must
// outlive the limiter.
std::unique_ptr<RateLimiter> make_window_limiter(std::uint64_t requests, base::Duration per,
                                                 RateMemory* memory = nullptr);
// A bucket of `requests` tokens that refills evenly over `per`. A token begins to flow back with its request's answer,
// which is all the margin that jitter on the way needs, and leaves the steady rate as it is told.
std::unique_ptr<RateLimiter> make_bucket_limiter(std::uint64_t requests, base::Duration per,
                                                 RateMemory* memory = nullptr);

struct AdaptiveOptions {
  double first_per_second = 5;  // before anything is known
  std::size_t max_in_flight = 16;
};
// Finds the server's rate, and how many requests at once are good for it, from 429s, Retry-After and what answers say
// of the quota. Starts from what `memory` has found before.
std::unique_ptr<RateLimiter> make_adaptive_limiter(const AdaptiveOptions& options, RateMemory* memory = nullptr);

}  // namespace rostersync::http
