// Durations as people write them.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rostersync::base {

// "500ms", "30s", "20m", "2h": a whole number above zero and a unit. Nothing for any other text, or past a thousand
// years.
inline std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view name = text.substr(static_cast<std::size_t>(unit - text.data()));
  const std::int64_t factor = name == "ms"  ? 1
                              : name == "s" ? 1000
                              : name == "m" ? 60'000
                              : name == "h" ? 3'600'000
                                            : 0;
  constexpr std::int64_t longest = std::int64_t{1000} * 366 * 24 * 3'600'000;
  if (error != std::errc{} || factor == 0 || number <= 0 || number > longest / factor) return std::nullopt;
  return std::chrono::milliseconds(number * factor);
}

}  // namespace rostersync::base
