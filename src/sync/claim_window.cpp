#include "sync/claim_window.hpp"

#include <algorithm>

namespace rostersync::sync {

namespace {

constexpr std::size_t smallest = 16;
constexpr std::size_t largest = 1024;
constexpr auto too_soon = std::chrono::milliseconds(250);
constexpr auto too_late = std::chrono::seconds(1);

}  // namespace

std::size_t ClaimWindow::next(base::Instant now) {
  if (last_ && now - *last_ < too_soon) size_ = std::min(size_ * 2, largest);
  if (last_ && now - *last_ > too_late) size_ = std::max(size_ / 2, smallest);
  last_ = now;
  return size_;
}

}  // namespace rostersync::sync
