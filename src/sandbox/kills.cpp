#include "sandbox/kills.hpp"

namespace rostersync::sandbox {

namespace {

bool take(std::optional<unsigned>& setting, unsigned reached) {
  if (setting != reached) return false;
  setting.reset();
  return true;
}

}  // namespace

Kill KillCount::next(Kills& kills, bool write) {
  ++requests_;
  if (write) ++writes_;
  if (take(kills.before, requests_)) return Kill::before;
  if (write && take(kills.before_write, writes_)) return Kill::before;
  if (take(kills.after, requests_)) return Kill::after;
  if (write && take(kills.after_write, writes_)) return Kill::after;
  return Kill::none;
}

}  // namespace rostersync::sandbox
