// How many repetitions a server in trouble is sent. Pure: takes `now`.
#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace rostersync::http {

// So many repetitions are there at the start and never more; each costs one, some flow back with time, and what is
// sent for the first time earns a fraction of one. Whoever finds none waits: a budget slows, it never refuses.
class RetryBudget {
 public:
  static constexpr int most = 128;
  static constexpr int per_second = 32;
  static constexpr int sends_for_one = 5;  // what is sent for the first time earns a fifth of a repetition

  // When the next repetition may go, not before `now`.
  base::Instant earliest(base::Instant now) const;
  void repeated(base::Instant now);
  void sent_first();

 private:
  base::Instant full_at_{};  // when all of them would be there again
};

}  // namespace rostersync::http
