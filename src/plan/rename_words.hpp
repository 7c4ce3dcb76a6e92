// What is said of a row that may be somebody who is there under another key, and the line that settles it. Pure.
#pragma once

#include <string>
#include <vector>

#include "plan/namesakes.hpp"

namespace rostersync::plan {

// `key` and `name` are the row's; `who` has at least one.
std::string probable_rename(const std::string& key, const std::string& name,
                            const std::vector<Namesakes::Namesake>& who);

// The person was told that the row is a user who is not there.
std::string rename_of_nobody(const std::string& key, const std::string& former_key);

}  // namespace rostersync::plan
