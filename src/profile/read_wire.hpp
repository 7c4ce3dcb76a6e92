// The half of a profile that says how the API speaks.
#pragma once

#include "model/schema.hpp"
#include "profile/reader.hpp"
#include "profile/wire.hpp"

namespace rostersync::profile {

// `schema` is the one read from the same file. A placeholder that is unknown or missing, or a path that is no JSON
// Pointer, becomes a fault of `reader`.
Wire read_wire(Reader& reader, const model::Schema& schema);

}  // namespace rostersync::profile
