// Secrets that say who asks, and which way of saying so they suffice for.
#pragma once

#include <map>
#include <string>

#include "base/secret.hpp"
#include "profile/auth.hpp"

namespace rostersync::directory {

using Credentials = std::map<std::string, base::Secret>;

// The first way whose credentials are all there; null if there is none.
const profile::AuthWay* way_of(const profile::Auth& auth, const Credentials& credentials);

// Throws base::CannotRun, naming the credential and never its value, for one that cannot be sent this way: a user name
// with a colon by basic authentication (RFC 7617 section 2), or what is not UTF-8 where that is what is sent.
void check_credentials(const profile::AuthWay& way, const Credentials& credentials);

}  // namespace rostersync::directory
