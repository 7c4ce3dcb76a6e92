// What the command line asked of a run beyond the configuration, as the journal keeps it: enough to begin the run
// again.
#pragma once

#include <string>

#include "sync/order.hpp"

namespace rostersync::sync {

// JSON text.
std::string asked_of(const Order& order);

// `order` as it was asked. Throws base::CannotRun where the text is not asked_of()'s.
void ask_again(Order& order, const std::string& asked);

// The rate that the run was told, unless `order` has one of its own.
void ask_at_the_same_rate(Order& order, const std::string& asked);

// Reads back what is written if the run was asked to, or `order` is.
void verify_as_asked(Order& order, const std::string& asked);

}  // namespace rostersync::sync
