#include "http/rate_search.hpp"

#include <algorithm>
#include <chrono>

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double cut = 0.15;     // how far below the limit the curve begins
constexpr double reach = 0.3;    // how far beyond it the curve is after as long again as it took to come level
constexpr double met_at = 0.98;  // of the limit; trouble further below was brought on by others who use the quota too
constexpr double same = 1.25;    // trouble as far beyond the last one is with another limit
constexpr Duration first_level = seconds(4);
constexpr Duration known_level = seconds(16);  // of a limit that was found before: it is likely to stand
constexpr Duration longest_level = seconds(60);

constexpr Duration slack = milliseconds(20);  // that a waiting process may wake too late

constexpr Duration slice = milliseconds(20);
constexpr Duration longest_count = seconds(120);
constexpr double enough_to_tell = 5;

double in_seconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Search::Search(double first, double least, double most) : least_(least), most_(most) {
  set(first);
}

double Search::found() const {
  return std::max(value_, limit_);
}

void Search::expand(double step) {
  if (!is_limited()) set(value_ + step);
}

void Search::age(Duration time) {
  if (!is_limited()) return;
  age_ += time;
  follow_curve();
}

void Search::meet(double limit) {
  const bool again = value_ >= met_at * limit_ && value_ < same * met_;
  level_at_ = again ? std::min(2 * level_at_, longest_level) : first_level;
  met_ = value_;
  limit_ = limit;
  age_ = Duration::zero();
  follow_curve();
}

void Search::correct(double limit, Duration lasted) {
  limit_ = limit;
  longest_bad_ = std::max(lasted, longest_bad_ * 9 / 10);
  level_at_ = std::clamp(longest_bad_, level_at_, longest_level);
  follow_curve();
}

void Search::know(double limit) {
  limit_ = met_ = limit;
  age_ = level_at_ = known_level;
  follow_curve();
}

void Search::set(double value) {
  value_ = std::clamp(value, least_, most_);
}

void Search::follow_curve() {
  const double x = in_seconds(age_) / in_seconds(level_at_) - 1;
  set(limit_ * (1 + (x < 0 ? cut : reach) * x * x * x));
}

Instant Pacer::earliest(Instant now) const {
  return std::max(now, due_);
}

bool Pacer::is_felt(Instant now) const {
  return due_ > now - slack;
}

void Pacer::sent(Instant now, double per_second) {
  due_ =
      std::max(due_, now - slack) + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / per_second));
}

void Pacer::pause_until(Instant when) {
  due_ = std::max(due_, when);
}

void Admissions::add(Instant now) {
  if (slices_.empty() || now - slices_.back().begin >= slice) slices_.push_back({now, 0});
  ++slices_.back().count;
  while (slices_.front().begin < now - longest_count) slices_.pop_front();
}

std::optional<double> Admissions::best_rate(Instant since, Instant begin, Instant end) const {
  const Instant latest = begin - (end - begin) / 2;
  std::optional<double> best;
  double count = 0;
  for (auto each = slices_.rbegin(); each != slices_.rend() && each->begin >= since; ++each) {
    count += each->count;
    if (each->begin < latest) best = std::max(best.value_or(0), count / in_seconds(end - each->begin));
  }
  if (count < enough_to_tell) return std::nullopt;
  return best ? *best : count / in_seconds(end - std::max(since, begin - longest_count));
}

}  // namespace rostersync::http
