// The job configuration in the terms of each floor that a run builds on, checked against the profile's attributes.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "http/dispatcher.hpp"
#include "plan/guard.hpp"
#include "plan/planner.hpp"
#include "roster/roster.hpp"
#include "sync/order.hpp"

namespace rostersync::sync {

// Each throws base::CannotRun where the configuration names an attribute that the profile does not have, or gives it a
// value that it cannot have.
roster::Options roster_options(const Order& order);
plan::Options plan_options(const Order& order, std::string own_user_id);
plan::Limits plan_limits(const Order& order);
// The lists that are united over rows of one person.
std::vector<model::AttributeIndex> merged_attributes(const Order& order);
http::TransportOptions transport_options(const Order& order, int wake_up_descriptor);
http::DispatcherOptions dispatcher_options(const Order& order, std::optional<base::Instant> deadline);
// Starts from what `memory`, if any, knows of earlier processes; it must outlive the limiter.
std::unique_ptr<http::RateLimiter> rate_limiter(const Order& order, http::RateMemory* memory);
// Operations begun at once: enough that the dispatcher always has one to send.
std::size_t most_under_way(const Order& order);

// How the directory is read: as configured, and in a whole listing where people who are missing are to be disabled.
job::Fetch fetch_mode(const Order& order);

// Checks everything above without needing anything of the directory.
void check_settings(const Order& order);

// The attributes that a run needs from a remote user to decide about `columns`: these, and what rules, protection and
// matching rest on.
std::vector<model::AttributeIndex> wanted_attributes(const Order& order,
                                                     const std::vector<model::AttributeIndex>& columns);

}  // namespace rostersync::sync
