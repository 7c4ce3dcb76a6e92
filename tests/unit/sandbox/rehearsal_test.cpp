#include "sandbox/rehearsal.hpp"

#include <doctest/doctest.h>

#include "sandbox/control.hpp"
#include "unit/sandbox/fixture.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using namespace rostersync::sandbox::testing;
using json::Json;

namespace {

struct Stage {
  StoppedClock clock;
  Rehearsal rehearsal;

  explicit Stage(const char* settings)
      : rehearsal(base::Secret(key), changed(Behaviour{}, Json::parse(settings)), store_of(seeded_people(20, 1)),
                  clock) {}

  Delivery ask(const Request& request) { return rehearsal.handle(request); }
  int status(const Request& request) { return ask(request).answer.status; }
  Json ledger() { return Json::parse(rehearsal.ledger()); }
  Json told(const std::string& method, const std::string& path, const std::string& body = "") {
    return body_of(control(make_request(method, path, "", std::nullopt, body), rehearsal, [] {}));
  }
};

Request create(const std::string& name) {
  return post("/v2/user",
              R"({"email": ")" + name + R"(@example.com", "first_name": "N", "last_name": "N", "role": "PUBLISHER"})");
}

std::string header(const Answer& answer, const std::string& name) {
  for (const auto& [each, value] : answer.headers) {
    if (each == name) return value;
  }
  return "";
}

}  // namespace

TEST_CASE("the key is asked for before anything else") {
  Stage stage("{}");
  for (const auto& sent :
       {std::optional<std::string>(), std::optional<std::string>("Test-key"), std::optional<std::string>("")}) {
    const Delivery refused = stage.ask(make_request("GET", "/v2/nowhere", "", sent, ""));
    CHECK(refused.answer.status == 401);
    CHECK(refused.answer.body == R"({"errors":{"authentication":"User not authenticated"}})");
  }
  CHECK(stage.status(get("/v2/nowhere")) == 404);
}

TEST_CASE("past the rate there is 429, and how long to wait") {
  Stage stage(R"({"rate": "2/10s"})");
  CHECK(stage.status(get("/v2/user/me")) == 200);
  stage.clock.passed = std::chrono::milliseconds(3500);
  CHECK(stage.status(get("/v2/user/me")) == 200);
  const Answer late = stage.ask(get("/v2/user/me")).answer;
  CHECK(late.status == 429);
  CHECK(header(late, "Retry-After") == "7");
  stage.rehearsal.change(Json::parse(R"({"retry_after_date": true})"));
  CHECK(header(stage.ask(get("/v2/user/me")).answer, "Retry-After") == "Tue, 14 Nov 2023 22:13:30 GMT");
  stage.clock.passed = std::chrono::seconds(10);
  CHECK(stage.status(get("/v2/user/me")) == 200);
  CHECK(stage.told("GET", "/summary").at("throttled") == 2);
}

TEST_CASE("a lost answer says whether the write was done") {
  struct Row {
    const char* kind;
    bool committed;
    std::size_t users;
    Json status;
  };
  const Row rows[] = {{"reset-before", false, 20, nullptr},
                      {"reset-after", true, 21, nullptr},
                      {"500-after", true, 21, 500},
                      {"truncated", true, 21, 200}};
  for (const Row& row : rows) {
    CAPTURE(row.kind);
    Stage stage(R"({"disturb_writes": 100, "disturb_max": 1})");
    stage.rehearsal.change({{"disturb_kinds", row.kind}});
    stage.ask(create("n"));
    CHECK(stage.rehearsal.size() == row.users);
    const Json entry = stage.ledger().at(0);
    CHECK(entry.at("committed") == row.committed);
    CHECK(entry.at("status") == row.status);
    CHECK(entry.at("fault") == row.kind);
    CHECK(stage.status(create("n")) == (row.committed ? 400 : 200));
    CHECK(stage.rehearsal.size() == 21);
  }
}

