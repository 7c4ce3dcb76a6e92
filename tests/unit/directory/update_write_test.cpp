#include "directory/update_write.hpp"

#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

struct Fixture : Remote {
  std::string user = api.add("perceval@x.com", {{"first_name", "Per"}, {"title", "Knight"}});
  model::Change rename = update_of(user, {from(first_name, "Per", "Perceval")});

  std::string name() { return (*api.find(user))["first_name"]; }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an update that is answered") {
  const Done done = update(rename);
  CHECK(done.status == Status::ok);
  CHECK(done.user_id == user);
  CHECK(done.sent);
  CHECK(done.attempts == 1);
  CHECK(done.http_status == 200);
  CHECK(name() == "Perceval");
  CHECK(story() == "update");
}

TEST_CASE_FIXTURE(Fixture, "an update whose answer is lost is settled by reading") {
  struct Case {
    std::string name;
    std::deque<Trouble> trouble;
    std::string story;
    Status status;
  };
  const std::vector<Case> cases = {
      {"lost after it was carried out", {lost_after()}, "update read", Status::ok},
      {"lost before", {lost_before()}, "update read update", Status::ok},
      {"timed out, carried out", {timed_out_but_done()}, "update read", Status::ok},
      {"timed out, not carried out", {timed_out()}, "update read update", Status::ok},
      {"500 after it was carried out", {status_after(500)}, "update read", Status::ok},
      {"500 before", {status(500)}, "update read update", Status::ok},
      {"408", {status_after(408)}, "update read", Status::ok},
      {"503", {status(503)}, "update read update", Status::ok},
      {"a gateway's 524, carried out", {status_after(524)}, "update read", Status::ok},
      {"a gateway's 520, not carried out", {status(520)}, "update read update", Status::ok},
      {"cut off", {cut_off()}, "update read", Status::ok},
      {"a proxy's page", {page_of_a_proxy()}, "update read update", Status::ok},
      {"answered with nothing, carried out", {after(answer(200, ""))}, "update read", Status::ok},
      {"no content", {after(answer(204, ""))}, "update", Status::ok},
      {"never left", {never_left(), never_left()}, "update update update", Status::ok},
      {"throttled", {throttled(), throttled()}, "update update update", Status::ok},
      {"too early", {status(425)}, "update update", Status::ok},
      {"lost again and again",
       {lost_before(), status(500), lost_before(), lost_before()},
       "update read update read update read update read",
       Status::gave_up},
      {"lost again and again, once by the clock: a last look before it is given up",
       {lost_before(), timed_out(), status(500), lost_before()},
       "update read update read update read update read read",
       Status::gave_up},
      {"lost again and again, and carried out late after all",
       {lost_before(), status(500), lost_before(), arrives_late(20s)},
       "update read update read update read update read read",
       Status::ok},
      {"timed out, and then never left",
       {timed_out(), never_left(), never_left(), never_left(), never_left(), never_left(), never_left(), never_left(),
        never_left()},
       "update read update update update update read update update update update",
       Status::gave_up},
      {"never left at all",
       {never_left(), never_left(), never_left(), never_left()},
       "update update update update",
       Status::gave_up},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    (*api.find(user))["first_name"] = "Per";
    transport.sent.clear();
    api.trouble["update"] = one.trouble;
    const Done done = update(rename);
    CHECK(done.status == one.status);
    CHECK(story() == one.story);
    CHECK(done.attempts == transport.count("POST"));
    CHECK(name() == (one.status == Status::ok ? "Perceval" : "Per"));
    if (one.status == Status::ok) CHECK(done.http_status / 100 == 2);
    CHECK_FALSE(done.in_doubt);
  }
}

TEST_CASE_FIXTURE(Fixture, "what is refused is told in the API's words and not sent again") {
  struct Case {
    int code;
    std::string body;
    Status status;
    std::string message;
  };
  const std::vector<Case> cases = {
      {400, R"({"errors": {"role": "unknown « rôle »"}})", Status::refused, R"(HTTP 400: {"role":"unknown « rôle »"})"},
      {403, "Not your organization", Status::refused, "HTTP 403: Not your organization"},
      {404, R"({"error": "gone"})", Status::absent, "HTTP 404: gone"},
      {401, R"({"error": "bad key"})", Status::credentials, "HTTP 401: bad key"},
      {302, "", Status::refused, "HTTP 302"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.code);
    transport.sent.clear();
    api.trouble["update"] = {before(answer(one.code, one.body, {{"X-Request-Id", "r7"}}))};
    const Done done = update(rename);
    CHECK(done.status == one.status);
    CHECK(done.message == one.message);
    CHECK(done.http_status == one.code);
    CHECK(done.request_ids == std::vector<std::string>{"r7"});
    CHECK(story() == "update");
    CHECK_FALSE(done.in_doubt);
  }
}

