// Bytes as text that any header may carry.
#pragma once

#include <string>
#include <string_view>

namespace rostersync::base {

// RFC 4648 section 4: the usual alphabet, with padding, in one line.
std::string base64(std::string_view bytes);

}  // namespace rostersync::base
