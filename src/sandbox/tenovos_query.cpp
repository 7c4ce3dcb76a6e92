#include "sandbox/tenovos_query.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <set>

namespace rostersync::sandbox::tenovos {

namespace {

constexpr std::size_t largest_limit = 100;
constexpr std::size_t largest_from = 1'000'000'000;

std::optional<std::size_t> whole(const std::string& text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string read(std::size_t& target, const std::string& value, std::size_t least, std::size_t most) {
  const auto number = whole(value);
  if (!number || *number < least || *number > most) {
    return fmt::format("must be a whole number from {} to {}", least, most);
  }
  target = *number;
  return {};
}

}  // namespace

Window window_of(const Request& request) {
  Window window;
  std::set<std::string> seen;
  for (const auto& [name, value] : request.query) {
    std::string fault;
    if (!seen.insert(name).second) {
      fault = "is given more than once";
    } else if (name == "from") {
      fault = read(window.from, value, 0, largest_from);
    } else if (name == "limit") {
      fault = read(window.limit, value, 1, largest_limit);
    } else {
      fault = "is no parameter of this operation";
    }
    if (!fault.empty()) window.fault = fmt::format("{} {}", name, fault);
  }
  return window;
}

std::string no_query_fault(const Request& request) {
  if (request.query.empty()) return {};
  return fmt::format("{} is no parameter of this operation", request.query.front().first);
}

}  // namespace rostersync::sandbox::tenovos
