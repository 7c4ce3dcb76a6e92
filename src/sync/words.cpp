#include "sync/words.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <iomanip>
#include <sstream>

namespace rostersync::sync {

namespace {

constexpr double minute = 60;
constexpr double hour = 60 * minute;

// Each change takes a request that writes and, in a resumed run, one that reads before; perhaps one that reads after.
double seconds_left(const Session& session, const Execution& execution) {
  const double each = session.order.verify == directory::Verify::yes ? 3 : 2;
  const double requests = each * static_cast<double>(execution.left);
  const double told = session.remote->pace().per_second;
  const double by_rate = told > 0 ? requests / told : 0;
  const double by_experience = execution.settled_per_second > 0 ? requests / execution.settled_per_second : 0;
  return std::max(by_rate, by_experience);
}

}  // namespace

std::string timestamp(base::WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::optional<base::WallTime> time_of(const std::string& timestamp) {
  std::tm parts{};
  std::istringstream text(timestamp);
  text >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%SZ");
  if (text.fail() || text.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

std::string about(double seconds) {
  const auto counted = [](double number, const char* unit) {
    const auto whole = static_cast<long>(std::ceil(number));
    return fmt::format("{} {}{}", whole, unit, whole == 1 ? "" : "s");
  };
  if (seconds < minute) return counted(std::max(seconds, 1.0), "second");
  if (seconds < hour) return counted(seconds / minute, "minute");
  return fmt::format("{:.1f} hours", seconds / hour);
}

std::string stopped_message(const Session& session, const Execution& execution) {
  if (execution.left == 0) {
    return fmt::format(
        "stopped early: {}; every change is settled; rostersync resume (with the same options) ends the run",
        execution.message);
  }
  return fmt::format(
      "stopped early: {}; {} {} left; rostersync resume (with the same options) goes on with {}, which is likely to "
      "take {}",
      execution.message, execution.left, execution.left == 1 ? "change is" : "changes are",
      execution.left == 1 ? "it" : "them", about(seconds_left(session, execution)));
}

}  // namespace rostersync::sync
