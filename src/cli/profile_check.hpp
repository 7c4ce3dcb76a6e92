// rostersync profile: what the profiles are, and whether one holds.
#pragma once

#include "cli/arguments.hpp"

namespace rostersync::cli {

// Lists the profiles, shows one, or checks one; with `probe`, against the API itself. Throws base::CannotRun with every
// fault of the profile, each with its line and key.
void show_profile(const ProfileArguments& arguments);

}  // namespace rostersync::cli
