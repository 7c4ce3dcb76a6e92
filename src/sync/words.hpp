// Times and sentences about runs, for people.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "sync/session.hpp"

namespace rostersync::sync {

std::string timestamp(base::WallTime time);  // RFC 3339, UTC, whole seconds
// What timestamp() wrote; nothing for any other text.
std::optional<base::WallTime> time_of(const std::string& timestamp);

// "12 seconds", "4 minutes", "2.5 hours": rounded as somebody who waits wants to hear it.
std::string about(double seconds);

// Why a run stopped early, what `resume` will do, and how long that is likely to take.
std::string stopped_message(const Session& session, const Execution& execution);

}  // namespace rostersync::sync
