// What a later process has to do for changes that an earlier one left open.
#pragma once

#include <deque>
#include <vector>

#include "store/journal.hpp"
#include "sync/execute.hpp"
#include "sync/order.hpp"

namespace rostersync::sync {

// `may_still_arrive`: how much longer a request of the earlier process may. What may have been carried out is settled
// first; what never left is checked against what it was planned on. The changes must outlive the tasks. What needs a
// secret that is not there is never sent.
std::vector<Task> tasks_for(const std::vector<store::OpenChange>& open, const Order& order,
                            base::Duration may_still_arrive);

// Those that may have been carried out, to be settled by reading alone.
std::vector<Task> tasks_to_settle(const std::vector<store::OpenChange>& open, base::Duration may_still_arrive);

// Creates that were carried out: only what completes them is sent.
std::vector<Task> tasks_to_complete(const std::deque<model::Change>& creates);

// What must be read of a user to tell whether such a change was carried out, or may be.
std::vector<model::AttributeIndex> attributes_of(const std::vector<store::OpenChange>& open);

// Whether a run is one to go on with: a sync that has not come to its end; an apply or a rollback that had begun to be
// carried out (before that, it has written nothing, and can be begun anew).
bool is_open(const store::RunRecord& run);

// Whether the run has written, or may have.
bool wrote(const store::RecordedRun& recorded, const model::Reconciliation& result);

// Whether the text of a secret that the change would send is not there.
bool lacks_secret(const model::Schema& schema, const model::Change& change);

}  // namespace rostersync::sync
