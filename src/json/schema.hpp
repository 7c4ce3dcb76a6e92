// JSON Schema (draft 7) with messages for people; the only place that knows valijson.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "json/document.hpp"

namespace rostersync::json {

// What is wrong with `document` by `schema`, each as one sentence "FILE:LINE: key.path: what was expected", with
// "did you mean "..."?" for an unknown key that is near a known one. Empty: it is valid.
// An unknown key is reported as such, never as a failed combination.
std::vector<std::string> schema_faults(const Json& schema, const Document& document);

// Throws base::CannotRun with the faults, one a line.
void require_schema(const Json& schema, const Document& document);

}  // namespace rostersync::json
