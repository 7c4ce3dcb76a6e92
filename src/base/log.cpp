#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

#include "base/error.hpp"

namespace rostersync::base::log {

namespace {

Format active_format = Format::text;
std::function<void()> make_way;  // before each line

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      break;
  }
  return spdlog::level::off;
}

spdlog::logger& logger() {
  static const auto instance = [] {
    const char* no_color = std::getenv("NO_COLOR");
    const bool plain = no_color != nullptr && *no_color != '\0';
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_st>(plain ? spdlog::color_mode::never
                                                                            : spdlog::color_mode::automatic);
    auto made = std::make_shared<spdlog::logger>("rostersync", std::move(sink));
    made->set_pattern("%^%l%$: %v");
    return made;
  }();
  return *instance;
}

// A line of the log is a line: what an API or a roster puts into a message cannot forge another one.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

void configure(Level threshold, Format format) {
  active_format = format;
  logger().set_level(to_spdlog(threshold));
  logger().flush_on(spdlog::level::debug);
  if (format == Format::json) {
    logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})", spdlog::pattern_time_type::utc);
  } else {
    logger().set_pattern("%^%l%$: %v");
  }
}

Level parse_level(std::string_view name) {
  if (name == "debug") return Level::debug;
  if (name == "info") return Level::info;
  if (name == "warn" || name == "warning") return Level::warning;
  if (name == "error") return Level::error;
  if (name == "off") return Level::off;
  throw CannotRun(fmt::format("--log-level: \"{}\" is no level; use debug, info, warning, error or off", name));
}

bool enabled(Level level) {
  return logger().should_log(to_spdlog(level));
}

void event(Level level, std::string_view name, const Fields& fields, std::string_view message) {
  if (!enabled(level)) return;
  if (make_way) make_way();
  if (active_format == Format::text) return logger().log(to_spdlog(level), "{}", one_line(message));
  std::string members = fmt::format(R"("event":{},"message":{})", json_string(name), json_string(message));
  for (const Field& field : fields) members += fmt::format(",{}:{}", json_string(field.name), field.value.json());
  logger().log(to_spdlog(level), "{}", members);
}

void write(Level level, std::string_view message) {
  event(level, "log", {}, message);
}

void before_each_line(std::function<void()> hook) {
  make_way = std::move(hook);
}

}  // namespace rostersync::base::log
