// The rate limit of the API, in the three shapes that APIs give it.
#pragma once

#include <memory>
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

enum class RateKind {
  fixed,    // a window opens with the first request after the last one closed
  sliding,  // so many in any trailing window
  bucket    // so many at once, and then one by one as they flow back, evenly over `per`
};

// What is left for a client.
struct Quota {
  unsigned remaining = 0;
  base::Duration reset{0};  // until the whole of it is there again
};

class RateGate {
 public:
  virtual ~RateGate() = default;
  // Lets a request in (nothing), or says how long until one would be. Whoever is turned away uses nothing up.
  virtual std::optional<base::Duration> admit(base::Instant now) = 0;
  virtual Quota quota(base::Instant now) const = 0;
};

// Null where there is no rate: everybody gets in.
std::unique_ptr<RateGate> make_rate_gate(const std::optional<Rate>& rate, RateKind kind);

}  // namespace rostersync::sandbox
