// Updating by an API that replaces all there is: the user is read, and sent back whole.
#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

profile::Profile replacing() {
  profile::Profile made = api_profile();
  made.wire.update.whole = true;
  made.wire.update.without = {"/id"};
  return made;
}

struct Fixture : Remote {
  Fixture() : Remote(replacing()) {}

  Json body(std::size_t request) const { return Json::parse(transport.sent.at(request).request.body); }
  std::string name() { return (*api.find(user))["first_name"]; }

  std::string user = api.add("perceval@x.com", {{"first_name", "Per"}, {"title", "Knight"}, {"color", "red"}});
  model::Change rename = update_of(user, {from(first_name, "Per", "Perceval")});
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the user is read, and sent back with what differs") {
  const Done done = update(rename);
  CHECK(done.status == Status::ok);
  CHECK(story() == "read update");
  CHECK(body(1) ==
        Json{{"email", "perceval@x.com"}, {"first_name", "Perceval"}, {"title", "Knight"}, {"color", "red"}});
  CHECK(done.sent);
  CHECK(done.attempts == 1);
  CHECK(done.http_status == 200);
  CHECK(done.user_id == user);
  CHECK_FALSE(done.users);
}

TEST_CASE_FIXTURE(Fixture, "what others changed between two sends is kept") {
  api.trouble["update"] = {lost_before()};
  int reads = 0;
  api.meanwhile = [&] {
    if (++reads == 2) (*api.find(user))["color"] = "blue";  // while the first is lost
  };
  CHECK(update(rename).status == Status::ok);
  CHECK(story() == "read update read read update");
  CHECK(body(1)["color"] == "red");
  CHECK(body(4)["color"] == "blue");
}

TEST_CASE_FIXTURE(Fixture, "between the reading and the writing no time is lost") {
  api.trouble["update"] = {lost_before(), lost_before()};
  CHECK(update(rename).status == Status::ok);
  REQUIRE(story() == "read update read read update read read update");
  CHECK(transport.sent[4].at - transport.sent[3].at < 100ms);
  CHECK(transport.sent[7].at - transport.sent[6].at < 100ms);
  CHECK(transport.sent[3].at - transport.sent[2].at >= 250ms);  // it waits before it reads
  CHECK(transport.sent[6].at - transport.sent[5].at >= 500ms);
}

TEST_CASE("a whole update whose answer is lost is settled by reading") {
  struct Case {
    std::string name;
    std::deque<Trouble> trouble;
    std::string story;
    Status status;
  };
  const std::vector<Case> cases = {
      {"lost after it was carried out", {lost_after()}, "read update read", Status::ok},
      {"cut off", {cut_off()}, "read update read", Status::ok},
      {"a proxy's page", {page_of_a_proxy()}, "read update read read update", Status::ok},
      {"no content", {after(answer(204, ""))}, "read update", Status::ok},
      {"lost again and again",
       {lost_before(), status(500), lost_before(), lost_before()},
       "read update read read update read read update read read update read",
       Status::gave_up},
      {"refused", {status(403)}, "read update", Status::refused},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fresh;
    fresh.api.trouble["update"] = one.trouble;
    const Done done = fresh.update(fresh.rename);
    CHECK(done.status == one.status);
    CHECK(fresh.story() == one.story);
    CHECK(done.attempts == fresh.transport.count("POST"));
    CHECK((fresh.name() == "Perceval") == (one.status == Status::ok));
    CHECK_FALSE(done.in_doubt);
  }
}

