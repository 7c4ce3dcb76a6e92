#include "http/retry_budget.hpp"

#include <algorithm>

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;

// In which one repetition flows back. Everything is counted in it, so that there are no fractions.
constexpr Duration step = Duration(std::chrono::seconds(1)) / RetryBudget::per_second;

}  // namespace

Instant RetryBudget::earliest(Instant now) const {
  return std::max(now, full_at_ - (most - 1) * step);
}

void RetryBudget::repeated(Instant now) {
  full_at_ = std::max(full_at_, now) + step;
}

void RetryBudget::sent_first() {
  full_at_ -= step / sends_for_one;  // a budget that has long been full is no fuller for it
}

}  // namespace rostersync::http
