// How an operation's answers come in pages.
#pragma once

#include <optional>
#include <string>

#include "profile/reader.hpp"
#include "profile/wire.hpp"

namespace rostersync::profile {

// The paging at `here`, of a request that `has_body` or not; nothing if there is none. A key that says nothing with
// this kind of paging, or that it lacks, becomes a fault of `reader`.
std::optional<Paging> read_paging(Reader& reader, const std::string& here, bool has_body);

}  // namespace rostersync::profile
