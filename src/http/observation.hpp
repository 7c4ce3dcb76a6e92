// What an answer, or its absence, tells of the rate. Pure.
#pragma once

#include "base/clock.hpp"
#include "http/message.hpp"
#include "http/rate_limiter.hpp"

namespace rostersync::http {

// Of the request sent at `sent`; `now` is only for times in an answer that has no Date.
Observation observe(const Response& response, base::Instant sent, base::WallTime now);

}  // namespace rostersync::http
