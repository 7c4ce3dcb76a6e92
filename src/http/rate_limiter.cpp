#include "http/rate_limiter.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;

void require_a_rate(std::uint64_t requests, Duration per) {
  if (requests == 0 || per <= Duration::zero()) throw std::invalid_argument("a rate needs requests and a period");
}

class Pause {
 public:
  void until(Instant when) { until_ = std::max(until_, when); }
  Instant not_before(Instant when) const { return std::max(until_, when); }

 private:
  Instant until_ = Instant::min();
};

// A request reaches the server somewhere between being sent and being answered. To count from the answer is what keeps
// any window of the server's own clock within the limit, however long the network held a request back.
class WindowLimiter final : public RateLimiter {
 public:
  WindowLimiter(std::uint64_t requests, Duration per) : requests_(requests), per_(per) {}

  Instant earliest(Instant now) const override {
    const auto first_taken = std::upper_bound(answers_.begin(), answers_.end(), now - per_);
    const std::uint64_t taken = open_ + static_cast<std::uint64_t>(answers_.end() - first_taken);
    if (taken < requests_) return pause_.not_before(now);
    if (first_taken == answers_.end()) return Instant::max();
    return pause_.not_before(*first_taken + per_);
  }

  void sent(Instant now) override {
    while (!answers_.empty() && answers_.front() <= now - per_) answers_.pop_front();
    ++open_;
  }

  void answered(Instant now) override {
    if (open_ > 0) --open_;
    answers_.push_back(now);
  }

  void pause_until(Instant when) override { pause_.until(when); }

 private:
  std::uint64_t requests_;
  Duration per_;
  std::uint64_t open_ = 0;       // sent, not yet answered
  std::deque<Instant> answers_;  // each holds its place for one `per_`; ascending, as time is
  Pause pause_;
};

// The bucket is kept as one instant, when it would be full again, which needs no fractions of a token: a request may go
// while that instant is at most (requests - 1) refill steps away.
class BucketLimiter final : public RateLimiter {
 public:
  BucketLimiter(std::uint64_t requests, Duration per) : step_(step_of(requests, per)), slack_(per - step_) {}

  Instant earliest(Instant now) const override {
    return pause_.not_before(full_at_ ? std::max(now, *full_at_ - slack_) : now);
  }

  void sent(Instant now) override { full_at_ = (full_at_ ? std::max(now, *full_at_) : now) + step_; }
  void answered(Instant) override {}
  void pause_until(Instant when) override { pause_.until(when); }

 private:
  static Duration step_of(std::uint64_t requests, Duration per) {
    const auto count = static_cast<std::uint64_t>(per.count());
    return Duration(static_cast<Duration::rep>((count + requests - 1) / requests));  // rounded up: never faster
  }

  Duration step_;
  Duration slack_;
  std::optional<Instant> full_at_;
  Pause pause_;
};

}  // namespace

std::unique_ptr<RateLimiter> make_window_limiter(std::uint64_t requests, Duration per) {
  require_a_rate(requests, per);
  return std::make_unique<WindowLimiter>(requests, per);
}

std::unique_ptr<RateLimiter> make_bucket_limiter(std::uint64_t requests, Duration per) {
  require_a_rate(requests, per);
  return std::make_unique<BucketLimiter>(requests, per);
}

}  // namespace rostersync::http
