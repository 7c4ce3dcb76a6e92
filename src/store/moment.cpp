#include "store/moment.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "text/text.hpp"

namespace rostersync::store {

namespace {

constexpr const char* boot_file = "/proc/sys/kernel/random/boot_id";

// Empty where the system does not tell.
std::string this_boot() {
  try {
    return std::string(text::trim(base::read_file(boot_file)));
  } catch (const base::CannotRun&) {
    return {};
  }
}

}  // namespace

Moment moment(const base::Clock& clock) {
  static const std::string boot = this_boot();
  const auto wall = clock.wall().time_since_epoch();
  const auto steady = clock.now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(wall).count(),
          std::chrono::duration_cast<std::chrono::nanoseconds>(steady).count(), boot};
}

}  // namespace rostersync::store
