#include "http/rate_limiter.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;

void require_a_rate(std::uint64_t requests, Duration per) {
  if (requests == 0 || per <= Duration::zero()) throw std::invalid_argument("a rate needs requests and a period");
}

double a_second(std::uint64_t requests, Duration per) {
  return static_cast<double>(requests) / std::chrono::duration<double>(per).count();
}

// What earlier processes sent, ascending; both limiters drop by themselves what is too old to count.
std::vector<Instant> history(const RateMemory* memory) {
  return memory == nullptr ? std::vector<Instant>{} : memory->answers(Instant::min());
}

class Pause {
 public:
  void until(Instant when) { until_ = std::max(until_, when); }
  Instant not_before(Instant when) const { return std::max(until_, when); }

 private:
  Instant until_ = Instant::min();
};

// What both have in common: they are told the rate, so an answer teaches them nothing but that it came.
class ToldLimiter : public RateLimiter {
 public:
  ToldLimiter(std::uint64_t requests, Duration per, RateMemory* memory)
      : requests_(requests), per_(per), memory_(memory) {}

  Instant earliest(Instant now) const final {
    const Instant free = place_free(now);
    return free == Instant::max() ? free : pause_.not_before(free);
  }
  void sent(Instant now) final {
    ++open_;
    if (memory_ != nullptr) memory_->sent(now);
  }
  void answered(Instant now, const Observation& observation) final {
    if (open_ > 0) --open_;
    place_taken(now);
    if (memory_ != nullptr) memory_->answered(observation.sent, now);
  }
  void pause_until(Instant when) final { pause_.until(when); }
  double per_second() const final { return a_second(requests_, per_); }

 protected:
  // When there is a place, pauses apart: not before `now`; Instant::max() if only an answer can free one.
  virtual Instant place_free(Instant now) const = 0;
  // A place that was open is taken as from `answered`, at the latest.
  virtual void place_taken(Instant answered) = 0;

  std::uint64_t requests() const { return requests_; }
  Duration per() const { return per_; }
  std::uint64_t open() const { return open_; }  // sent, not yet answered

 private:
  std::uint64_t requests_;
  Duration per_;
  RateMemory* memory_;
  std::uint64_t open_ = 0;
  Pause pause_;
};

// A request reaches the server somewhere between being sent and being answered. To count from the answer is what keeps
// any window of the server's own clock within the limit, however long the network held a request back.
class WindowLimiter final : public ToldLimiter {
 public:
  WindowLimiter(std::uint64_t requests, Duration per, RateMemory* memory) : ToldLimiter(requests, per, memory) {
    for (const Instant answer : history(memory)) place_taken(answer);
  }

 private:
  Instant place_free(Instant now) const override {
    const auto first_taken = std::upper_bound(answers_.begin(), answers_.end(), now - per());
    const auto answered = static_cast<std::uint64_t>(answers_.end() - first_taken);
    if (open() + answered < requests()) return now;
    const std::uint64_t too_many = open() + answered - requests();  // more than one only after a higher rate
    if (too_many >= answered) return Instant::max();
    return *std::next(first_taken, static_cast<std::ptrdiff_t>(too_many)) + per();
  }

  void place_taken(Instant answered) override {
    while (!answers_.empty() && answers_.front() <= answered - per()) answers_.pop_front();
    answers_.push_back(answered);
  }

  std::deque<Instant> answers_;  // each holds its place for one `per`; ascending, as time is
};

// The bucket is kept as one instant, when it would be full again (as in the generic cell rate algorithm, ITU-T I.371),
// which needs no fractions of a token. It begins to refill for a request only with that request's answer: what is in
// flight may still reach the server at any moment, so its tokens count as taken just now. That is the whole margin
// against jitter on the way, and it is never too small: a server that saw the requests earlier, or in another order,
// has at least as many tokens left. It costs nothing of the steady rate, which stays one request a step.
class BucketLimiter final : public ToldLimiter {
 public:
  BucketLimiter(std::uint64_t requests, Duration per, RateMemory* memory)
      : ToldLimiter(requests, per, memory),
        step_(step_of(requests, per)),
        capacity_(step_ * static_cast<Duration::rep>(requests)) {
    for (const Instant answer : history(memory)) place_taken(answer);
  }

 private:
  static Duration step_of(std::uint64_t requests, Duration per) {
    const auto count = static_cast<std::uint64_t>(per.count());
    return Duration(static_cast<Duration::rep>((count + requests - 1) / requests));  // rounded up: never faster
  }

  Instant place_free(Instant now) const override {
    if (open() >= requests()) return Instant::max();
    const Duration left = capacity_ - step_ * static_cast<Duration::rep>(open() + 1);
    return full_at_ ? std::max(now, *full_at_ - left) : now;
  }

  // No bucket lacks more than it holds, whatever was sent before this rate was told.
  void place_taken(Instant answered) override {
    const Instant full_at = full_at_ ? std::max(answered, *full_at_) : answered;
    full_at_ = std::min(full_at + step_, answered + capacity_);
  }

  Duration step_;
  Duration capacity_;
  std::optional<Instant> full_at_;
};

}  // namespace

std::unique_ptr<RateLimiter> make_window_limiter(std::uint64_t requests, Duration per, RateMemory* memory) {
  require_a_rate(requests, per);
  return std::make_unique<WindowLimiter>(requests, per, memory);
}

std::unique_ptr<RateLimiter> make_bucket_limiter(std::uint64_t requests, Duration per, RateMemory* memory) {
  require_a_rate(requests, per);
  return std::make_unique<BucketLimiter>(requests, per, memory);
}

}  // namespace rostersync::http
