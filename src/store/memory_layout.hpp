// The tables of the memory, by version.
#pragma once

#include "store/database.hpp"

namespace rostersync::store {

// A step that was released is never changed: what the next version needs is a step of its own.
Layout memory_layout();

}  // namespace rostersync::store
