// What the adaptive limiter is measured against.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

#include "bench/rate_simulation.hpp"

namespace rostersync::simulation {

// Exponential back-off with full jitter, each request for itself; otherwise as fast as `max_in_flight` lets it. A
// Retry-After is a floor.
class BackOffClient final : public Client {
 public:
  BackOffClient(std::size_t max_in_flight, unsigned seed) : max_in_flight_(max_in_flight), random_(seed) {}

  Instant earliest(Instant now, std::size_t in_flight) override {
    return in_flight < max_in_flight_ ? now : Instant::max();
  }
  void sent(Instant) override {}
  Instant answered(Instant now, Instant, const Answer& answer, unsigned attempts) override {
    const double ceiling = std::min(base_s * std::pow(2.0, attempts - 1), cap_s);
    const Duration wait = seconds(std::uniform_real_distribution<double>(0, ceiling)(random_));
    return now + std::max(wait, answer.retry_after.value_or(Duration::zero()));
  }

 private:
  static constexpr double base_s = 0.5;
  static constexpr double cap_s = 30;

  std::size_t max_in_flight_;
  std::mt19937 random_;
};

// The adaptive token bucket (ATB) of Farkiani, Liu and Crowley (arXiv 2510.04516), after the authors' published
// implementation and its configuration: every success multiplies the rate by 1.2, every 429 halves it and empties the
// bucket. It does not read Retry-After. Theirs has one request in flight at a time.
class AdaptiveTokenBucketClient final : public Client {
 public:
  explicit AdaptiveTokenBucketClient(std::size_t max_in_flight) : max_in_flight_(max_in_flight) {}

  Instant earliest(Instant now, std::size_t in_flight) override {
    if (in_flight >= max_in_flight_) return Instant::max();
    const double missing = 1 - tokens_at(now);
    return missing <= 1e-9 ? now : now + seconds(missing / rate_) + Duration(1);
  }
  void sent(Instant now) override {
    tokens_ = std::max(0.0, tokens_at(now) - 1);
    last_ = now;
  }
  Instant answered(Instant now, Instant, const Answer& answer, unsigned) override {
    tokens_ = answer.throttled ? 0 : tokens_at(now);
    last_ = now;
    rate_ = answer.throttled ? std::max(least_rate, rate_ / 2) : std::min(most_rate, grown());
    return now;
  }

 private:
  static constexpr double size = 40;
  static constexpr double step = 1.2;
  static constexpr double least_step = 0.01;  // a second
  static constexpr double least_rate = 0.01;  // a second
  static constexpr double most_rate = 1e9;    // theirs has none, and a number that outgrows a double is none

  double grown() const { return std::max(rate_ + least_step, rate_ * step); }
  double tokens_at(Instant now) const {
    return last_ == Instant{} ? tokens_ : std::min(size, tokens_ + in_seconds(now - last_) * rate_);
  }

  std::size_t max_in_flight_;
  double tokens_ = 1;
  double rate_ = 5;
  Instant last_{};
};

}  // namespace rostersync::simulation
