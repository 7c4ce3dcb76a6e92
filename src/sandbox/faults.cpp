#include "sandbox/faults.hpp"

#include <fmt/format.h>

#include "base/hash.hpp"
#include "sandbox/chance.hpp"

namespace rostersync::sandbox {

namespace {

// The same for every attempt of one request: method, path, query, and the body whatever the order of its keys.
std::uint64_t identity(const Request& request) {
  std::string text = request.method + ' ' + request.path;
  for (const auto& [name, value] : request.query) text += '&' + name + '=' + value;
  text += '\n';
  text += request.json ? request.json->dump() : request.body;
  return base::stable_hash(text);
}

Fault write_fault(const std::string& kind) {
  if (kind == "reset-before") return {kind, false, 0, Manner::reset, {}};
  if (kind == "reset-after") return {kind, true, 0, Manner::reset, {}};
  if (kind == "500-after") return {kind, true, 500, Manner::whole, {}};
  return {kind, true, 0, Manner::truncated, {}};
}

Fault read_fault(std::uint64_t choice) {
  switch (choice % 4) {
    case 0:
      return {"500", false, 500, Manner::whole, {}};
    case 1:
      return {"503", false, 503, Manner::whole, {}};
    case 2:
      return {"reset", false, 0, Manner::reset, {}};
    default:
      return {"truncated", true, 0, Manner::truncated, {}};
  }
}

}  // namespace

bool Faults::active() const {
  return behaviour_.disturb_writes > 0 || behaviour_.disturb_reads > 0 || behaviour_.throttle > 0 ||
         behaviour_.latency_jitter.count() > 0;
}

Fault Faults::disturbance(bool write, std::uint64_t choice) const {
  if (!write) return read_fault(choice);
  return write_fault(behaviour_.disturb_kinds[choice % behaviour_.disturb_kinds.size()]);
}

Fault Faults::draw(const Request& request, const Route& route) {
  Fault fault;
  fault.delay = behaviour_.latency;
  const bool write = is_write(route.operation);
  if (!active() || (!write && !is_read(route.operation))) return fault;

  const std::uint64_t id = identity(request);
  Tally& tally = tallies_[id];
  Chance chance(base::stable_hash(fmt::format("{} {} {}", behaviour_.fault_seed, id, ++tally.attempts)));
  const auto jitter = static_cast<std::uint64_t>(behaviour_.latency_jitter.count());
  const std::chrono::milliseconds delay = behaviour_.latency + std::chrono::milliseconds(chance.below(jitter + 1));
  const bool throttled = chance.percent(behaviour_.throttle);
  const bool disturbed = chance.percent(write ? behaviour_.disturb_writes : behaviour_.disturb_reads);
  const std::uint64_t choice = chance.next();
  if (throttled) {
    fault = {"throttle", false, 429, Manner::whole, {}};
  } else if (disturbed && tally.disturbed < behaviour_.disturb_max) {
    ++tally.disturbed;
    fault = disturbance(write, choice);
  } else if (!write) {
    tally.disturbed = 0;
  }
  fault.delay = delay;
  return fault;
}

Fault Faults::outage(std::uint64_t sequence) const {
  Chance chance(base::stable_hash(fmt::format("{} outage {}", behaviour_.fault_seed, sequence)));
  if (chance.percent(50)) return {"outage", false, 500, Manner::whole, {}};
  return {"outage", false, 0, Manner::reset, {}};
}

}  // namespace rostersync::sandbox
