// What else than ids and keys tells who a row means.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace rostersync::plan {

struct Identity {
  // By row: the value of the roster's stable key, as it is remembered; empty where the row has none. No elements: the
  // roster has no such key.
  std::vector<std::string> stable_keys;
  // Whom an earlier run found under a stable key: the remote user's id.
  std::unordered_map<std::string, std::string> links;
  // People who are moving: domain of a key -> the domain that takes its place, both folded.
  std::map<std::string, std::string> domains;
};

}  // namespace rostersync::plan
