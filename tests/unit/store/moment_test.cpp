#include "store/moment.hpp"

#include <doctest/doctest.h>

using namespace rostersync;
using store::Moment;

namespace {

class SetClock final : public base::Clock {
 public:
  base::Instant now() const override { return base::Instant(steady); }
  base::WallTime wall() const override { return base::WallTime(wall_time); }
  std::chrono::nanoseconds steady{0};
  std::chrono::milliseconds wall_time{0};
};

}  // namespace

TEST_CASE("a moment is told by both clocks, and by the boot that the monotonic one counts from") {
  SetClock clock;
  clock.steady = std::chrono::nanoseconds(123'456'789'012);
  clock.wall_time = std::chrono::milliseconds(1'700'000'000'123);
  const Moment now = store::moment(clock);
  CHECK(now.steady_ns == 123'456'789'012);
  CHECK(now.wall_ms == 1'700'000'000'123);
  CHECK(now.boot.size() == 36);
  CHECK(store::moment(clock).boot == now.boot);
}
