// One JSON object as the fields of a roster row, in order, repeated names told apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"

namespace rostersync::roster {

struct JsonField {
  std::string name;
  json::Json value;  // a number with a fraction or of more than 64 bits is its text as written
};

struct JsonRecord {
  std::uint32_t line = 0;  // where it starts
  std::vector<JsonField> fields;
};

// Parses one whole JSON object (RFC 8259) into `fields`. Returns nothing, or the byte at which it is no JSON.
std::optional<std::size_t> parse_object(std::string_view text, std::vector<JsonField>& fields);

}  // namespace rostersync::roster
