#include "http/schedule.hpp"

#include <algorithm>

namespace rostersync::http {

void Schedule::add(RequestId id, base::Instant not_before, Turn turn) {
  (turn == Turn::further ? further_ : first_).insert({not_before, ++sequence_, id});
}

base::Instant Schedule::next_time() const {
  base::Instant next = base::Instant::max();
  if (!further_.empty()) next = std::min(next, further_.begin()->not_before);
  if (!first_.empty()) next = std::min(next, first_.begin()->not_before);
  return next;
}

std::optional<RequestId> Schedule::take(base::Instant now) {
  for (auto* lane : {&further_, &first_}) {
    if (lane->empty() || lane->begin()->not_before > now) continue;
    const RequestId id = lane->begin()->id;
    lane->erase(lane->begin());
    return id;
  }
  return std::nullopt;
}

std::vector<RequestId> Schedule::take_all() {
  std::vector<RequestId> ids;
  for (auto* lane : {&further_, &first_}) {
    for (const Entry& entry : *lane) ids.push_back(entry.id);
    lane->clear();
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace rostersync::http
