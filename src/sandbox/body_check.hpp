// Whether a body is what the published schema says.
#pragma once

#include <string_view>

#include "json/json.hpp"

namespace rostersync::sandbox {

// What is wrong with `body`, by attribute: {"lang": "Expected one of ..."}; an empty object if nothing is. Unknown
// attributes are faults. `schema` is one of published.hpp's.
json::OrderedJson body_faults(const json::Json& schema, const json::Json& body);

// A mailbox of RFC 5321 in ASCII, with a dot in its domain.
bool is_email(std::string_view text);

// One upper case letter, one lower case letter and one special character, as the page asks (the length is the
// schema's).
bool is_strong_password(std::string_view text);

}  // namespace rostersync::sandbox
