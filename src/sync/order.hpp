// What a run is asked for, and what it is given of the world.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "directory/directory.hpp"
#include "directory/requests.hpp"
#include "http/transport.hpp"
#include "job/job.hpp"
#include "profile/profile.hpp"
#include "sync/progress.hpp"
#include "sync/stop.hpp"

namespace rostersync::sync {

enum class Command { plan, sync, validate, resume, apply, rollback };

struct Order {
  Command command = Command::plan;
  bool carry_out = false;   // rollback: write, and not only plan
  std::string roster_path;  // "-": standard input; empty for resume, apply and rollback
  std::string run;          // resume, rollback: which run; resume, empty: the latest
  std::string plan_path;    // apply: the plan; plan, rollback: where it is written to; empty: nowhere
  job::Job job;             // with the command line's overrides
  profile::Profile profile;
  std::string base_url;
  directory::Credentials credentials;
  std::string token_url;  // where OAuth 2 tokens are asked for; empty: as the profile says
  std::map<std::string, std::uint64_t> allow;
  std::set<std::string> only;
  std::optional<std::uint64_t> limit;
  std::map<std::string, std::string> accept_renames;  // the roster's key -> the one that its user still has
  std::set<std::string> accept_new;                   // the roster's keys of people who are new, whatever their names
  bool assume_current = false;  // what cannot be read back, and was never confirmed, is as the roster has it
  directory::Verify verify = directory::Verify::no;
  std::optional<std::chrono::milliseconds> deadline;  // from the run's start
};

// Whether the run may write to the directory.
bool writes(const Order& order);

struct World {
  base::Clock& clock;
  std::function<std::unique_ptr<http::Transport>(const http::TransportOptions&)> make_transport;
  StopRequested stop_requested;
  int wake_up_descriptor = -1;
  std::function<double()> random;  // [0, 1)
  ProgressSink progress;
};

}  // namespace rostersync::sync
