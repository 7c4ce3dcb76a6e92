// What the adaptive limiter is made of: a search for a limit, even spacing, and a count of what was let in.
#pragma once

#include <deque>
#include <optional>

#include "base/clock.hpp"

namespace rostersync::http {

// A value that is raised until it meets a limit. From then on it follows the curve of CUBIC (RFC 9438): back below the
// limit, level just under it, and only after a time beyond it. Where the same limit is met again, that time doubles.
class Search {
 public:
  Search(double first, double least, double most);

  double value() const { return value_; }
  bool is_limited() const { return limit_ > 0; }
  // What is to be borne, as far as is known.
  double found() const;

  // As long as no limit is known.
  void expand(double step);
  // Along the curve, by a time in which the value was made full use of.
  void age(base::Duration time);
  // The value met a limit, which seems to be this.
  void meet(double limit);
  // The limit that was met turns out to be this, and what it brought on lasted so long: no sooner than after such a
  // time can it be seen whether a higher value is borne.
  void correct(double limit, base::Duration lasted);
  // Starts level at a limit that was found earlier.
  void know(double limit);

 private:
  void set(double value);
  void follow_curve();

  double least_;
  double most_;
  double value_ = 0;
  double limit_ = 0;               // 0: none is known
  double met_ = 0;                 // the value that met it
  base::Duration age_{0};          // since then
  base::Duration level_at_{0};     // the age at which the curve is at the limit
  base::Duration longest_bad_{0};  // how long meeting a limit had its effects
};

// Spaces requests evenly. A request that goes a little late is made up for; a pause is not.
class Pacer {
 public:
  base::Instant earliest(base::Instant now) const;
  // Whether it is this that holds the next request back.
  bool is_felt(base::Instant now) const;
  void sent(base::Instant now, double per_second);
  // Nothing goes before that, and no burst then.
  void pause_until(base::Instant when);

 private:
  base::Instant due_ = base::Instant::min();  // when the next request is due
};

// How many requests a server let in, and when.
class Admissions {
 public:
  void add(base::Instant now);
  // The most that it let in, a second, over any span from `since` on that ends with the time from `begin` to `end`, in
  // which it let in nothing, and holds some time before it. Nothing if there were too few to tell.
  std::optional<double> best_rate(base::Instant since, base::Instant begin, base::Instant end) const;

 private:
  struct Slice {
    base::Instant begin;
    double count;
  };
  std::deque<Slice> slices_;  // ascending
};

}  // namespace rostersync::http
