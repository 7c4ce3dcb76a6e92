// Carrying out changes: updates and creates side by side, one change per user, one outcome per change. The intent of a
// change is recorded before its first request leaves, and its outcome after.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "directory/directory.hpp"
#include "model/plan.hpp"
#include "plan/kept.hpp"
#include "sync/progress.hpp"
#include "sync/stop.hpp"

namespace rostersync::sync {

// Where intents and outcomes are recorded. Each may throw base::Error: then nothing more is sent.
class Record {
 public:
  virtual ~Record() = default;
  // These changes may leave from now on. Lasting when it returns, even through a power cut.
  virtual void claim(const std::vector<model::Row>& rows) = 0;
  // These rows' entries are final.
  virtual void settle(const std::vector<model::Row>& rows) = 0;
  // These were claimed, and certainly have not been carried out.
  virtual void release(const std::vector<model::Row>& rows) = 0;
};

struct Task {
  const model::Change* change = nullptr;  // must outlive the execution
  directory::Approach approach = directory::Approach::send;
  base::Duration may_still_arrive{};    // as directory::CreateUser has it
  const char* if_not_carried_out = "";  // the reason to skip it for, where nothing more may be sent
};

struct Execution {
  bool wrote = false;  // at least one write was carried out, or may have been
  std::optional<base::ExitCode>
      stopped;  // why it ended early, if it did: stopped, or could_not_run where nothing was written
  std::string message;
  std::size_t left = 0;           // changes that are not settled: none, unless it was stopped
  double settled_per_second = 0;  // 0: too few to say
};

// What an execution works with; all of it must outlive the call.
struct Workshop {
  directory::Directory& directory;
  model::Reconciliation& reconciliation;
  Record& record;
  const StopCondition& stop;
  const base::Clock& clock;
  const ProgressSink& progress;
  std::size_t most_under_way = 32;           // operations begun; the dispatcher decides how many are in flight
  bool wrote_before = false;                 // an earlier process of this run wrote
  std::uint64_t settled_before = 0;          // changes of this run that earlier processes settled
  const plan::Writings* writings = nullptr;  // of earlier runs: what is sent again, and was not kept; null: none
  directory::Verify verify = directory::Verify::no;
};

// Gives the entry of every task's row an outcome. Where it stops early, changes that were not begun are skipped (reason
// "stopped"); what was given up or is in doubt then stays open in the record, for a later process.
Execution execute(const std::vector<Task>& tasks, const Workshop& workshop);

// Changes that nothing was done for yet.
std::vector<Task> tasks_for(const std::vector<model::Change>& changes);

}  // namespace rostersync::sync
