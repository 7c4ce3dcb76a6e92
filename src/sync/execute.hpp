// Carrying out a plan: updates and creates side by side, one change per user, one outcome per change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "directory/directory.hpp"
#include "model/plan.hpp"
#include "sync/stop.hpp"

namespace rostersync::sync {

struct Execution {
  bool wrote = false;  // at least one write was carried out, or may have been
  std::optional<base::ExitCode>
      stopped;  // why it ended early, if it did: stopped, or could_not_run where nothing was written
  std::string message;
};

// Settles the entry of every change in `reconciliation`. Changes that were not begun when it stopped are skipped
// (reason "stopped"). `progress(done, all)` is called after each.
Execution execute(const std::vector<model::Change>& changes, directory::Directory& directory,
                  model::Reconciliation& reconciliation, const StopRequested& stop_requested,
                  const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace rostersync::sync
