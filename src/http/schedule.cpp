#include "http/schedule.hpp"

#include <algorithm>

namespace rostersync::http {

void Schedule::add(RequestId id, base::Instant not_before, Turn turn) {
  lanes_[static_cast<std::size_t>(turn)].insert({not_before, ++sequence_, id});
}

base::Instant Schedule::due(Turn turn) const {
  return lane(turn).empty() ? base::Instant::max() : lane(turn).begin()->not_before;
}

std::optional<RequestId> Schedule::take(base::Instant now, base::Instant again_from) {
  for (const Turn turn : {Turn::further, Turn::again, Turn::first}) {
    if (due(turn) > now) continue;
    if (turn == Turn::again && again_from > now) return std::nullopt;
    Lane& from = lanes_[static_cast<std::size_t>(turn)];
    const RequestId id = from.begin()->id;
    from.erase(from.begin());
    return id;
  }
  return std::nullopt;
}

base::Instant Schedule::next_time(base::Instant now, base::Instant again_from) const {
  const base::Instant again = lane(Turn::again).empty() ? base::Instant::max() : std::max(due(Turn::again), again_from);
  const base::Instant first = std::max(due(Turn::first), now);
  const bool held = due(Turn::again) <= first && first < again_from;
  return std::max(now, std::min({due(Turn::further), again, held ? again : first}));
}

std::vector<RequestId> Schedule::take_all() {
  std::vector<RequestId> ids;
  for (Lane& lane : lanes_) {
    for (const Entry& entry : lane) ids.push_back(entry.id);
    lane.clear();
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::size_t Schedule::size() const {
  std::size_t all = 0;
  for (const Lane& lane : lanes_) all += lane.size();
  return all;
}

}  // namespace rostersync::http
