// The published rate limit: so many requests in a fixed window.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace rostersync::sandbox {

struct Rate {
  unsigned requests = 300;
  base::Duration per = std::chrono::minutes(1);
};

// "300/min", "10/s", "5000/h", "20/10s", or "off" (nothing). Throws CannotRun for anything else.
std::optional<Rate> parse_rate(std::string_view text);
std::string rate_text(const std::optional<Rate>& rate);

// A window opens with the first request after the last one closed.
class FixedWindow {
 public:
  explicit FixedWindow(std::optional<Rate> rate) : rate_(rate) {}

  // Lets a request in (nothing), or says how long the window stays closed.
  std::optional<base::Duration> admit(base::Instant now);

 private:
  std::optional<Rate> rate_;
  std::optional<base::Instant> opened_;
  unsigned admitted_ = 0;
};

}  // namespace rostersync::sandbox
