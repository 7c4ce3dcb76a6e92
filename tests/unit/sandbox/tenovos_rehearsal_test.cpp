// What surrounds the answers of an API that is signed in to.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "sandbox/control.hpp"
#include "sandbox/rehearsal.hpp"
#include "unit/sandbox/tenovos_fixture.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using namespace rostersync::sandbox::testing;
using json::Json;

namespace {

struct Stage {
  StoppedClock clock;
  std::unique_ptr<const Profile> profile = make_profile("tenovos", test_access());
  int killed = 0;
  Rehearsal rehearsal;
  Headers headers{{"x-api-key", key}};

  explicit Stage(const char* settings)
      : rehearsal(*profile, changed(published_behaviour(*profile), Json::parse(settings), *profile), people(), clock,
                  [this](const Ports&) {
                    ++killed;
                    return true;
                  }) {}

  Store people() const {
    Store store(profile->facts());
    profile->seed_people(20, 1, [&](const Account& account) { store.add(account); });
    return store;
  }
  Answer ask(const std::string& method, const std::string& path, const std::string& body = "") {
    return rehearsal.handle(call(method, "/v1" + path, body, headers)).answer;
  }
  Json sign_in() {
    const Json session = body_of(ask("POST", "/auth/token", sign_in_body)).at("session");
    headers["authorization"] = session.at("authorization");
    headers["accesstoken"] = session.at("accessToken");
    return session;
  }
  Answer create(const std::string& name) {
    return ask("POST", "/user",
               Json{{"firstName", name},
                    {"lastName", "L"},
                    {"friendlyName", name},
                    {"email", name + "@example.com"},
                    {"username", name},
                    {"password", "Secret!pw"},
                    {"accountType", "local"},
                    {"userRoleId", tenovos::roles()[0].id},
                    {"groups", {tenovos::groups()[0].id}}}
                   .dump());
  }
  Json told(const std::string& method, const std::string& path, const std::string& body = "") {
    return body_of(control(make_request(method, path, "", {}, body), rehearsal, [] {}));
  }
};

}  // namespace

TEST_CASE("the ledger shows a sign-in without anything that was sent, and no credential anywhere") {
  Stage stage("{}");
  const Json session = stage.sign_in();
  stage.ask(
      "POST", "/auth/token",
      Json{{"session", {{"accessToken", session["accessToken"]}, {"refreshToken", session["refreshToken"]}}}}.dump());
  stage.ask("POST", "/auth/token", R"({"username": ["someone"], "password": {"deep": "hunter2"}})");
  stage.ask("GET", "/user/search/" + username + "?key=" + key);
  stage.create("a");
  const std::string text = stage.rehearsal.ledger();
  for (const std::string& secret :
       {username, key, std::string("sandbox-password"), std::string("hunter2"), std::string("someone"),
        std::string("Secret!pw"), session.at("accessToken").get<std::string>(),
        session.at("refreshToken").get<std::string>(), session.at("authorization").get<std::string>()}) {
    CAPTURE(secret);
    CHECK(text.find(secret) == std::string::npos);
  }
  const Json entries = Json::parse(text);
  CHECK(entries[0].at("operation") == "sign_in");
  CHECK(entries[0].at("body") == Json{{"username", "***"}, {"password", "***"}});
  CHECK(entries[1].at("operation") == "refresh");
  CHECK(entries[1].at("body") == Json{{"session", {{"accessToken", "***"}, {"refreshToken", "***"}}}});
  CHECK(entries[2].at("status") == 400);
  CHECK(entries[3].at("operation") == "lookup");
  CHECK(entries[4].at("operation") == "create");
  CHECK(entries[4].at("body").at("email") == "a@example.com");
}

TEST_CASE("the summary counts sign-ins apart") {
  Stage stage("{}");
  const Json session = stage.sign_in();
  stage.ask(
      "POST", "/auth/token",
      Json{{"session", {{"accessToken", session["accessToken"]}, {"refreshToken", session["refreshToken"]}}}}.dump());
  stage.ask("GET", "/user/search/*");
  stage.ask("GET", "/roles");
  stage.create("a");
  const Json expected = Json::parse(
      R"({"requests": 5, "let_in": 5, "listings": 1, "other_reads": 1, "lookups": 0, "reads_by_id": 0, "me": 0,
      "writes": 1, "creates": 1, "updates": 0, "throttled": 0, "faults": {}, "sign_ins": 1, "refreshes": 1, "users": 21})");
  CHECK(stage.told("GET", "/summary") == expected);
}

