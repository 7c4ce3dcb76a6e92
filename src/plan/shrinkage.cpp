#include "plan/shrinkage.hpp"

#include <fmt/format.h>

namespace rostersync::plan {

std::optional<std::string> shrinkage(std::uint64_t rows, std::optional<std::uint64_t> baseline,
                                     std::optional<std::uint64_t> allowed) {
  if (!baseline || rows >= *baseline - *baseline / 2) return std::nullopt;
  const std::uint64_t fewer = *baseline - rows;
  if (allowed && fewer <= *allowed) return std::nullopt;
  const std::string still =
      allowed ? fmt::format(" (\"shrink\" is raised to {} for this run)", *allowed) : std::string();
  return fmt::format(
      "the roster has {} {}, {} fewer than the {} of the last good run, and less than half of them{}; if that is "
      "intended, add --allow shrink={}",
      rows, rows == 1 ? "row" : "rows", fewer, *baseline, still, fewer);
}

}  // namespace rostersync::plan