TEST_CASE("where the reading fails, nothing is sent") {
  const auto list_in_place = before(answer(200, R"([{"id": "u1", "first_name": "Per"}])"));
  struct Case {
    std::string name;
    std::deque<Trouble> read;
    Status status;
    int http_status;
    std::string words;
  };
  const std::vector<Case> cases = {
      {"is refused", {status(403)}, Status::refused, 403, "not sent, because reading the user first failed: HTTP 403"},
      {"the user is gone", {status(404)}, Status::absent, 404, "HTTP 404"},
      {"the key is dead", {status(401)}, Status::credentials, 401, "not sent"},
      {"fails", {status(500), status(500), status(500), status(500)}, Status::gave_up, 500, "not sent"},
      {"makes no sense", std::deque<Trouble>(4, page_of_a_proxy()), Status::gave_up, 200, "(asked 4 times)"},
      {"is no object", std::deque<Trouble>(4, list_in_place), Status::gave_up, 200, "there is no user"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fresh;
    fresh.api.trouble["read"] = one.read;
    const Done done = fresh.update(fresh.rename);
    CHECK(done.status == one.status);
    CHECK(done.http_status == one.http_status);
    CHECK(done.message.find(one.words) != std::string::npos);
    CHECK(done.message.find("Per\"") == std::string::npos);  // what people are called is no message
    CHECK_FALSE(done.sent);
    CHECK_FALSE(done.in_doubt);
    CHECK(done.attempts == 0);
    CHECK(fresh.transport.count("POST") == 0);
  }
}

TEST_CASE_FIXTURE(Fixture, "a reading that makes no sense once is tried again") {
  api.trouble["read"] = {cut_off(), page_of_a_proxy()};
  CHECK(update(rename).status == Status::ok);
  CHECK(story() == "read read read update");
}

TEST_CASE("where the reading before a second send fails, the first may yet arrive") {
  struct Case {
    std::string name;
    Trouble read;
    Status status;
    bool in_doubt;
  };
  for (const Case& one : std::vector<Case>{{"is refused", status(403), Status::unsettled, true},
                                           {"the key is dead", status(401), Status::credentials, true},
                                           {"the user is gone", status(404), Status::absent, false}}) {
    CAPTURE(one.name);
    Fixture fresh;
    fresh.api.trouble["update"] = {timed_out()};
    int reads = 0;
    fresh.api.chance = [&](const std::string& operation, const Request&) -> std::optional<Trouble> {
      if (operation != "read" || ++reads != 3) return std::nullopt;
      return one.read;
    };
    const Done done = fresh.update(fresh.rename);
    CHECK(fresh.story() == "read update read read");
    CHECK(done.status == one.status);
    CHECK(done.in_doubt == one.in_doubt);
    CHECK(done.sent);
    CHECK(done.attempts == 1);
    if (one.in_doubt) CHECK(done.message.find("its answer was lost") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "one that was planned earlier is checked before it is prepared") {
  rename.planned_on = as_read(user);
  transport.sent.clear();
  CHECK(update(rename, Approach::check_first).status == Status::ok);
  CHECK(story() == "read read update");
  (*api.find(user))["first_name"] = "Percy";
  transport.sent.clear();
  CHECK(update(rename, Approach::check_first).status == Status::drifted);
  CHECK(story() == "read");
}

TEST_CASE_FIXTURE(Fixture, "what a create cannot carry follows as a whole user") {
  profile.wire.attributes[title].update = "/job/title";
  const model::Change change = create_of("new@x.com", {is(title, "King")});
  const Done done = create(change);
  CHECK(done.status == Status::ok);
  CHECK(story() == "create read update");
  CHECK(body(2) == Json{{"email", "new@x.com"}, {"first_name", "Karadoc"}, {"job", {{"title", "King"}}}});
}

TEST_CASE_FIXTURE(Fixture, "a user who is wrapped is taken out, and wrapped as the update has it") {
  profile.wire.read.user = "/data/user";
  profile.wire.update.at = "/user";
  profile.wire.update.request.body = Json{{"notify", false}, {"by", "{id}"}};
  api.trouble["read"] = {before(answer(200, R"({"data": {"user": {"id": "u1", "first_name": "Per", "x": 1}}})"))};
  update(rename);
  REQUIRE(story() == "read update");
  CHECK(body(1) == Json{{"notify", false}, {"by", user}, {"user", {{"first_name", "Perceval"}, {"x", 1}}}});
}
