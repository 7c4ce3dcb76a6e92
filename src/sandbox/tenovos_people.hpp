// People of a company that shares its pictures and films, to rehearse with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "sandbox/account.hpp"
#include "sandbox/tenovos_version.hpp"

namespace rostersync::sandbox::tenovos {

// Hands `count` users to `take`, one after the other, each with an e-mail and an id of their own. The first signs in by
// `username`. Some are disabled, some in no group of the caller's.
void seed_people(std::size_t count, std::uint64_t seed, const std::string& username, Version version,
                 const std::function<void(const Account&)>& take);

}  // namespace rostersync::sandbox::tenovos
