// How an API wants to know who asks. Data from a profile file; directory/ is its only reader.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json.hpp"

namespace rostersync::profile {

enum class AuthKind {
  headers,  // with every request; a bearer token (RFC 6750) too
  basic,    // RFC 7617, of the credentials `username` and `password`
  oauth2,   // RFC 6749 section 4.4, client credentials, of `client_id` and `client_secret`
  sign_in   // a request that answers with a session
};

// In the order of the file. The values are templates with {credential.X}, and {session.X} where a session is used.
using NamedTemplates = std::vector<std::pair<std::string, std::string>>;

struct TokenGrant {
  std::string token;  // a path below base_url, or an absolute address
  std::string scope;  // empty: none is asked for
  bool client_in_body = false;
  NamedTemplates form;  // further members of the form
};

// A request that answers with a session.
struct SignInRequest {
  std::string method;
  std::string path;  // below base_url
  NamedTemplates headers;
  json::Json body;  // templates in its texts; null: none
};

struct Expiry {
  std::string pointer;                   // into the answer
  bool is_moment = false;                // since 1970; otherwise, from now
  std::chrono::milliseconds unit{1000};  // of the number there
};

struct SignIn {
  SignInRequest request;
  std::optional<SignInRequest> refresh;
  std::vector<std::pair<std::string, std::string>> session;  // name -> JSON Pointer into the answer
  std::optional<Expiry> expires;
};

struct AuthWay {
  AuthKind kind = AuthKind::headers;
  std::string by;                        // as the profile says it
  std::vector<std::string> credentials;  // that it takes, beyond those that are always needed
  NamedTemplates headers;                // of every request; where there is a session, out of it
  TokenGrant grant;                      // oauth2
  SignIn sign_in;                        // sign_in; of oauth2, what its answer has

  bool has_session() const { return kind == AuthKind::oauth2 || kind == AuthKind::sign_in; }
};

// The first whose credentials are all there is taken. Empty: the headers of every request say who asks.
using Auth = std::vector<AuthWay>;

inline constexpr std::string_view credential_prefix = "credential.";
inline constexpr std::string_view session_prefix = "session.";

}  // namespace rostersync::profile
