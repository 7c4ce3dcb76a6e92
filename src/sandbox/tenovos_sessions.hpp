// Who is signed in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "sandbox/api.hpp"

namespace rostersync::sandbox::tenovos {

struct Session {
  std::string authorization;
  std::string access_token;
  std::string refresh_token;
  base::WallTime expires;       // of the first two
  base::WallTime refreshed_by;  // then the last is no longer good
  unsigned requests = 0;        // that it was good for
};

// A refresh makes another session and leaves the one it was made from: that is good until its own end. No page says so,
// and requests that are under way when a client refreshes would fail otherwise.
class Sessions {
 public:
  explicit Sessions(const base::Clock& clock) : clock_(clock) {}

  const Session& begin(const SessionRules& rules);

  // Whether a request with these may go on; it is counted then.
  bool admit(const std::string& authorization, const std::string& access_token, const SessionRules& rules);

  // A session's tokens, though its time is over, let it go on as a new one. Nothing: they are not good.
  std::optional<Session> refresh(const std::string& access_token, const std::string& refresh_token,
                                 const SessionRules& rules);

 private:
  std::string fresh_token(const char* kind);

  const base::Clock& clock_;
  std::uint64_t made_ = 0;
  std::unordered_map<std::string, Session> sessions_;       // by authorization
  std::unordered_map<std::string, std::string> refreshes_;  // refresh token -> authorization
};

}  // namespace rostersync::sandbox::tenovos
