// Templates of a profile with what their placeholders stand for.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "json/json.hpp"

namespace rostersync::directory {

// What stands for a placeholder, whose name comes without its braces.
using Lookup = std::function<std::string(const std::string& name)>;

std::string filled(std::string_view pattern, const Lookup& lookup);
// Every text within it, however deep; names of members are left as they are.
json::Json filled_within(const json::Json& pattern, const Lookup& lookup);

}  // namespace rostersync::directory