TEST_CASE_FIXTURE(Fixture, "where reading cannot settle it, it is never sent again") {
  struct Case {
    std::string name;
    std::deque<Trouble> read;
    Status status;
    bool in_doubt;
  };
  const std::vector<Case> cases = {
      {"reading fails", {lost_before(), status(500), timed_out(), status(502)}, Status::unsettled, true},
      {"reading is senseless", {cut_off(), cut_off(), page_of_a_proxy(), cut_off()}, Status::unsettled, true},
      {"reading is refused", {status(403)}, Status::unsettled, true},
      {"the key died in between", {status(401)}, Status::credentials, true},
      {"the user is gone", {status(404)}, Status::absent, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    transport.sent.clear();
    api.trouble["update"] = {lost_after()};
    api.trouble["read"] = one.read;
    const Done done = update(rename);
    CHECK(done.status == one.status);
    CHECK(done.in_doubt == one.in_doubt);
    CHECK(done.message.find("its answer was lost") != std::string::npos);
    CHECK(transport.count("POST") == 1);
  }
}

TEST_CASE_FIXTURE(Fixture, "what cannot be read back is sent again: that does no harm") {
  const auto change = update_of(user, {{phone, model::Presence::absent, {}, model::Presence::value, "123"}});
  api.trouble["update"] = {lost_after()};
  CHECK(update(change).status == Status::ok);
  CHECK(story() == "update read update");
  CHECK((*api.find(user))["phone"] == "123");
}

TEST_CASE_FIXTURE(Fixture, "it is given up only where reading has shown that nothing was carried out") {
  const auto change = update_of(user, {is(phone, "123")});
  SUBCASE("lost each time, and nothing of it can be read") {
    api.trouble["update"] = {lost_before(), lost_before(), lost_before(), lost_after()};
    const Done done = update(change);
    CHECK(done.status == Status::unsettled);
    CHECK(done.in_doubt);
    CHECK(done.attempts == 4);
    CHECK(done.message.find("nothing that can be read tells") != std::string::npos);
  }
  SUBCASE("lost once, and never left after that") {
    api.trouble["update"] = {lost_after(), never_left(), never_left(), never_left(), never_left()};
    CHECK(update(change).status == Status::unsettled);
  }
  SUBCASE("never left at all") {
    api.trouble["update"] = {never_left(), never_left(), never_left(), never_left()};
    const Done done = update(change);
    CHECK(done.status == Status::gave_up);
    CHECK_FALSE(done.in_doubt);
  }
  SUBCASE("the last look comes a time-out later") {
    api.trouble["update"] = {lost_before(), lost_before(), lost_before(), timed_out()};
    CHECK(update(rename).status == Status::gave_up);
    REQUIRE(story() == "update read update read update read update read read");
    CHECK(transport.sent[7].at - transport.sent[6].at < 1s);
    CHECK(transport.sent[8].at - transport.sent[7].at >= 30s);
  }
}

TEST_CASE_FIXTURE(Fixture, "of an update, what can be read stands for what cannot") {
  const auto change = update_of(user, {from(first_name, "Per", "Perceval"), is(phone, "123")});
  api.trouble["update"] = {lost_after()};
  CHECK(update(change).status == Status::ok);
  CHECK(story() == "update read");
}

TEST_CASE_FIXTURE(Fixture, "compared by meaning: sets without order, e-mail without case, initial values") {
  const auto change =
      update_of(user, {from(email, "perceval@x.com", "Perceval@Y.com"), from(teams, "[]", R"(["a","b"])"),
                       from(disabled, "true", "false"), cleared(last_name, "Galles")});
  api.trouble["update"] = {{true,
                            [&](const Response&) {
                              Json& there = *api.find(user);
                              there["email"] = "perceval@y.com";
                              there["teams"] = {"b", "a"};
                              there.erase("disabled");
                              there.erase("last_name");
                              return http::testing::fault(Failure::lost);
                            },
                            std::nullopt}};
  CHECK(update(change).status == Status::ok);
  CHECK(story() == "update read");
}
