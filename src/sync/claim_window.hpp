// How many intents are claimed in one commit: about half a second's work, so that the disk is waited for twice a second
// and a killed process leaves little in doubt. Pure.
#pragma once

#include <cstddef>
#include <optional>

#include "base/clock.hpp"

namespace rostersync::sync {

class ClaimWindow {
 public:
  // How many to claim at `now`, when all that was claimed before is under way.
  std::size_t next(base::Instant now);

 private:
  std::size_t size_ = 16;
  std::optional<base::Instant> last_;
};

}  // namespace rostersync::sync
