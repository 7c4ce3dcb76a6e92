// Sentences for people about what a JSON Schema found wrong.
//
// A schema may help with keywords of its own, which validators ignore:
//   "x-expected"  what belongs here, as it stands after "expected ": "a duration such as 30s, 20m or 2h"
//   "x-refused"   the whole of what is to be said of any value that fails here
//   "x-secret"    true: never repeat the value
#pragma once

#include <string>
#include <vector>

#include "json/document.hpp"
#include "json/verdict.hpp"

namespace rostersync::json {

struct SchemaFault {
  std::string pointer;   // where
  std::string sentence;  // "limits.creates: expected …"
};

// One fault for each innermost value that fails, and for each unknown or missing key. Alternatives (anyOf, oneOf) are
// told apart by the type of the value.
std::vector<SchemaFault> explain(const Json& schema, const Json& value, const Verdict& verdict);

// A value in a few words: "lots", 12, true, a list, an object. Long texts are cut.
std::string in_words(const Json& value);

}  // namespace rostersync::json
