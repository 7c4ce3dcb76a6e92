// Logging to standard error. Only http, directory, sync and cli log; everything below returns warnings as values.
// No secret is ever passed here (Secret has no formatter).
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log_json.hpp"

namespace rostersync::base::log {

enum class Level { debug, info, warning, error, off };
enum class Format { text, json };

// Sets where the threshold lies and how a line looks. In text, a line is "level: message". In json, it is one object
// with the keys "time" (RFC 3339, UTC), "level", "event" and "message", and then the fields of that event.
void configure(Level threshold, Format format);

// "debug", "info", "warn"/"warning", "error", "off"; throws CannotRun for anything else.
Level parse_level(std::string_view name);

// A text, a number, true or false; null for an optional that is empty and for a number that is not finite.
class Value {
 public:
  // NOLINTBEGIN(google-explicit-constructor): fields are written as they are, {"rows", 12}
  Value(std::string_view text) : json_(json_string(text)) {}
  Value(const std::string& text) : json_(json_string(text)) {}
  Value(const char* text) : json_(json_string(text)) {}
  Value(bool truth) : json_(truth ? "true" : "false") {}
  template <std::integral Number>
  requires(!std::same_as<Number, char>) Value(Number number) : json_(fmt::format("{}", number)) {}
  Value(std::floating_point auto number) : json_(json_number(number)) {}
  template <class T>
  Value(const std::optional<T>& value) : json_(value ? Value(*value).json() : "null") {}
  // NOLINTEND(google-explicit-constructor)

  const std::string& json() const { return json_; }

 private:
  std::string json_;
};

struct Field {
  std::string_view name;
  Value value;
};
using Fields = std::vector<Field>;

// Something that programs watch for, under a name that stays: of the json format it is the "event", and the fields
// follow it (their names are other than the four keys above). The text format has the message alone.
void event(Level level, std::string_view name, const Fields& fields, std::string_view message);

// Whether a line of this level would be written; for what costs something to word.
bool enabled(Level level);

// The event "log", which has no fields.
void write(Level level, std::string_view message);

// `hook` is called before each line that is written, until it is replaced (by nothing: null). So that whatever else
// stands on the terminal can make way for it.
void before_each_line(std::function<void()> hook);

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
