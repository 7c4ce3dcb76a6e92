// What an API says, in words that fit a report.
#pragma once

#include <string>

#include "json/json.hpp"

namespace rostersync::directory {

// A text as it is, anything else as compact JSON. Never throws: broken UTF-8 is replaced.
std::string in_words(const json::Json& value);

// At most 500 bytes of it, and "…" where it goes on; never cut within a character.
std::string shortened(const std::string& text);

}  // namespace rostersync::directory
