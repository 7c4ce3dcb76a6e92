// What else than ids and keys tells who a row means.
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "model/text_column.hpp"

namespace rostersync::plan {

struct Identity {
  // By row: the value of the roster's stable key, as it is remembered; must outlive what is told of it. Null, or
  // without rows: the roster has no such key.
  const model::TextColumn* stable_keys = nullptr;
  // Whom an earlier run found under a stable key: the remote user's id.
  std::unordered_map<std::string, std::string> links;
  // People who are moving: domain of a key -> the domain that takes its place, both folded.
  std::map<std::string, std::string> domains;
};

}  // namespace rostersync::plan
