// Which values of a document fail a JSON Schema (draft 7), as valijson judges.
#pragma once

#include <map>
#include <string>

#include "json/document.hpp"

namespace rostersync::json {

// JSON Pointer of each failing value -> the validator's first words about it. An object fails with any of its members.
struct Verdict {
  std::map<std::string, std::string> failing;
  bool valid() const { return failing.empty(); }
  bool fails(const std::string& pointer) const { return failing.find(pointer) != failing.end(); }
};

// Throws base::CannotRun if `schema` itself is no schema.
Verdict judge(const Json& schema, const Document& document);

}  // namespace rostersync::json
