// Checking many open changes with one listing, where that takes fewer requests than a read for each.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "directory/directory.hpp"
#include "model/schema.hpp"
#include "sync/execute.hpp"
#include "sync/progress.hpp"
#include "sync/stop.hpp"

namespace rostersync::sync {

struct Listing {
  std::uint64_t page_size = 0;         // 0: as many users as the API gives
  std::optional<std::uint64_t> users;  // in the directory, when last counted
};

// Whether a whole listing takes fewer requests than looking every task up.
bool listing_is_cheaper(const Listing& listing, const std::vector<Task>& tasks);

// Lists the directory, and lets go unchecked (Approach::send) those of `tasks` that were to be checked first and of
// which it shows that they may: updates of users who are still as planned on, and creates of people who are not there,
// where the listing is proved whole. All others are left as they are, to be looked up one by one; so are all where the
// listing fails. Throws Stopped.
void recheck(std::vector<Task>& tasks, const model::Schema& schema, directory::Directory& directory,
             const StopCondition& stop, const ProgressSink& progress);

}  // namespace rostersync::sync
