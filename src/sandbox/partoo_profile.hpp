// Partoo v2, as an API that can be played.
#pragma once

#include <memory>

#include "sandbox/access.hpp"
#include "sandbox/api.hpp"

namespace rostersync::sandbox::partoo {

// Asks for the key alone.
std::unique_ptr<const Profile> make_profile(const Access& access);

}  // namespace rostersync::sandbox::partoo
