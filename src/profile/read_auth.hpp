// The part of a profile that says how an API wants to know who asks.
#pragma once

#include "profile/auth.hpp"
#include "profile/reader.hpp"

namespace rostersync::profile {

// What contradicts itself (a key that is none of this way, a header that two places say, a way that can never be taken
// …) becomes a fault of `reader`.
Auth read_auth(Reader& reader);

}  // namespace rostersync::profile
