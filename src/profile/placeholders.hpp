// The placeholders of a profile's texts: which there are, and which may be.
#pragma once

#include <string>
#include <vector>

#include "profile/reader.hpp"

namespace rostersync::profile {

// What stands in braces in `pattern`, in order. One that is not among `known`, or a brace without its partner, becomes
// a fault of `reader` at `pointer`.
std::vector<std::string> placeholders(Reader& reader, const std::string& pattern, const std::string& pointer,
                                      const std::vector<std::string>& known);

// The same of all texts within the JSON value at `pointer`.
std::vector<std::string> placeholders_within(Reader& reader, const std::string& pointer,
                                             const std::vector<std::string>& known);

// "credential.NAME" for each credential that the profile names for all requests.
std::vector<std::string> common_credentials(const Reader& reader);

}  // namespace rostersync::profile
