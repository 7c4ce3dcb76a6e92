// Logging to standard error. Only http, directory, sync and cli log; everything below returns warnings as values.
// No secret is ever passed here (Secret has no formatter).
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace rostersync::base::log {

enum class Level { debug, info, warning, error, off };
enum class Format { text, json };

// Sets where the threshold lies and how a line looks. In json, each line is one object with the keys
// "time" (RFC 3339, UTC), "level" and "message".
void configure(Level threshold, Format format);

// "debug", "info", "warn"/"warning", "error", "off"; throws CannotRun for anything else.
Level parse_level(std::string_view name);

void write(Level level, const std::string& message);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace rostersync::base::log
