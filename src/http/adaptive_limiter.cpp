// Searches for the rate that a server bears, as TCP searches for what a path bears:
//
//   nothing is known     every answer raises the rate (slow start)
//   recovering           after a 429, or a quota used up: one request at a time asks whether it is over
//   a limit is known     the rate stays under it, and tries rarely what lies beyond
//
// The same search finds how many requests at once are good for the server, from its 503s and time-outs.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "http/rate_limiter.hpp"
#include "http/rate_search.hpp"

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double least_per_second = 0.1;  // never stalls
constexpr double most_per_second = 100'000;
constexpr double step_per_answer = 1.4;  // doubles the rate in half a second
constexpr double first_places = 4;
constexpr double margin = 0.97;                   // of what met trouble, as a limit
constexpr double headroom = 1.1;                  // over what was let in, as a limit
constexpr double too_few_to_tell = 0.6;           // of what met trouble, where too little was let in to go by
constexpr double stated_share = 0.95;             // of a stated quota: what is sent evenly does not arrive evenly
constexpr double worth_keeping = 0.02;            // a change of the finding
constexpr Duration rounding = milliseconds(500);  // by which times in whole seconds are too long, on average
constexpr Duration longest_spread = seconds(60);  // a quota for longer is not spread evenly over its time
constexpr Duration longest_hold = seconds(60);    // for a quota used up: what says longer may not mean it
constexpr double longest_wait_s = 32;             // between two questions whether a trouble is over

Duration of_seconds(double count) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(count));
}

class AdaptiveLimiter final : public RateLimiter {
 public:
  AdaptiveLimiter(const AdaptiveOptions& options, RateMemory* memory)
      : memory_(memory),
        rate_(options.first_per_second, least_per_second, most_per_second),
        places_(first_places, 1, std::max(1.0, static_cast<double>(options.max_in_flight))) {
    const auto finding = memory ? memory->finding() : std::nullopt;
    if (!finding) return;
    if (finding->per_second > 0) rate_.know(finding->per_second);
    if (finding->in_flight > 0) places_.know(static_cast<double>(finding->in_flight));
    kept_ = *finding;
  }

  Instant earliest(Instant now) const override {
    if (recovering_ && in_flight_ > 0) return Instant::max();
    const Instant when = pacer_.earliest(now);
    return left_ <= 0 ? std::max(when, more_at_) : when;
  }

  void sent(Instant now) override {
    rate_felt_ = !recovering_ && pacer_.is_felt(now) && rate_.value() < stated_per_second_;
    const Duration apart = of_seconds(1 / per_second());
    if (rate_felt_ && last_sent_) rate_.age(std::clamp(now - *last_sent_, Duration::zero(), 2 * apart));  // not a pause
    if (!last_sent_) counted_from_ = now;
    pacer_.sent(now, per_second());
    last_sent_ = now;
    ++in_flight_;
    --left_;
    if (memory_) memory_->sent(now);
  }

  void answered(Instant now, const Observation& observation) override;

  void pause_until(Instant when) override { pacer_.pause_until(when); }
  std::size_t most_in_flight() const override { return static_cast<std::size_t>(places_.value()); }
  double per_second() const override {
    return rate_.is_limited() ? std::min(rate_.value(), stated_per_second_) : rate_.value();
  }

 private:
  // A time in which the server lets nothing in.
  struct Trouble {
    Instant began = Instant::min();
    Instant last_sign = Instant::min();  // what was sent before belongs to the same trouble
    std::optional<Instant> stated_end;
    unsigned questions = 0;  // whether it was over, answered no
    double per_second = 0;   // the rate that brought it on
  };

  void let_in(Instant now, Instant sent);
  void refused(Instant now, Instant sent, std::optional<Duration> wait);
  void trouble_begins(Instant now);
  void trouble_ends(Instant now);
  void strained(Instant now, Instant sent);
  void heed(Instant now, Instant sent, const RateHint& hint);
  void keep_finding();
  Duration next_wait() const;
  bool places_were_full() const { return in_flight_ + 1 >= most_in_flight(); }  // before this answer

  RateMemory* memory_;
  Search rate_;    // requests a second
  Search places_;  // requests in flight
  Pacer pacer_;
  Admissions admissions_;
  Instant counted_from_ = Instant::min();  // of the admissions: the beginning, or the end of the last trouble
  std::size_t in_flight_ = 0;
  std::optional<Instant> last_sent_;
  Instant last_answer_ = Instant::min();  // of those that were let in
  bool rate_felt_ = false;  // whether the rate held the last request back: only then do answers speak for a higher one

  bool recovering_ = false;
  Trouble trouble_;  // the present one, or the last
  Instant last_strain_ = Instant::min();

