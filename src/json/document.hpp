// JSON texts that people write: comments, duplicate keys refused, and the place of every value known, so that a message
// can say FILE:LINE.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "json/json.hpp"

namespace rostersync::json {

struct Position {
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // from 1, in bytes
};

// A parsed text. `positions` maps a JSON Pointer (RFC 6901) to where the key of that member stands (array items and the
// root: where the value ends or starts, same line).
struct Document {
  std::string name;  // the file's path, for messages
  Json root;
  std::map<std::string, Position> positions;

  // The place of the value at `pointer`, or of its nearest ancestor that is known.
  Position position(const std::string& pointer) const;
  // "name:line" for messages.
  std::string place(const std::string& pointer) const;
};

// Parses `text` (a BOM is skipped; // and /* */ comments are allowed). Throws base::CannotRun, as
// "name:line:column: what is wrong", for a syntax error, a duplicate key (both lines named) or bad UTF-8.
Document parse_document(std::string_view text, std::string name);

}  // namespace rostersync::json
