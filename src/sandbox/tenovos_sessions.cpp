#include "sandbox/tenovos_sessions.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/hash.hpp"

namespace rostersync::sandbox::tenovos {

namespace {

constexpr std::chrono::hours refresh_life{24 * 30};

}  // namespace

// Another one in every process: nobody is signed in to a sandbox that was started anew.
std::string Sessions::fresh_token(const char* kind) {
  const auto hash =
      base::wide_hash(fmt::format("{} {} {} {}", kind, ++made_, ::getpid(), clock_.wall().time_since_epoch().count()));
  return fmt::format("{}-{:016x}{:016x}", kind, hash.high, hash.low);
}

const Session& Sessions::begin(const SessionRules& rules) {
  Session session;
  session.authorization = fresh_token("authorization");
  session.access_token = fresh_token("access");
  session.refresh_token = fresh_token("refresh");
  session.expires = clock_.wall() + rules.life;
  session.refreshed_by = clock_.wall() + refresh_life;
  refreshes_.emplace(session.refresh_token, session.authorization);
  const std::string name = session.authorization;
  return sessions_.emplace(name, std::move(session)).first->second;
}

bool Sessions::admit(const std::string& authorization, const std::string& access_token, const SessionRules& rules) {
  const auto found = sessions_.find(authorization);
  if (found == sessions_.end()) return false;
  Session& session = found->second;
  if (session.access_token != access_token || clock_.wall() >= session.expires) return false;
  if (rules.requests && session.requests >= *rules.requests) return false;
  ++session.requests;
  return true;
}

std::optional<Session> Sessions::refresh(const std::string& access_token, const std::string& refresh_token,
                                         const SessionRules& rules) {
  const auto found = refreshes_.find(refresh_token);
  if (!rules.refresh || found == refreshes_.end()) return std::nullopt;
  const Session& session = sessions_.at(found->second);
  if (session.access_token != access_token || clock_.wall() >= session.refreshed_by) return std::nullopt;
  return begin(rules);
}

}  // namespace rostersync::sandbox::tenovos
