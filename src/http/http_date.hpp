// The dates of HTTP headers.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace rostersync::http {

// RFC 9110 section 5.6.7: IMF-fixdate, and the two obsolete forms that a recipient must accept too. Nothing for
// anything else.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

}  // namespace rostersync::http
