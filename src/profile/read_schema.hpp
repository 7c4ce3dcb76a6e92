// The half of a profile that says what a user is.
#pragma once

#include "model/schema.hpp"
#include "profile/reader.hpp"

namespace rostersync::profile {

// The attributes, in the order of the file after "id"; key, name, privileged values and deactivation. What contradicts
// itself (an attribute or value that is not there, an initial value of the wrong type …) becomes a fault of `reader`.
model::Schema read_schema(Reader& reader);

}  // namespace rostersync::profile
