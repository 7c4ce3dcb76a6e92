// The dispatcher's one queue: ids ordered by the time they may go, in three lanes. Of those whose time has come, what
// goes on with something begun (the next request of an operation, then a repetition) goes before what begins, so that
// it is not overtaken by everything queued behind it; ties go first in, first out.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace rostersync::http {

class Schedule {
 public:
  // In the order in which they go. `again`: after a fault, which the retry budget pays for.
  enum class Turn { further, again, first };

  void add(RequestId id, base::Instant not_before, Turn turn);
  // Takes the next one whose time has come at `now`, if any; `again_from` is when the budget pays for a repetition.
  // While one waits for that, nothing begins: a server in trouble is not given new work, whose failures would only make
  // the waiting longer.
  std::optional<RequestId> take(base::Instant now, base::Instant again_from);
  // When take() will have one, not before `now`; Instant::max() if the queue is empty.
  base::Instant next_time(base::Instant now, base::Instant again_from) const;
  // Empties the queue, in order of id.
  std::vector<RequestId> take_all();
  std::size_t size() const;

 private:
  struct Entry {
    base::Instant not_before;
    std::uint64_t sequence = 0;
    RequestId id = 0;
    auto operator<=>(const Entry&) const = default;
  };
  using Lane = std::set<Entry>;

  const Lane& lane(Turn turn) const { return lanes_[static_cast<std::size_t>(turn)]; }
  base::Instant due(Turn turn) const;  // Instant::max() if the lane is empty

  std::array<Lane, 3> lanes_;  // by Turn
  std::uint64_t sequence_ = 0;
};

}  // namespace rostersync::http
