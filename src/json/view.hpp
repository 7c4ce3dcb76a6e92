// JSON that machines answer with, read document after document: simdjson parses it whole into one flat block, many
// times as fast as Json is built. It is looked at in place and let go; what people write has document.hpp.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"
#include "json/pointer.hpp"

namespace rostersync::json {

using View = simdjson::dom::element;  // a value within a document
using ViewArray = simdjson::dom::array;
using ViewObject = simdjson::dom::object;

class ViewReader {
 public:
  ViewReader();

  // The document; nothing if `text` is not JSON (RFC 8259) to its end, not UTF-8, or nested deeper than depth.hpp says.
  // A byte order mark is skipped. The view and all that is reached from it are valid until the next call.
  std::optional<View> read(std::string_view text);

 private:
  std::optional<View> parsed(std::string_view text);

  simdjson::dom::parser parser_;
};

// What an array, an object or a text holds; it must be one.
ViewArray items_of(View array);
ViewObject members_of(View object);
std::string_view text_of(View text);

// What stands at a path, as pointer_parts() has it; nothing if it is not there. Of members of one name the last counts,
// as in Json.
std::optional<View> at(View value, const std::vector<std::string>& parts, std::size_t first = 0);

// The same value as Json.
Json to_json(View value);

}  // namespace rostersync::json
