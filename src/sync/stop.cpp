#include "sync/stop.hpp"

#include <algorithm>
#include <utility>

namespace rostersync::sync {

namespace {

constexpr base::Duration longest_wait = std::chrono::seconds(1);  // so that progress is seen to go on

}  // namespace

StopCondition::StopCondition(const base::Clock& clock, StopRequested requested, std::optional<base::Instant> deadline)
    : clock_(clock), requested_(std::move(requested)), deadline_(deadline) {}

std::optional<std::string> StopCondition::reached() const {
  if (auto why = requested_()) return why;
  if (deadline_ && clock_.now() >= *deadline_) return "the deadline is reached";
  return std::nullopt;
}

base::Duration StopCondition::patience() const {
  const base::Instant now = clock_.now();
  if (!deadline_ || now >= *deadline_) return longest_wait;  // once it is reached, only what is in flight is waited for
  return std::min(*deadline_ - now, longest_wait);
}

void Breaker::count(bool given_up) {
  in_a_row_ = given_up ? in_a_row_ + 1 : 0;
  last_.push_back(given_up);
  if (given_up) ++given_up_;
  if (last_.size() <= window) return;
  if (last_.front()) --given_up_;
  last_.pop_front();
}

}  // namespace rostersync::sync
