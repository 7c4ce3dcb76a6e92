// What an API answers to whoever signs in.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "directory/credentials.hpp"
#include "http/message.hpp"
#include "profile/auth.hpp"

namespace rostersync::directory {

using SessionValues = Credentials;  // by name; they are secrets as well

struct SessionAnswer {
  bool is_whole = false;  // JSON to its end
  SessionValues values;   // those that are there
  std::optional<base::Duration> life;
  std::string fault;  // why it is no session, in words without secrets; empty: it is one
};

// Reads a 2xx answer. `before`: the values of the session that is renewed, which stand for what the answer leaves out.
SessionAnswer read_session(const profile::AuthWay& way, const http::Response& response, const SessionValues& before,
                           base::WallTime now);

// What an answer of an OAuth 2 token endpoint that is no success says (RFC 6749 section 5.2), "invalid_client: No such
// client"; empty if it says nothing of that form.
std::string grant_error(const http::Response& response);

}  // namespace rostersync::directory
