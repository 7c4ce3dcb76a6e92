// The job configuration in the terms of each floor that a run builds on, checked against the profile's attributes.
#pragma once

#include <vector>

#include "http/dispatcher.hpp"
#include "plan/guard.hpp"
#include "plan/planner.hpp"
#include "roster/roster.hpp"
#include "sync/run.hpp"

namespace rostersync::sync {

// Each throws base::CannotRun where the configuration names an attribute that the profile does not have, or gives it a
// value that it cannot have.
roster::Options roster_options(const Order& order);
plan::Options plan_options(const Order& order, std::string own_user_id);
plan::Limits plan_limits(const Order& order);
http::TransportOptions transport_options(const Order& order, int wake_up_descriptor);
http::DispatcherOptions dispatcher_options(const Order& order);
std::unique_ptr<http::RateLimiter> rate_limiter(const Order& order);

// Checks everything above without needing anything of the directory.
void check_settings(const Order& order);

// The attributes that deciding about this roster needs from a remote user.
std::vector<model::AttributeIndex> wanted_attributes(const Order& order, const model::Users& roster);

}  // namespace rostersync::sync
