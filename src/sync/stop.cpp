#include "sync/stop.hpp"

namespace rostersync::sync {

void Breaker::count(bool given_up) {
  in_a_row_ = given_up ? in_a_row_ + 1 : 0;
  last_.push_back(given_up);
  if (given_up) ++given_up_;
  if (last_.size() <= window) return;
  if (last_.front()) --given_up_;
  last_.pop_front();
}

}  // namespace rostersync::sync
