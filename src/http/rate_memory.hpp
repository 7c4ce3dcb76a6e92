// What is remembered of the rate between the processes of one installation: the requests of the last window, so that a
// sync right after a plan does not spend the same quota twice, and what was found of the server's rate.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/clock.hpp"

namespace rostersync::http {

struct Finding {
  double per_second = 0;      // what the server was last found to bear
  std::size_t in_flight = 0;  // and how many at once
};

// Survives the end of the process, however it ends. A memory that cannot be read is an empty one.
class RateMemory {
 public:
  virtual ~RateMemory() = default;
  // When the requests of earlier processes were answered, ascending, as far as they are after `since`. Those whose
  // answers nobody was there to take count as answered when this memory was opened.
  virtual std::vector<base::Instant> answers(base::Instant since) const = 0;
  virtual void sent(base::Instant now) = 0;
  virtual void answered(base::Instant sent, base::Instant now) = 0;
  virtual std::optional<Finding> finding() const = 0;
  virtual void keep(const Finding& finding) = 0;
};

}  // namespace rostersync::http
