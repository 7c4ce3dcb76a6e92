// What a profile can do, and what follows from what it does not say: for whoever writes one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "profile/profile.hpp"

namespace rostersync::profile {

struct Assessment {
  std::vector<std::pair<std::string, std::string>> facts;  // "Listing", "GET /users, pages by offset of 100 …"
  std::vector<std::string> consequences;                   // one sentence each
};

Assessment assess(const Profile& profile);

}  // namespace rostersync::profile
