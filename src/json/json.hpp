// The JSON values of the whole program; other folders name nlohmann through these aliases alone.
#pragma once

#include <nlohmann/json.hpp>

namespace rostersync::json {

using Json = nlohmann::json;                 // objects sorted by key: canonical, comparable
using OrderedJson = nlohmann::ordered_json;  // objects in order of insertion: for what people read

}  // namespace rostersync::json
