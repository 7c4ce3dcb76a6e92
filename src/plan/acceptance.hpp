// What people have said about rows that might be somebody who is there under another key.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace rostersync::plan {

// Keys are comparable ones.
struct Acceptances {
  // For this run: the key of a row -> the key that its user still has in the directory.
  std::map<std::string, std::string> renames;
  // For this run: keys of rows whose people are new, whatever their names.
  std::set<std::string> newcomers;
  // In earlier runs: the key of a row -> the id of its user; nothing: a new person. What this run was told comes first.
  std::unordered_map<std::string, std::optional<std::string>> settled;
};

// What holds of this run's word once the directory was seen: to be remembered as `Acceptances::settled` is.
struct Decision {
  std::string key;
  std::optional<std::string> user_id;
};

}  // namespace rostersync::plan
