// Why an answer of success is not what its operation answers with, for whoever wrote the profile.
#pragma once

#include <string>

#include "directory/directory.hpp"
#include "http/message.hpp"
#include "profile/wire.hpp"

namespace rostersync::directory {

// In words that follow "HTTP 200 ". What users are like is not in it, only the names of members.
std::string complaint(const profile::Wire& wire, const Operation& operation, const http::Response& response);

}  // namespace rostersync::directory
