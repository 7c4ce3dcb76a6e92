// Link headers (RFC 8288 section 3).
#pragma once

#include <string>
#include <string_view>

namespace rostersync::http {

// The target, as it stands there, of the first link of `field` (the header's values, joined by commas) that has the
// relation `relation`, without case; empty if none has. What is no link is passed over.
std::string link_target(std::string_view field, std::string_view relation);

}  // namespace rostersync::http
