// A run from beginning to end: roster, directory, plan, guard, execution, reconciliation.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "directory/requests.hpp"
#include "http/dispatcher.hpp"
#include "job/job.hpp"
#include "model/plan.hpp"
#include "plan/guard.hpp"
#include "profile/profile.hpp"
#include "roster/roster.hpp"
#include "sync/stop.hpp"

namespace rostersync::sync {

enum class Command { plan, sync, validate };

// Everything a run is asked for.
struct Order {
  Command command = Command::plan;
  std::string roster_path;  // "-": standard input
  job::Job job;             // with the command line's overrides
  profile::Profile profile;
  std::string base_url;
  directory::Credentials credentials;
  std::map<std::string, std::uint64_t> allow;
  std::set<std::string> only;
  std::optional<std::uint64_t> limit;
};

// What the run is given of the world.
struct World {
  base::Clock& clock;
  std::function<std::unique_ptr<http::Transport>(const http::TransportOptions&)> make_transport;
  StopRequested stop_requested;
  int wake_up_descriptor = -1;
  std::function<double()> random;  // [0, 1)
  std::function<void(std::size_t done, std::size_t all)> progress;
};

class Run {
 public:
  Run(const Order& order, World world);
  ~Run();

  // Carries the run out. Throws base::Busy and nothing else: what went wrong stands in the reconciliation, every
  // row accounted for.
  const model::Reconciliation& carry_out();

 private:
  void stages();
  void end_early(base::ExitCode code, std::string message);
  void read_roster();
  void check_only();
  void settle_offline();
  void compare();
  void guard();
  void write();
  struct Remote;  // transport, dispatcher, directory
  void connect();
  void meet_own_user();

  const Order& order_;
  World world_;
  std::optional<roster::Roster> roster_;
  std::vector<bool> rejected_;
  model::Reconciliation result_;
  std::unique_ptr<Remote> remote_;
  std::string own_user_id_;
  std::string own_organization_;  // empty where the API does not say
  std::vector<model::Change> changes_;
  plan::Population population_;
  std::optional<base::ExitCode> ended_;  // earlier than planned
};

}  // namespace rostersync::sync
