// The APIs that can be played, by name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sandbox/access.hpp"
#include "sandbox/api.hpp"

namespace rostersync::sandbox {

std::vector<std::string> profile_names();

// Throws CannotRun where there is no such API.
std::unique_ptr<const Profile> make_profile(const std::string& name, const Access& access);

}  // namespace rostersync::sandbox
