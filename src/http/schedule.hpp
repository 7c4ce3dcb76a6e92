// The dispatcher's one queue: ids ordered by the time they may go. Of those whose time has come, what goes on with
// something begun (a repetition, the next request of an operation) goes before what begins, so that it is not overtaken
// by everything queued behind it; ties go first in, first out.
#pragma once

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
  enum class Turn { first, further };

  void add(RequestId id, base::Instant not_before, Turn turn);
  // When the next one may go; Instant::max() if there is none.
  base::Instant next_time() const;
  // Takes the next one whose time has come at `now`, if any.
  std::optional<RequestId> take(base::Instant now);
  // Empties the queue, in order of id.
  std::vector<RequestId> take_all();
  std::size_t size() const { return first_.size() + further_.size(); }

 private:
  struct Entry {
    base::Instant not_before;
    std::uint64_t sequence = 0;
    RequestId id = 0;
    auto operator<=>(const Entry&) const = default;
  };

  std::set<Entry> first_;
  std::set<Entry> further_;
  std::uint64_t sequence_ = 0;
};

}  // namespace rostersync::http
