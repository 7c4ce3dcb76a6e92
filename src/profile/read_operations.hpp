// The operations of a profile: requests, pages, and where they hold users.
#pragma once

#include "model/schema.hpp"
#include "profile/reader.hpp"
#include "profile/wire.hpp"

namespace rostersync::profile {

// Fills in the operations of `wire`. A placeholder that is unknown or missing, and what contradicts the request it
// stands with, becomes a fault of `reader`.
void read_operations(Reader& reader, const model::Schema& schema, Wire& wire);

}  // namespace rostersync::profile
