// Creating somebody exactly once, whatever becomes of the answers.
#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

const std::string key = "new@x.com";

struct Fixture : Remote {
  model::Change change = create_of(key, {is(teams, R"(["a","b"])"), is(password, "Secret-1")});
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a create that is answered") {
  const Done done = create(change);
  CHECK(done.status == Status::ok);
  CHECK(done.user_id == "u1");
  CHECK(done.sent);
  CHECK(done.attempts == 1);
  CHECK(done.http_status == 201);
  CHECK(story() == "create");
  CHECK(
      api.users ==
      std::vector<Json>{
          {{"id", "u1"}, {"email", key}, {"first_name", "Karadoc"}, {"teams", {"a", "b"}}, {"password", "Secret-1"}}});
}

// The API of these tests does not look after keys: only the client stands between a lost answer and a second person.
TEST_CASE_FIXTURE(Fixture, "a create whose answer is lost is looked up before it is sent again") {
  struct Case {
    std::string name;
    std::deque<Trouble> trouble;
    std::string story;
    Status status;
  };
  const std::vector<Case> cases = {
      {"lost after it was carried out", {lost_after()}, "create find read", Status::ok},
      {"lost before", {lost_before()}, "create find create", Status::ok},
      {"500 after it was carried out", {status_after(500)}, "create find read", Status::ok},
      {"500 before", {status(500)}, "create find create", Status::ok},
      {"a gateway's 524, carried out", {status_after(524)}, "create find read", Status::ok},
      {"a gateway's 520, not carried out", {status(520)}, "create find create", Status::ok},
      {"cut off", {cut_off()}, "create find read", Status::ok},
      {"answered without an id", {after(answer(201, "{}"))}, "create find read", Status::ok},
      {"answered with nothing", {after(answer(204, ""))}, "create find read", Status::ok},
      {"a proxy's page", {page_of_a_proxy()}, "create find find create", Status::ok},
      {"answered without an id, carried out later",
       {arrives_late(20s, answer(202, "{}"))},
       "create find find read",
       Status::ok},
      {"answered without an id, and never carried out",
       {before(answer(202, "{}"))},
       "create find find create",
       Status::ok},
      {"an answer that is too large",
       {after(http::testing::fault(Failure::too_large))},
       "create find read",
       Status::ok},
      {"timed out, carried out", {timed_out_but_done()}, "create find read", Status::ok},
      {"timed out, not carried out", {timed_out()}, "create find find create", Status::ok},
      {"timed out, carried out later", {arrives_late(20s)}, "create find find read", Status::ok},
      {"lost, then lost after it was carried out",
       {lost_before(), lost_after()},
       "create find create find read",
       Status::ok},
      {"never left", {never_left(), never_left()}, "create create create", Status::ok},
      {"throttled", {throttled()}, "create create", Status::ok},
      {"too early", {status(425)}, "create create", Status::ok},
      {"lost again and again",
       {lost_before(), status(500), lost_before(), lost_before()},
       "create find create find create find create find",
       Status::gave_up},
      {"lost again and again, at last carried out",
       {lost_before(), status(500), lost_before(), lost_after()},
       "create find create find create find create find read",
       Status::ok},
      {"never left at all",
       {never_left(), never_left(), never_left(), never_left()},
       "create create create create",
       Status::gave_up},
      {"a certificate that does not verify",
       {before(http::testing::fault(Failure::insecure))},
       "create",
       Status::gave_up},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    api.unique = false;
    api.users.clear();
    transport.sent.clear();
    api.trouble["create"] = one.trouble;
    const Done done = create(change);
    CHECK(done.status == one.status);
    CHECK(story() == one.story);
    CHECK(done.attempts == transport.count("POST"));
    CHECK(api.count_of(key) == (one.status == Status::ok ? 1 : 0));
    CHECK(done.user_id == (one.status == Status::ok ? api.users.at(0)["id"].get<std::string>() : ""));
    if (one.status == Status::ok) CHECK(done.http_status / 100 == 2);
    CHECK_FALSE(done.in_doubt);
  }
}

