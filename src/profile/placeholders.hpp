// Placeholders in the texts of a profile: {id}, {credential.api_key}.
#pragma once

#include <string>
#include <vector>

#include "profile/reader.hpp"

namespace rostersync::profile {

// Notes each placeholder of `pattern`, the text at `pointer`, that is not among `known`; tells which there are.
std::vector<std::string> check_placeholders(Reader& reader, const std::string& pattern, const std::string& pointer,
                                            const std::vector<std::string>& known);

// The same of every text within the JSON value at `pointer`.
std::vector<std::string> check_placeholders_within(Reader& reader, const std::string& pointer,
                                                   const std::vector<std::string>& known);

// "credential.NAME" for each credential that the profile names for all requests.
std::vector<std::string> common_credentials(const Reader& reader);

}  // namespace rostersync::profile
