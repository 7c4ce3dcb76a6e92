// How deep JSON may be nested that others wrote. The parser minds no depth, but to copy, compare or print a value takes
// stack for each level, and so much that 100,000 brackets end the program.
#pragma once

#include <cstddef>

#include "json/json.hpp"

namespace rostersync::json {

inline constexpr std::size_t deepest_nesting = 200;  // far above what anybody means

// Whether more than `levels` arrays and objects stand in each other; itself never deeper than that.
inline bool is_deeper_than(std::size_t levels, const Json& value) {
  if (!value.is_structured()) return false;
  if (levels == 0) return true;
  for (const Json& item : value) {
    if (is_deeper_than(levels - 1, item)) return true;
  }
  return false;
}

}  // namespace rostersync::json
