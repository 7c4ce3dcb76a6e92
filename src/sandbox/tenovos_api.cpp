#include "sandbox/tenovos_api.hpp"

#include <string_view>

#include "sandbox/tenovos_answers.hpp"
#include "sandbox/tenovos_catalogue.hpp"
#include "sandbox/tenovos_published.hpp"
#include "sandbox/tenovos_query.hpp"

namespace rostersync::sandbox::tenovos {

namespace {

constexpr const char* everybody = "*";

Route route_of_user(const Request& request, std::string_view rest) {
  constexpr std::string_view search = "search/";
  if (rest.starts_with(search) && rest.size() > search.size()) {
    const auto text = rest.substr(search.size());
    return {only(request, "GET", text == everybody ? Operation::listing : Operation::lookup), std::string(text)};
  }
  if (rest.empty() || rest.find('/') != std::string_view::npos) return {};
  if (request.method == "GET") return {Operation::read, std::string(rest)};
  return {only(request, "PATCH", Operation::update), std::string(rest)};
}

Answer session_answer(const Session& session) {
  const auto expires = std::chrono::duration_cast<std::chrono::milliseconds>(session.expires.time_since_epoch());
  return json_answer(200, {{"session",
                            {{"authorization", session.authorization},
                             {"refreshToken", session.refresh_token},
                             {"accessToken", session.access_token},
                             {"expireEpoch", expires.count()}}}});
}

}  // namespace

const char* base_path(Version version) {
  return version == Version::v1 ? "/content-store-v1" : "/v1";
}

Route route(const Request& request, Version version) {
  std::string_view path = request.path;
  const std::string_view base = base_path(version);
  if (!path.starts_with(base)) return {};
  path.remove_prefix(base.size());
  if (path == "/auth/token") {
    const bool by_tokens = request.json && request.json->is_object() && request.json->contains("session");
    return {only(request, "POST", by_tokens ? Operation::refresh : Operation::sign_in), {}};
  }
  if (path == "/user") return {only(request, "POST", Operation::create), {}};
  if (path == "/security/groups" || (path == "/roles" && version == Version::v1_5)) {
    return {only(request, "GET", Operation::catalogue), std::string(path)};
  }
  constexpr std::string_view users = "/user/";
  if (path.starts_with(users)) return route_of_user(request, path.substr(users.size()));
  return {};
}

// The gateway looks at the key before anything else, for a sign-in too.
std::optional<Answer> TenovosApi::refusal(const Request& request, const Route& route, const ApiRules& rules) {
  if (request.header("x-api-key") != access_.key.value.reveal() || rules.revoked)
    return message_answer(403, "Forbidden");
  if (is_sign_in(route.operation)) return std::nullopt;
  const auto authorization = request.header("authorization").value_or("");
  const auto access_token = request.header("accesstoken").value_or("");
  if (!caller_is_enabled() || !sessions_.admit(authorization, access_token, rules.sessions)) return unauthorized();
  return std::nullopt;
}

Answer TenovosApi::answer(const Request& request, const Route& route, const ApiRules& rules) {
  switch (route.operation) {
    case Operation::sign_in:
      return sign_in(request, rules);
    case Operation::refresh:
      return refresh(request, rules);
    case Operation::listing:
    case Operation::lookup:
      return search(request, route, rules);
    case Operation::read:
      return read(request, route.subject);
    case Operation::catalogue:
      return catalogue(request, route);
    case Operation::create:
      return create(request, rules);
    case Operation::update:
      return update(request, route.subject, rules);
    case Operation::wrong_method:
      return message_answer(405, "Method Not Allowed");
    default:
      break;
  }
  return message_answer(404, "Not Found");
}

Answer TenovosApi::sign_in(const Request& request, const ApiRules& rules) {
  if (const auto fault = body_fault(request, sign_in_body_schema(version_)); !fault.empty()) return bad_request(fault);
  const json::Json& body = *request.json;
  const bool known = body["username"] == access_.username.value.reveal() &&
                     body["password"] == access_.password.value.reveal() &&
                     (version_ != Version::v1 || body["clientId"] == access_.client_id.value.reveal());
  if (!known || !caller_is_enabled()) return unauthorized();
  return session_answer(sessions_.begin(rules.sessions));
}

Answer TenovosApi::refresh(const Request& request, const ApiRules& rules) {
  if (const auto fault = body_fault(request, refresh_body_schema()); !fault.empty()) return bad_request(fault);
  const json::Json& tokens = (*request.json)["session"];
  const auto session = sessions_.refresh(tokens["accessToken"].get<std::string>(),
                                         tokens["refreshToken"].get<std::string>(), rules.sessions);
  return session && caller_is_enabled() ? session_answer(*session) : unauthorized();
}

// Version 1.5 has a page of the roles, version 1 none.
Answer TenovosApi::catalogue(const Request& request, const Route& route) const {
  if (const auto fault = no_query_fault(request); !fault.empty()) return bad_request(fault);
  json::OrderedJson entries = json::OrderedJson::array();
  if (route.subject == "/roles") {
    for (const Entry& role : roles()) entries.push_back({{"id", role.id}, {"name", role.name}});
  } else {
    for (const Entry& group : groups()) entries.push_back({{"groupId", group.id}, {"groupName", group.name}});
  }
  return json_answer(200, entries);
}

bool TenovosApi::caller_is_enabled() const {
  return store_.me() && !store_.facts(*store_.me()).disabled;
}

}  // namespace rostersync::sandbox::tenovos
