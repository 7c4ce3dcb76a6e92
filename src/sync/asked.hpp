// What the command line asked of a run beyond the configuration, as the journal keeps it: enough to begin the run
// again.
#pragma once

#include <map>
#include <string>

#include "model/users.hpp"
#include "sync/order.hpp"

namespace rostersync::sync {

// JSON text. `roster_rows`: as Session has them.
std::string asked_of(const Order& order, const std::map<model::Row, model::Row>& roster_rows = {});

// The roster's row of each entry, where that is another than the entry's own.
std::map<model::Row, model::Row> roster_rows_of(const std::string& asked);

// `order` as it was asked. Throws base::CannotRun where the text is not asked_of()'s.
void ask_again(Order& order, const std::string& asked);

// The rate that the run was told, unless `order` has one of its own.
void ask_at_the_same_rate(Order& order, const std::string& asked);

// Reads back what is written if the run was asked to, or `order` is.
void verify_as_asked(Order& order, const std::string& asked);

}  // namespace rostersync::sync
