// Which secrets a run takes, and from where.
#pragma once

#include <string>

#include "directory/credentials.hpp"
#include "job/job.hpp"
#include "profile/profile.hpp"

namespace rostersync::cli {

// Those that the profile always needs, and all others that are configured, or lie where they usually do. Throws
// base::CannotRun for one that the profile does not know, cannot be read or cannot be sent, and where they suffice for
// no way of the profile's to say who asks: each way then with what it lacks.
directory::Credentials read_credentials(const job::Job& job, const profile::Profile& profile);

// Where OAuth 2 tokens are asked for, if that is an address of its own; empty: below `base_url`, or nowhere. Throws
// base::CannotRun for one that is no address, for one that would send secrets in the clear unless `insecure_http`, and
// where the job names one that nothing would be asked of.
std::string token_url(const job::Job& job, const profile::Profile& profile, const directory::Credentials& credentials,
                      bool insecure_http);

// Throws base::CannotRun where `url`, which stands at `key`, is neither https nor of this machine.
void check_is_private(const std::string& key, const std::string& url, bool insecure_http);

}  // namespace rostersync::cli