TEST_CASE("the key dies after so many writes, and lives again when the setting is gone") {
  Stage stage(R"({"revoke_after": 2})");
  CHECK(stage.status(create("a")) == 200);
  CHECK(stage.status(get("/v2/user/me")) == 200);
  CHECK(stage.status(create("b")) == 200);
  CHECK(stage.status(create("c")) == 401);
  CHECK(stage.status(get("/v2/user/me")) == 401);
  stage.told("POST", "/faults", R"({"revoke_after": null})");
  CHECK(stage.status(get("/v2/user/me")) == 200);
}

TEST_CASE("after so many writes everything fails") {
  Stage stage(R"({"fail_after": 1})");
  CHECK(stage.status(get("/v2/user/me")) == 200);
  CHECK(stage.status(create("a")) == 200);
  int resets = 0;
  for (int i = 0; i < 50; ++i) {
    const Delivery failed = stage.ask(create("b"));
    if (failed.manner == Manner::reset) {
      ++resets;
    } else {
      CHECK(failed.answer.status == 500);
    }
  }
  CHECK(resets > 5);
  CHECK(resets < 45);
  CHECK(stage.rehearsal.size() == 21);
}

TEST_CASE("who disables the user behind the key has lost the key") {
  Stage stage("{}");
  const std::string me = body_of(stage.ask(get("/v2/user/me")).answer).at("id");
  CHECK(stage.status(post("/v2/user/" + me, R"({"disabled": true})")) == 200);
  CHECK(stage.status(get("/v2/user/me")) == 401);
}

TEST_CASE("the ledger tells everything but secrets") {
  Stage stage("{}");
  stage.ask(post("/v2/user?x=test-key&password=p4ss",
                 R"({"password": "Secret!pw", "last_name": "the test-key", "deep": [{"Password": "x9x"}]})"));
  stage.ask(get("/v2/user/search?page=1&per_page=5"));
  const std::string text = stage.rehearsal.ledger();
  for (const char* secret : {"Secret!pw", "test-key", "x9x", "p4ss"}) {
    CAPTURE(secret);
    CHECK(text.find(secret) == std::string::npos);
  }
  const Json entries = stage.ledger();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].at("body").at("password") == "***");
  CHECK(entries[0].at("status") == 400);
  CHECK(entries[1].at("sequence") == 2);
  CHECK(entries[1].at("path") == "/v2/user/search");
  CHECK(entries[1].at("query") == Json::parse(R"({"page": "1", "per_page": "5"})"));
  CHECK(entries[1].at("body").is_null());
}

TEST_CASE("the summary counts what a run is judged by") {
  Stage stage("{}");
  stage.ask(get("/v2/user/search?page=1"));
  stage.ask(get("/v2/user/search?email=n@example.com"));
  stage.ask(get("/v2/user/me"));
  const std::string id = body_of(stage.ask(create("n")).answer).at("id");
  stage.ask(create("n"));
  stage.ask(get("/v2/user/" + id));
  stage.ask(post("/v2/user/" + id, R"({"lang": "fr"})"));
  const Json expected =
      Json::parse(R"({"requests": 7, "listings": 1, "other_reads": 3, "lookups": 1, "reads_by_id": 1, "me": 1,
      "writes": 3, "creates": 1, "updates": 1, "throttled": 0, "faults": {}, "users": 21})");
  CHECK(stage.told("GET", "/summary") == expected);
  CHECK(stage.told("DELETE", "/ledger").at("requests") == 0);
  CHECK(stage.ledger().empty());
  stage.ask(get("/v2/user/me"));
  CHECK(stage.ledger().at(0).at("sequence") == 8);
}

TEST_CASE("the users can be looked at and replaced") {
  Stage stage("{}");
  CHECK(stage.told("GET", "/users").size() == 20);
  CHECK(
      stage.told("PUT", "/users", R"([{"email": "a@example.com", "first_name": "A", "last_name": "B"}])").at("users") ==
      2);
  CHECK(body_of(stage.ask(get("/v2/user/search?email=a@example.com")).answer).at("count") == 1);
  CHECK(stage.told("PUT", "/users", "[{}]").contains("error"));
  CHECK(stage.rehearsal.size() == 2);
  CHECK(stage.told("GET", "/nothing").contains("error"));
}
