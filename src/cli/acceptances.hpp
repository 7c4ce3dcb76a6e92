// What --accept-rename and --accept-new are given: keys, or @FILE with one of them a line.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace rostersync::cli {

struct Accepted {
  std::map<std::string, std::string> renames;  // the roster's key -> the directory's
  std::set<std::string> newcomers;             // the roster's keys
};

// Throws base::CannotRun: a file that cannot be read, a rename without "=", or what contradicts itself. In a file,
// what follows a "#" at the start of a line or after a space is a comment.
Accepted read_acceptances(const std::vector<std::string>& renames, const std::vector<std::string>& newcomers);

}  // namespace rostersync::cli
