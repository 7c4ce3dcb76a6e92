// A Tenovos to ask, and short ways to.
#pragma once

#include <string>

#include "sandbox/tenovos_account.hpp"
#include "sandbox/tenovos_api.hpp"
#include "sandbox/tenovos_catalogue.hpp"
#include "unit/sandbox/fixture.hpp"

namespace rostersync::sandbox::testing {

inline const std::string username = "admin@example.com";

inline Request call(const std::string& method, const std::string& target, const std::string& body, Headers headers) {
  return make_request(method, target, body.empty() ? "" : "application/json", std::move(headers), body);
}

inline const char* const sign_in_body = R"({"username": "admin@example.com", "password": "sandbox-password"})";

// Everybody's "me" is a user named in `people`, or the one who is added.
struct Tenovos {
  tenovos::Version version;
  StoppedClock clock;
  Store store{&tenovos::facts_of};
  tenovos::TenovosApi api{version, store, clock, test_access()};
  ApiRules rules;
  Headers headers{{"x-api-key", key}};
  std::string base = tenovos::base_path(version);

  explicit Tenovos(const char* people, tenovos::Version which = tenovos::Version::v1_5) : version(which) {
    for (const Account& account :
         tenovos::accounts_from(json::parse_document(people, "people.json"), username, version))
      store.add(account);
    take(sign_in());
  }

  // With the credentials of `headers`.
  Answer ask(const std::string& method, const std::string& path, const std::string& body = "") {
    const Request request = call(method, base + path, body, headers);
    const Route route = tenovos::route(request, version);
    if (auto refusal = api.refusal(request, route, rules)) return *refusal;
    return api.answer(request, route, rules);
  }
  Answer sign_in() {
    json::Json body = json::Json::parse(sign_in_body);
    if (version == tenovos::Version::v1) body["clientId"] = "sandbox-client";
    return ask("POST", "/auth/token", body.dump());
  }
  Answer refresh(const json::Json& session) {
    const json::Json body = {
        {"session", {{"accessToken", session.at("accessToken")}, {"refreshToken", session.at("refreshToken")}}}};
    return ask("POST", "/auth/token", body.dump());
  }
  // Goes on with the session of an answer.
  json::Json take(const Answer& answer) {
    const json::Json session = body_of(answer).at("session");
    headers["authorization"] = session.at("authorization");
    headers["accesstoken"] = session.at("accessToken");
    return session;
  }

  json::Json user(const std::string& id) { return body_of(ask("GET", "/user/" + id)); }
  json::Json found(const std::string& text) { return body_of(ask("GET", "/user/search/" + text)); }
  Answer update(const std::string& id, const std::string& body) { return ask("PATCH", "/user/" + id, body); }
  // What a 400 says; the users are as they were.
  std::string fault(const std::string& method, const std::string& path, const std::string& body);
};

inline std::string Tenovos::fault(const std::string& method, const std::string& path, const std::string& body) {
  const auto before = store.size();
  const Answer answer = ask(method, path, body);
  if (answer.status != 400 || answer.committed || store.size() != before) return "no fault: " + answer.body;
  const json::Json said = body_of(answer);
  return said.size() == 2 && said.at("status") == "error" ? said.at("message").get<std::string>() : said.dump();
}

}  // namespace rostersync::sandbox::testing