TEST_CASE_FIXTURE(Fixture, "after a time-out the second look comes a time-out later") {
  api.trouble["create"] = {timed_out()};
  CHECK(create(change).status == Status::ok);
  REQUIRE(story() == "create find find create");
  CHECK(transport.sent[1].at - transport.sent[0].at < 1s);
  CHECK(transport.sent[2].at - transport.sent[1].at >= 30s);
}

TEST_CASE_FIXTURE(Fixture, "each time-out is looked at twice") {
  api.trouble["create"] = {timed_out(), timed_out()};
  CHECK(create(change).status == Status::ok);
  CHECK(story() == "create find find create find find create");
}

TEST_CASE_FIXTURE(Fixture, "found and different: somebody else is there") {
  api.trouble["create"] = {lost_before()};
  const std::string other = api.add(key, {{"first_name", "Bohort"}, {"teams", {"b", "a"}}});
  const Done done = create(change);
  CHECK(done.status == Status::differs);
  CHECK(done.user_id == other);
  CHECK(done.message.find("not as it was sent") != std::string::npos);
  CHECK(story() == "create find read");
  CHECK(api.users.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "found and equal by meaning") {
  api.trouble["create"] = {lost_before()};
  api.add("NEW@x.com", {{"teams", {"b", "a", "b"}}, {"last_name", nullptr}});
  CHECK(create(change).status == Status::ok);
}

TEST_CASE_FIXTURE(Fixture, "a look-up that finds others, near by name, has not found the person") {
  api.add("newer@x.com");
  api.trouble["create"] = {lost_before()};
  CHECK(create(change).status == Status::ok);
  CHECK(story() == "create find create");
}

TEST_CASE_FIXTURE(Fixture, "a create that is refused") {
  struct Case {
    std::string name;
    Response refusal;
    bool there;
    std::string story;
    Status status;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"409, there", answer(409, R"({"errors": "taken"})"), true, "create find", Status::exists, "HTTP 409: taken"},
      {"409, there but unseen", answer(409, R"({"errors": "taken"})"), false, "create find", Status::exists,
       "HTTP 409: taken"},
      {"400 for words we know", answer(400, R"({"errors": "already used"})"), false, "create find", Status::exists,
       "HTTP 400: already used"},
      {"400 for words we do not know, there", answer(400, R"({"errors": "dupe"})"), true, "create find", Status::exists,
       "HTTP 400: dupe"},
      {"422, there", answer(422, R"({"errors": "dupe"})"), true, "create find", Status::exists, "HTTP 422: dupe"},
      {"400 for other reasons", answer(400, R"({"errors": {"role": "«rôle» unknown"}})"), false, "create find",
       Status::refused, R"(HTTP 400: {"role":"«rôle» unknown"})"},
      {"403", answer(403, R"({"error": "not for you"})"), false, "create", Status::refused, "HTTP 403: not for you"},
      {"401", answer(401, R"({"error": "bad key"})"), false, "create", Status::credentials, "HTTP 401: bad key"},
      {"404", answer(404, R"({"error": "no such place"})"), false, "create", Status::absent, "HTTP 404: no such place"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    api.users.clear();
    transport.sent.clear();
    if (one.there) api.add(key);
    api.trouble["create"] = {before(one.refusal)};
    const Done done = create(change);
    CHECK(done.status == one.status);
    CHECK(done.message == one.message);
    CHECK(done.http_status == one.refusal.status);
    CHECK(done.user_id.empty() == !one.there);
    CHECK(story() == one.story);
    CHECK(api.users.size() == (one.there ? 1 : 0));
    CHECK_FALSE(done.in_doubt);
  }
}

TEST_CASE_FIXTURE(Fixture, "refused as existing after an own lost attempt that arrived late after all") {
  api.trouble["create"] = {lost_before()};
  api.trouble["find"] = {{false,
                          [&](const Response&) {  // carried out right after the look
                            api.add(key, {{"teams", {"a", "b"}}});
                            return answer(200, R"({"users": []})");
                          },
                          std::nullopt}};
  const Done done = create(change);
  CHECK(done.status == Status::ok);
  CHECK(done.user_id == "u1");
  CHECK(story() == "create find create find read");
  CHECK(api.users.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "where looking cannot settle it, it is never sent again") {
  struct Case {
    std::string name;
    const char* operation;
    std::deque<Trouble> trouble;
    Status status;
  };
  const std::deque<Trouble> senseless = {page_of_a_proxy(), page_of_a_proxy(), page_of_a_proxy(), page_of_a_proxy()};
  const auto nameless = before(answer(200, R"({"users": [{"id": "u1"}]})"));
  const std::vector<Case> cases = {
      {"finding fails", "find", {lost_before(), status(500), timed_out(), status(502)}, Status::unsettled},
      {"finding is senseless", "find", senseless, Status::unsettled},
      {"finding does not say who is found", "find", {nameless, nameless, nameless, nameless}, Status::unsettled},
      {"finding is refused", "find", {status(403)}, Status::unsettled},
      {"there is no finding", "find", {status(404)}, Status::unsettled},
      {"the key died in between", "find", {status(401)}, Status::credentials},
      {"reading fails", "read", {lost_before(), status(500), timed_out(), status(502)}, Status::unsettled},
      {"reading is senseless", "read", senseless, Status::unsettled},
      {"found, and gone when read", "read", {status(404)}, Status::unsettled},
      {"the key died before reading", "read", {status(401)}, Status::credentials},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    api.users.clear();
    transport.sent.clear();
    api.trouble["create"] = {lost_after()};
    api.trouble[one.operation] = one.trouble;
    const Done done = create(change);
    CHECK(done.status == one.status);
    CHECK(done.in_doubt);
    CHECK(done.message.find("the answer to its create was lost") != std::string::npos);
    CHECK(transport.count("POST") == 1);
  }
}

TEST_CASE_FIXTURE(Fixture, "a refusal that cannot be looked into is still a refusal") {
  api.trouble["create"] = {before(answer(400, R"({"errors": "no"})"))};
  api.trouble["find"] = {status(403)};
  Done done = create(change);
  CHECK(done.status == Status::refused);
  CHECK(done.message == "HTTP 400: no");
  CHECK_FALSE(done.in_doubt);

  api.trouble["create"] = {before(answer(400, R"({"errors": "no"})"))};
  api.trouble["find"] = {status(401)};
  done = create(change);
  CHECK(done.status == Status::credentials);
  CHECK(done.message == "HTTP 401: no luck");
  CHECK_FALSE(done.in_doubt);
}

TEST_CASE_FIXTURE(Fixture,
                  "refused as existing after an own lost attempt, and not to be looked up: nobody knows whose it is") {
  api.trouble["create"] = {lost_before(), before(answer(409, R"({"errors": "taken"})"))};
  api.trouble["find"] = {before(answer(200, R"({"users": []})")), status(403)};
  const Done done = create(change);
  CHECK(done.status == Status::unsettled);
  CHECK(done.in_doubt);
}

// --- what a create cannot carry -----------------------------------------------------------------------------------

namespace {

struct Completing : Remote {
  model::Change change = create_of(key, {is(phone, "123"), is(title, "Knight")});
  Json person() { return *api.find("u1"); }
};

}  // namespace

TEST_CASE_FIXTURE(Completing, "what a create does not take follows in one update") {
  const Done done = create(change);
  CHECK(done.status == Status::ok);
  CHECK(done.user_id == "u1");
  CHECK(done.attempts == 2);
  CHECK(done.http_status == 200);
  CHECK(story() == "create update");
  CHECK(transport.sent[1].request.url == base_url + "/user/u1");
  CHECK(Json::parse(transport.sent[1].request.body) == Json{{"phone", "123"}, {"title", "Knight"}});
}

TEST_CASE_FIXTURE(Completing, "it is not sent where reading has shown that it is there already") {
  struct Case {
    std::string name;
    Json there;
    std::string story;
  };
  const std::vector<Case> cases = {
      {"all of it", {{"title", "Knight"}, {"disabled", true}}, "create find read"},
      {"half of it", {{"title", "Knight"}}, "create find read update"},
      {"none of it", Json::object(), "create find read update"},
  };
  const auto readable = create_of(key, {is(title, "Knight"), is(disabled, "true")});
  for (const Case& one : cases) {
    CAPTURE(one.name);
    api.users.clear();
    transport.sent.clear();
    api.trouble["create"] = {{true,
                              [&](const Response&) {
                                api.users.back().update(one.there);
                                return http::testing::fault(Failure::lost);
                              },
                              std::nullopt}};
    const Done done = create(readable);
    CHECK(done.status == Status::ok);
    CHECK(done.user_id == api.users.front()["id"]);
    CHECK(story() == one.story);
    CHECK(api.users.front()["title"] == "Knight");
    CHECK(api.users.front()["disabled"] == true);
  }
}

TEST_CASE_FIXTURE(Completing, "it follows a create that was found, too") {
  api.trouble["create"] = {lost_after()};
  CHECK(create(change).status == Status::ok);
  CHECK(story() == "create find read update");
  CHECK(person()["phone"] == "123");
}

TEST_CASE_FIXTURE(Completing, "its own lost answer is settled like any update's") {
  api.trouble["update"] = {lost_after()};
  CHECK(create(change).status == Status::ok);
  CHECK(story() == "create update read update");  // the phone cannot be read back
  CHECK(person()["phone"] == "123");
}

TEST_CASE_FIXTURE(Completing, "a value that was there anyhow does not prove that the rest was carried out") {
  api.trouble["create"] = {{true,
                            [&](Response real) {
                              api.users.back()["title"] = "Knight";
                              return real;
                            },
                            std::nullopt}};
  api.trouble["update"] = {lost_before()};
  CHECK(create(change).status == Status::ok);
  CHECK(person()["phone"] == "123");
}

TEST_CASE_FIXTURE(Completing, "a create that could not be completed says so, and whom it made") {
  struct Case {
    std::string name;
    std::deque<Trouble> update;
    Status status;
  };
  const std::vector<Case> cases = {
      {"refused", {before(answer(400, R"({"errors": {"phone": "too short"}})"))}, Status::refused},
      {"exists", {before(answer(409, R"({"errors": {"phone": "too short"}})"))}, Status::refused},
      {"vanished", {before(answer(404, R"({"errors": {"phone": "too short"}})"))}, Status::refused},
      {"credentials", {before(answer(401, R"({"errors": {"phone": "too short"}})"))}, Status::credentials},
      {"given up", {lost_before(), lost_before(), lost_before(), lost_before()}, Status::gave_up},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Completing fresh;
    fresh.api.trouble["update"] = one.update;
    const Done done = fresh.create(fresh.change);
    CHECK(done.status == one.status);
    CHECK(done.user_id == "u1");
    CHECK(done.message.find("created as u1, but") == 0);
    if (one.update.size() == 1) CHECK(done.message.find(R"({"phone":"too short"})") != std::string::npos);
    CHECK(fresh.api.users.size() == 1);
    CHECK(fresh.transport.sent.front().request.url == base_url + "/user");
    CHECK(fresh.story().find("create", 6) == std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "what an API says back is told without the secrets that it repeats") {
  api.trouble["create"] = {before(answer(403, R"({"error": "Secret-1 is too weak, says k/1"})"))};
  CHECK(create(change).message == "HTTP 403: (secret) is too weak, says (secret)");
}
