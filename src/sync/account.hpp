// Accounting: outcomes for changes that were not executed, and the exit status that the outcomes add up to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/plan.hpp"
#include "plan/kept.hpp"

namespace rostersync::sync {

// A dry run: what would have been done.
void account_as_planned(const std::vector<model::Change>& changes, model::Reconciliation& result);

// And what is likely not to be kept, as it was not before: a warning for each such attribute.
void warn_of_not_kept(const std::vector<model::Change>& changes, const plan::Writings& writings,
                      model::Reconciliation& result);

// Changes that are not sent, all for one reason.
void account_as_skipped(const std::vector<model::Change>& changes, const std::string& reason,
                        const std::string& message, model::Reconciliation& result);

// After a run that ended before anything was decided: valid rows are skipped (reason "stopped"), never "unchanged".
void account_for_the_rest(model::Reconciliation& result);

// The code of a warning of the run: what an interrupted run may have written could not be found out, or be completed.
inline constexpr std::string_view unsettled_warning = "unsettled";

// Of a run that came to its end: 3 if a person is needed, 2 if a plan has differences, else 0.
base::ExitCode outcome_code(const model::Reconciliation& result);

}  // namespace rostersync::sync
