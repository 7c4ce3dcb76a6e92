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
  std::vector<std::uint16_t> killed;  // the ports of the clients that were
  bool somebody_there = true;
  Rehearsal rehearsal;

  explicit Stage(const char* settings)
      : rehearsal(partoo_profile(), changed(Behaviour{}, Json::parse(settings), partoo_profile()),
                  store_of(seeded_people(20, 1)), clock, [this](const Ports& ports) {
                    killed.push_back(ports.client);
                    return somebody_there;
                  }) {}

  Delivery ask(const Request& request) { return rehearsal.handle(request); }
  int status(const Request& request) { return ask(request).answer.status; }
  Json ledger() { return Json::parse(rehearsal.ledger()); }
  Json told(const std::string& method, const std::string& path, const std::string& body = "") {
    return body_of(control(make_request(method, path, "", {}, body), rehearsal, [] {}));
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
  for (const Headers& sent : {Headers{}, with_key("Test-key"), with_key("")}) {
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

TEST_CASE("the rate has the kind, the headers and the Retry-After that are asked for") {
  Stage stage(R"({"rate": "2/10s", "rate-kind": "sliding", "rate-headers": "draft", "retry-after": "off"})");
  CHECK(header(stage.ask(get("/v2/user/me")).answer, "RateLimit") == R"("default";r=1;t=10)");
  stage.clock.passed = std::chrono::seconds(9);
  CHECK(stage.status(create("a")) == 200);
  const Answer late = stage.ask(create("b")).answer;
  CHECK(late.status == 429);
  CHECK(header(late, "Retry-After").empty());
  CHECK(header(late, "RateLimit") == R"("default";r=0;t=10)");
  CHECK(header(late, "RateLimit-Policy") == R"("default";q=2;w=10)");
  stage.clock.passed = std::chrono::seconds(10);
  CHECK(stage.status(create("b")) == 200);
  CHECK(stage.status(create("c")) == 429);
  CHECK(stage.told("GET", "/summary").at("let_in") == 3);
  CHECK(stage.told("GET", "/summary").at("throttled") == 2);

  stage.rehearsal.change(Json::parse(R"({"latency": 1})"));
  CHECK(stage.status(create("c")) == 429);  // the same gate
  stage.rehearsal.change(Json::parse(R"({"rate-kind": "bucket", "rate-headers": "none", "retry-after": "on"})"));
  const Answer let_in = stage.ask(create("c")).answer;
  CHECK(let_in.status == 200);
  CHECK(header(let_in, "RateLimit").empty());
  CHECK(stage.status(create("d")) == 200);
  CHECK(header(stage.ask(create("e")).answer, "Retry-After") == "5");
  CHECK(stage.told("DELETE", "/ledger").at("let_in") == 0);
}

TEST_CASE("what is not let past the key or the rate is not counted as let in") {
  Stage stage(R"({"throttle": 100, "revoke_after": 0})");
  stage.ask(get("/v2/user/me"));
  CHECK(stage.told("GET", "/summary").at("let_in") == 0);
  stage.rehearsal.change(Json::parse(R"({"revoke_after": null})"));
  CHECK(stage.status(get("/v2/user/me")) == 429);  // at random, which the rate knows nothing of
  CHECK(stage.told("GET", "/summary").at("let_in") == 1);
}

TEST_CASE("the client is killed before or after its request is carried out") {
  struct Row {
    const char* settings;
    bool committed;
    const char* fault;
  };
  const Row rows[] = {{R"({"kill-before": 2})", false, "kill-before"},
                      {R"({"kill-after": 2})", true, "kill-after"},
                      {R"({"kill-before-write": 1})", false, "kill-before"},
                      {R"({"kill-after-write": 1})", true, "kill-after"}};
  for (const Row& row : rows) {
    CAPTURE(row.settings);
    Stage stage(row.settings);
    Request fatal = create("n");
    fatal.ports.client = 4711;
    CHECK(stage.status(get("/v2/user/me")) == 200);
    CHECK(stage.ask(fatal).manner == Manner::reset);
    CHECK(stage.killed == std::vector<std::uint16_t>{4711});
    CHECK(stage.rehearsal.size() == (row.committed ? 21 : 20));
    const Json entry = stage.ledger().at(1);
    CHECK(entry.at("fault") == row.fault);
    CHECK(entry.at("status").is_null());
    CHECK(entry.at("committed") == row.committed);
    for (int i = 0; i < 5; ++i) stage.ask(create("n"));
    CHECK(stage.killed.size() == 1);
  }
}

TEST_CASE("a kill counts from when it was set, and /faults tells whether it struck") {
  Stage stage("{}");
  stage.ask(create("a"));
  CHECK(stage.told("POST", "/faults", R"({"kill_after": 2})").at("kill_after") == 2);
  stage.ask(create("b"));
  CHECK(stage.killed.empty());
  stage.ask(get("/v2/user/me"));
  CHECK(stage.killed.size() == 1);
  CHECK(stage.told("GET", "/faults").at("kill_after").is_null());
}

TEST_CASE("where nobody can be killed the client hears of it, and the ledger tells what was done") {
  Stage stage(R"({"kill-after": 1})");
  stage.somebody_there = false;
  CHECK(stage.status(create("a")) == 500);
  CHECK(stage.ledger().at(0).at("committed") == true);
  CHECK(stage.ledger().at(0).at("status") == 500);
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
  const Json expected = Json::parse(
      R"({"requests": 7, "let_in": 7, "listings": 1, "other_reads": 3, "lookups": 1, "reads_by_id": 1, "me": 1,
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
