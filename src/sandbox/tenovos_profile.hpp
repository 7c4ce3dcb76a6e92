// Tenovos, as an API that can be played.
#pragma once

#include <memory>

#include "sandbox/access.hpp"
#include "sandbox/api.hpp"
#include "sandbox/tenovos_version.hpp"

namespace rostersync::sandbox::tenovos {

// Asks for the key and, to sign in, for user name and password; version 1 for the client's id too.
std::unique_ptr<const Profile> make_profile(Version version, const Access& access);

}  // namespace rostersync::sandbox::tenovos
