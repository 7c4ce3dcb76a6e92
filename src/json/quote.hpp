// JSON texts written without a Json where, as mostly, nothing in them needs an escape.
#pragma once

#include <string>
#include <string_view>

namespace rostersync::json {

// Appends `text` as a JSON text, with its quotes, as Json's dump() writes it; broken UTF-8 is replaced.
void append_quoted(std::string& out, std::string_view text);

}  // namespace rostersync::json