  double stated_per_second_ = most_per_second;
  std::int64_t left_ = 0;  // of the stated quota, until then:
  Instant more_at_ = Instant::min();
  Finding kept_;
};

void AdaptiveLimiter::answered(Instant now, const Observation& observation) {
  if (in_flight_ > 0) --in_flight_;
  if (memory_) memory_->answered(observation.sent, now);
  switch (observation.result) {
    case Observation::Result::answered:
      let_in(now, observation.sent);
      break;
    case Observation::Result::throttled:
      refused(now, observation.sent, observation.retry_after);
      break;
    case Observation::Result::strained:
      strained(now, observation.sent);
      break;
    case Observation::Result::lost:
      break;
  }
  if (observation.hint) heed(now, observation.sent, *observation.hint);
  if (memory_) keep_finding();
}

void AdaptiveLimiter::let_in(Instant now, Instant sent) {
  admissions_.add(now);
  if (recovering_ && sent > trouble_.last_sign) trouble_ends(now);
  if (rate_felt_) rate_.expand(step_per_answer);
  places_.expand(1);
  if (places_were_full()) places_.age(now - std::max(last_answer_, sent));
  last_answer_ = now;
}

// All that were in flight together are one trouble.
void AdaptiveLimiter::refused(Instant now, Instant sent, std::optional<Duration> wait) {
  if (sent <= trouble_.last_sign) return;
  if (!recovering_) trouble_begins(now);
  pacer_.pause_until(now + std::min(wait.value_or(next_wait()), longest_hold));
  trouble_.stated_end.reset();
  if (wait) trouble_.stated_end = now + std::min(*wait, longest_hold) - rounding;
  trouble_.last_sign = now;
  ++trouble_.questions;
}

void AdaptiveLimiter::trouble_begins(Instant now) {
  recovering_ = true;
  rate_felt_ = false;
  trouble_ = {now, now, {}, 0, per_second()};
  rate_.meet(margin * trouble_.per_second);
  if (places_were_full()) places_.meet(margin * places_.value());
}

// A rate that met a limit says little of a server that counts over a minute; what it let in says more. Somewhere
// between the last refusal and now it would have let in again.
void AdaptiveLimiter::trouble_ends(Instant now) {
  recovering_ = false;
  const Instant midway = trouble_.last_sign + (now - trouble_.last_sign) / 2;
  const Instant end = std::max(trouble_.stated_end.value_or(midway), trouble_.last_sign);
  const auto let_in = admissions_.best_rate(counted_from_, trouble_.began, end);
  const double limit =
      let_in ? std::min(margin * trouble_.per_second, headroom * *let_in) : too_few_to_tell * trouble_.per_second;
  rate_.correct(limit, end - trouble_.began);
  counted_from_ = now;
}

// Without a word of the server's on how long: the time of some requests, then twice that, and so on.
Duration AdaptiveLimiter::next_wait() const {
  const double first = std::clamp(5 / rate_.value(), 0.1, 1.0);
  return of_seconds(std::min(std::ldexp(first, static_cast<int>(std::min(trouble_.questions, 10U))), longest_wait_s));
}

// Where one request at a time is still too much, it is the rate that has to give way.
void AdaptiveLimiter::strained(Instant now, Instant sent) {
  if (most_in_flight() == 1) return refused(now, sent, std::nullopt);
  if (sent <= last_strain_) return;
  last_strain_ = now;
  places_.meet(margin * places_.value());
}

void AdaptiveLimiter::heed(Instant now, Instant sent, const RateHint& hint) {
  if (hint.limit && *hint.limit > 0 && hint.window && *hint.window > Duration::zero() &&
      *hint.window <= longest_spread) {
    const double window = std::chrono::duration<double>(*hint.window).count();
    stated_per_second_ = std::max(stated_share * static_cast<double>(*hint.limit) / window, least_per_second);
  }
  if (!hint.remaining || !hint.reset || *hint.reset <= Duration::zero()) return;
  left_ = static_cast<std::int64_t>(*hint.remaining) - static_cast<std::int64_t>(in_flight_);
  more_at_ = now + std::min(*hint.reset, longest_hold);
  if (*hint.remaining == 0) refused(now, sent, hint.reset);
}

void AdaptiveLimiter::keep_finding() {
  if (recovering_) return;
  const Finding found{rate_.found(), static_cast<std::size_t>(places_.found())};
  const bool same_rate = std::abs(found.per_second - kept_.per_second) <= worth_keeping * kept_.per_second;
  if (same_rate && found.in_flight == kept_.in_flight) return;
  kept_ = found;
  memory_->keep(found);
}

}  // namespace

std::unique_ptr<RateLimiter> make_adaptive_limiter(const AdaptiveOptions& options, RateMemory* memory) {
  return std::make_unique<AdaptiveLimiter>(options, memory);
}

}  // namespace rostersync::http
