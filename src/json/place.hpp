// Places within a Json by JSON Pointer (RFC 6901), whatever stands there. nlohmann's own pointers throw where a text or
// an array is in the way, and take any number for the index of an array; what an API says must do neither.
#pragma once

#include <string_view>

#include "json/json.hpp"

namespace rostersync::json {

// What stands at `pointer`, as view.hpp's at() has it; null if nothing does. `pointer` must be one.
const Json* found_at(const Json& document, std::string_view pointer);
Json* found_at(Json& document, std::string_view pointer);

// The value at `pointer`, made where it is not there; what is no object or array and in the way gives way. Of what is
// made, a part of one or two digits ("0", "17") is the index of an array, any other the name of a member.
Json& made_at(Json& document, std::string_view pointer);

}  // namespace rostersync::json
