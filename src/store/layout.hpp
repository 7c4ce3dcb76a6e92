// The tables of the journal, by version.
#pragma once

#include "store/database.hpp"

namespace rostersync::store {

// A step that was released is never changed: what the next version needs is a step of its own.
Layout journal_layout();

}  // namespace rostersync::store