TEST_CASE("faults speak as the API does") {
  struct Row {
    const char* settings;
    int status;
    const char* body;
  };
  const Row rows[] = {
      {R"({"throttle": 100})", 429, R"({"message":"Too many requests"})"},
      {R"({"fail_after": 0, "fault_seed": 2})", 500, R"({"message":"Internal server error"})"},
      {R"({"revoke_after": 0})", 403, R"({"message":"Forbidden"})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.settings);
    Stage stage("{}");
    stage.sign_in();
    stage.told("POST", "/faults", row.settings);
    Answer answer = stage.ask("GET", "/roles");
    for (int i = 0; i < 20 && answer.status != row.status; ++i) answer = stage.ask("GET", "/roles");
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.body);
  }
}

TEST_CASE("no rate is published; one that is set holds for sign-ins too") {
  Stage stage("{}");
  CHECK(stage.told("GET", "/faults").at("rate") == "off");
  stage.told("POST", "/faults", R"({"rate": "2/min"})");
  stage.sign_in();
  CHECK(stage.ask("GET", "/roles").status == 200);
  CHECK(stage.ask("POST", "/auth/token", sign_in_body).status == 429);
}

TEST_CASE("a sign-in is disturbed as a read is, and is no write") {
  Stage stage(R"({"disturb_reads": 100, "disturb_max": 1, "kill_before_write": 1})");
  stage.ask("POST", "/auth/token", sign_in_body);
  stage.sign_in();
  const Json entries = Json::parse(stage.rehearsal.ledger());
  CHECK_FALSE(entries[0].at("fault").is_null());
  CHECK(entries[1].at("fault").is_null());
  CHECK(stage.killed == 0);
  stage.create("a");
  CHECK(stage.killed == 1);
}

TEST_CASE("sessions can be changed while it runs") {
  Stage stage(R"({"session-seconds": 60, "session-requests": 5, "refresh": "off"})");
  CHECK(stage.sign_in().at("expireEpoch") == 1'700'000'060'000);
  const Json settings = stage.told("GET", "/faults");
  CHECK(settings.at("session_seconds") == 60);
  CHECK(settings.at("session_requests") == 5);
  CHECK(settings.at("refresh") == "off");
  stage.told("POST", "/faults", R"({"session_requests": 1})");
  CHECK(stage.ask("GET", "/roles").status == 200);
  CHECK(stage.ask("GET", "/roles").status == 401);
  stage.told("POST", "/faults", R"({"session_requests": null})");
  CHECK(stage.ask("GET", "/roles").status == 200);
}

TEST_CASE("settings that do not fit the API are refused") {
  struct Row {
    const char* settings;
    const char* said;
  };
  const Row rows[] = {{R"({"ignores": ["first_name"]})", "attributes of a user"},
                      {R"({"listing_omits": ["email"]})", "attributes of a user"},
                      {R"({"session_seconds": 0})", "a whole number from 1"},
                      {R"({"session_requests": 0})", "a whole number from 1"},
                      {R"({"refresh": true})", "one of off, on"}};
  Stage stage("{}");
  for (const Row& row : rows) {
    CAPTURE(row.settings);
    CHECK(stage.told("POST", "/faults", row.settings).at("error").get<std::string>().find(row.said) !=
          std::string::npos);
  }
  CHECK(stage.told("POST", "/faults", R"({"ignores": ["firstName"]})").at("ignores") == Json{"firstName"});
  CHECK_THROWS_AS(changed(Behaviour{}, Json{{"refresh", "off"}}, partoo_profile()), base::CannotRun);
  CHECK_THROWS_AS(make_profile("salesforce", Access{}), base::CannotRun);
}

TEST_CASE("the users of the API can be looked at and replaced") {
  Stage stage("{}");
  CHECK(stage.told("GET", "/users").size() == 20);
  CHECK(
      stage.told("PUT", "/users", R"([{"emailId": "a@example.com", "firstName": "A", "lastName": "B"}])").at("users") ==
      2);
  stage.sign_in();
  CHECK(body_of(stage.ask("GET", "/user/search/a@example.com")).at("count") == 1);
}

TEST_CASE("what nobody chose is told") {
  const auto told = [](const char* name, const Access& access) {
    return Json(make_profile(name, access)->published_access());
  };
  const Json all = {{"api_key", "sandbox-key"},
                    {"username", "admin@example.com"},
                    {"password", "sandbox-password"},
                    {"client_id", "sandbox-client"}};
  CHECK(told("tenovos-v1", Access{}) == all);
  Json without = all;
  without.erase("client_id");
  CHECK(told("tenovos", Access{}) == without);
  CHECK(told("partoo", Access{}) == Json{{"api_key", "sandbox-key"}});
  Access chosen;
  chosen.password.is_default = false;
  without.erase("password");
  CHECK(told("tenovos", chosen) == without);
}
