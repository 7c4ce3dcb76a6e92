// URLs, parsed by the very parser that will send them: what is compared here is what goes out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rostersync::http {

// RFC 6454: scheme and host in lower case and the port, always written: "https://api.example.com:443".
// Nothing if `url` is no absolute http or https URL.
std::optional<std::string> origin_of(const std::string& url);

// The path alone, as it may stand in a log; empty if `url` is no URL.
std::string path_of(const std::string& url);

// `reference` (a Location, say) against `base`, RFC 3986 section 5, without a fragment. Nothing if either cannot be
// read.
std::optional<std::string> resolve(const std::string& base, const std::string& reference);

// Whether the host is this machine: localhost, 127.0.0.0/8 or [::1].
bool is_loopback(const std::string& url);

// For one path segment or one query value: everything but RFC 3986's unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);

// Every %XX as the byte it stands for; what only looks like one stays.
std::string percent_decode(std::string_view text);

}  // namespace rostersync::http
