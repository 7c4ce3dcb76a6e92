// The words of a profile's reference, shared by its text and its JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/schema.hpp"

namespace rostersync::profile {

// As a profile file spells it: "set<text>".
std::string type_name(model::Type type);

// How a roster writes a value of this type.
std::string how_to_write(model::Type type);

// The rules of a policy as one phrase: "at least 8 characters, one upper-case letter"; empty if there are none.
std::string in_words(const model::Policy& policy);

// `text` broken at spaces into lines of at most `width` code points (a longer word has a line of its own). The first
// line starts with `head`, the others with as many spaces as it is long; each ends in '\n'.
std::string wrap(std::string_view head, std::string_view text, std::size_t width);

}  // namespace rostersync::profile
