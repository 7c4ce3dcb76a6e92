// Creating somebody by an API that does not say whom, or says it in a header.
#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

const std::string key = "new@x.com";

profile::Profile unnamed() {
  profile::Profile made = api_profile();
  made.wire.create.names = profile::Names::nobody;
  return made;
}

struct Fixture : Remote {
  Fixture() : Remote(unnamed()) {}
  model::Change change = create_of(key, {is(title, "King")});
  model::Change plain = create_of(key);
};

const auto nobody_yet = before(answer(200, R"({"users": []})"));

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the new user is found by key, and completed") {
  const Done done = create(change);
  CHECK(done.status == Status::ok);
  CHECK(done.user_id == "u1");
  CHECK(done.sent);
  CHECK(done.attempts == 2);
  CHECK(done.http_status == 200);
  CHECK(story() == "create find update");
  CHECK(api.users.at(0)["title"] == "King");
}

TEST_CASE_FIXTURE(Fixture, "an answer may say nothing at all") {
  for (const auto& said : {answer(204, ""), answer(201, ""), answer(200, "{}"), answer(202, "[]")}) {
    CAPTURE(said.status);
    api.users.clear();
    transport.sent.clear();
    api.trouble["create"] = {after(said)};
    const Done done = create(plain);
    CHECK(done.status == Status::ok);
    CHECK(done.http_status == said.status);
    CHECK(done.user_id == api.users.at(0)["id"]);
    CHECK(story() == "create find");
  }
}

TEST_CASE_FIXTURE(Fixture, "who does not show at once is looked for again, later and later") {
  api.trouble["find"] = {nobody_yet, nobody_yet, status(403)};
  const Done done = create(plain);
  CHECK(done.status == Status::ok);
  CHECK(done.user_id == "u1");
  CHECK(story() == "create find find find find");
  CHECK(transport.sent[1].at - transport.sent[0].at < 100ms);
  CHECK(transport.sent[2].at - transport.sent[1].at >= 250ms);
  CHECK(transport.sent[4].at - transport.sent[3].at >= 1s);
}

TEST_CASE("who is never found is unverified, and never created again") {
  struct Case {
    std::string name;
    Trouble find;
    std::string words;
  };
  for (const Case& one : std::vector<Case>{{"nobody", nobody_yet, "could not be found by email"},
                                           {"refused", status(403), "could not be found by email: HTTP 403: no luck"},
                                           {"not there", status(404), "could not be found by email: HTTP 404"}}) {
    CAPTURE(one.name);
    Fixture fresh;
    fresh.api.chance = [&](const std::string& operation, const Request&) -> std::optional<Trouble> {
      if (operation != "find") return std::nullopt;
      return one.find;
    };
    const Done done = fresh.create(fresh.change);
    CHECK(done.status == Status::unverified);
    CHECK(done.message.find(one.words) != std::string::npos);
    CHECK(fresh.story() == "create find find find find");
    CHECK(done.user_id.empty());
    CHECK(done.sent);
    CHECK(done.attempts == 1);
    CHECK(done.http_status == 201);
    CHECK_FALSE(done.in_doubt);
    CHECK(fresh.api.count_of(key) == 1);
  }
}

TEST_CASE_FIXTURE(Fixture, "of several with the key nobody knows who is new: nobody is completed") {
  api.unique = false;
  api.add(key, {{"title", "Squire"}});
  const Done done = create(change);
  CHECK(done.status == Status::unverified);
  CHECK(done.message == "the API confirmed the create, and now several users have this email");
  CHECK(done.user_id.empty());
  CHECK(story() == "create find");
  CHECK(api.users.at(0)["title"] == "Squire");
}

TEST_CASE_FIXTURE(Fixture,
                  "credentials that die while the new user is looked for leave a doubt that a later run settles") {
  api.trouble["find"] = {status(401)};
  const Done done = create(change);
  CHECK(done.status == Status::credentials);
  CHECK(done.in_doubt);
  CHECK(done.message == "created, and looking for the new user failed: HTTP 401: no luck");
  CHECK(story() == "create find");
  transport.sent.clear();
  const Done again = create(change, Approach::settle_first);
  CHECK(again.status == Status::ok);
  CHECK(again.user_id == "u1");
  CHECK(story() == "find read update");
  CHECK(api.count_of(key) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a stop while the new user is looked for leaves a doubt") {
  api.trouble["find"] = {nobody_yet};
  int requests = 0;
  api.meanwhile = [&] {
    if (++requests == 2) rest->stop("SIGINT was received");
  };
  const Done done = create(change);
  CHECK(done.status == Status::unsettled);
  CHECK(done.in_doubt);
  CHECK(done.sent);
  CHECK(done.message.starts_with("created, and looking for the new user failed"));
  CHECK(api.count_of(key) == 1);
}

TEST_CASE("a create that may not have been carried out is settled like any other") {
  struct Case {
    std::string name;
    std::deque<Trouble> trouble;
    std::string story;
    Status status;
  };
  const std::vector<Case> cases = {
      {"lost after it was carried out", {lost_after()}, "create find read", Status::ok},
      {"lost before", {lost_before()}, "create find create find", Status::ok},
      {"a proxy's page", {page_of_a_proxy()}, "create find find create find", Status::ok},
      {"cut off", {cut_off()}, "create find read", Status::ok},
      {"timed out, not carried out", {timed_out()}, "create find find create find", Status::ok},
      {"refused", {status(403)}, "create", Status::refused},
      {"somebody is there", {status(409)}, "create find", Status::exists},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fresh;
    fresh.api.unique = false;
    fresh.api.trouble["create"] = one.trouble;
    const Done done = fresh.create(fresh.plain);
    CHECK(done.status == one.status);
    CHECK(fresh.story() == one.story);
    CHECK(fresh.api.count_of(key) == (one.status == Status::ok ? 1 : 0));
    CHECK(done.user_id.empty() == (one.status != Status::ok));
    CHECK_FALSE(done.in_doubt);
  }
}

TEST_CASE("the Location header names the new user") {
  struct Case {
    std::string location;
    std::string user_id;  // empty: it names nobody
  };
  const std::vector<Case> cases = {
      {"https://api.example.com/v2/user/u1", "u1"},
      {"/v2/user/u1/", "u1"},
      {"u1", "u1"},
      {"//api.example.com/user/u1", "u1"},
      {"user/u%2F1%20?x=/y#/z", "u/1 "},
      {"/user/17", "17"},
      {"", ""},
      {"/", ""},
      {"https://api.example.com", ""},
      {"https://api.example.com/", ""},
      {"//api.example.com", ""},
      {"?id=u1", ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.location);
    Fixture fresh;
    fresh.profile.wire.create.names = profile::Names::location;
    fresh.api.trouble["create"] = {after(answer(201, "", {{"Location", one.location}}))};
    const Done done = fresh.create(fresh.plain);
    CHECK(done.status == Status::ok);
    CHECK(done.user_id == (one.user_id.empty() ? "u1" : one.user_id));
    CHECK(fresh.story() == (one.user_id.empty() ? "create find read" : "create"));
  }
  Fixture fresh;
  fresh.profile.wire.create.names = profile::Names::location;
  CHECK(fresh.create(fresh.plain).status == Status::ok);  // no such header: as if it were lost
  CHECK(fresh.story() == "create find read");
}
