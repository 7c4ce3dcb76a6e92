// Whole numbers out of JSON. The parser makes a fraction of what has more than 64 bits, and to take such a one for a
// whole number again is undefined.
#pragma once

#include <cstdint>
#include <utility>

#include "json/json.hpp"

namespace rostersync::json {

// Throws Json::exception where `value` is no whole number, or one that `Number` cannot hold.
template <class Number>
Number whole_number(const Json& value) {
  const bool fits = value.is_number_unsigned()
                        ? std::in_range<Number>(value.get<std::uint64_t>())
                        : value.is_number_integer() && std::in_range<Number>(value.get<std::int64_t>());
  if (!fits) throw Json::other_error::create(501, "not a whole number that can stand here", nullptr);
  return value.get<Number>();
}

}  // namespace rostersync::json
