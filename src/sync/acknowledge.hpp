// Rows that somebody knows to need a person: they stay in the report, and exit code 3 is not for them.
#pragma once

#include <string>

#include "model/plan.hpp"
#include "roster/roster.hpp"
#include "sync/session.hpp"

namespace rostersync::sync {

// Marks the entries that a configured acknowledgement names and that has not run out on `today` (YYYY-MM-DD, UTC), by
// the row's key, id, stable key, what stands where its key should, or the user whom it was matched to. Whether a mark
// counts depends on what becomes of the row (model::Reconciliation::acknowledged). Again where more is known.
// `roster`: null where the rows are not those of one.
void mark_acknowledged(model::Reconciliation& result, const std::vector<job::Acknowledgement>& acknowledgements,
                       const roster::Roster* roster, const std::string& today);

// Once all rows are marked: warnings of the run for acknowledgements that have run out, and that name no row.
void warn_of_acknowledgements(model::Reconciliation& result, const std::vector<job::Acknowledgement>& acknowledgements,
                              const std::string& today);

// At the end: warnings of the run for acknowledgements whose rows turned out to be in order.
void warn_of_needless_acknowledgements(model::Reconciliation& result);

// The day that it is for acknowledgements.
std::string today_of(const Session& session);

}  // namespace rostersync::sync
