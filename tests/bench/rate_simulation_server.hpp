// A server that limits the rate of its requests, in virtual time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.hpp"
#include "http/rate_hint.hpp"

namespace rostersync::simulation {

using base::Duration;
using base::Instant;

inline Duration seconds(double count) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(count));
}
inline double in_seconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

enum class Kind {
  fixed,    // so many in each period of the server's clock
  sliding,  // so many in any trailing period
  bucket    // so many at once, which flow back evenly over a period
};

struct Quota {
  Kind kind = Kind::fixed;
  std::uint64_t requests = 100;
  Duration per = std::chrono::seconds(1);
  bool retry_after = false;  // a 429 says when to come again, in whole seconds, rounded up
  bool headers = false;      // every answer says limit, window, what remains, and the whole seconds until there is more
};

struct Answer {
  bool throttled = false;
  std::optional<Duration> retry_after;
  std::optional<http::RateHint> hint;
};

class Server {
 public:
  // `phase` is how far into a period its clock is at the beginning.
  Server(const Quota& quota, Duration phase) : quota_(quota), phase_(phase) {}

  Answer answer(Instant now) {
    refresh(now);
    Answer answer;
    answer.throttled = taken_ + 1 > static_cast<double>(quota_.requests);
    if (!answer.throttled) take(now);
    const Duration wait = whole_seconds(until_more(now));
    if (answer.throttled && quota_.retry_after) answer.retry_after = wait;
    if (quota_.headers) answer.hint = http::RateHint{quota_.requests, quota_.per, remaining(), wait};
    return answer;
  }

 private:
  static Duration whole_seconds(Duration time) { return std::chrono::ceil<std::chrono::seconds>(time); }

  std::uint64_t remaining() const {
    return quota_.requests - static_cast<std::uint64_t>(std::ceil(std::min(taken_, double(quota_.requests))));
  }
  Instant period_of(Instant now) const { return now - (now.time_since_epoch() + phase_) % quota_.per; }

  void refresh(Instant now) {
    switch (quota_.kind) {
      case Kind::fixed:
        if (period_of(now) != last_) taken_ = 0;
        last_ = period_of(now);
        return;
      case Kind::sliding:
        while (!admitted_.empty() && admitted_.front() + quota_.per <= now) admitted_.pop_front();
        taken_ = static_cast<double>(admitted_.size());
        return;
      case Kind::bucket:
        taken_ = std::max(0.0, taken_ - in_seconds(now - last_) * refill());
        last_ = now;
        return;
    }
  }
  void take(Instant now) {
    ++taken_;
    if (quota_.kind == Kind::sliding) admitted_.push_back(now);
  }
  Duration until_more(Instant now) const {
    switch (quota_.kind) {
      case Kind::fixed:
        return period_of(now) + quota_.per - now;
      case Kind::sliding:
        return admitted_.front() + quota_.per - now;
      case Kind::bucket:
        break;
    }
    return seconds(std::max(0.0, taken_ + 1 - static_cast<double>(quota_.requests)) / refill());
  }
  double refill() const { return static_cast<double>(quota_.requests) / in_seconds(quota_.per); }

  Quota quota_;
  Duration phase_;
  double taken_ = 0;
  Instant last_{};
  std::deque<Instant> admitted_;
};

}  // namespace rostersync::simulation
