// Updates that are answered with the user as written.
#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

struct Fixture : Remote {
  Fixture() { profile.wire.update.user = "/user"; }

  // The update is carried out, and answered so.
  void answers(const std::string& body, int code = 200) { api.trouble["update"] = {after(answer(code, body))}; }

  std::string user = api.add("perceval@x.com", {{"first_name", "Per"}, {"teams", {"a"}}});
  model::Change change = update_of(user, {from(first_name, "Per", "Perceval"), from(teams, R"(["a"])", R"(["a","b"])"),
                                          is(phone, "123"), cleared(last_name, "x")});
};

}  // namespace

TEST_CASE("what the answer shows otherwise was not kept") {
  struct Case {
    std::string name;
    std::string body;
    Status status;
    std::string message;
  };
  const std::string not_kept = "the API confirmed the write, and did not keep it: ";
  const std::vector<Case> cases = {
      {"kept", R"({"user": {"id": "u1", "first_name": "Perceval", "teams": ["b", "a"], "last_name": ""}})", Status::ok,
       ""},
      {"kept, without an id", R"({"user": {"first_name": "Perceval", "teams": ["a", "b"], "last_name": null}})",
       Status::ok, ""},
      {"what it lacks is not known", R"({"user": {"first_name": "Perceval"}})", Status::ok, ""},
      {"it says nothing", R"({"user": {}})", Status::ok, ""},
      {"what cannot be read tells nothing", R"({"user": {"phone": "999"}})", Status::ok, ""},
      {"not kept", R"({"user": {"first_name": "Per", "teams": ["a", "b"]}})", Status::not_kept,
       not_kept + R"(first_name: "Perceval" was sent, and "Per" is there)"},
      {"two not kept", R"({"user": {"first_name": "Perceval", "teams": null, "last_name": "x"}})", Status::not_kept,
       not_kept + R"(teams: ["a","b"] was sent, and nothing is there; last_name: nothing was sent, and "x" is there)"},
      {"of another type", R"({"user": {"first_name": ["Perceval"]}})", Status::not_kept,
       not_kept + R"(first_name: "Perceval" was sent, and "[\"Perceval\"]" is there)"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fresh;
    fresh.answers(one.body);
    const Done done = fresh.update(fresh.change);
    CHECK(done.status == one.status);
    CHECK(done.message == one.message);
    CHECK(fresh.story() == "update");
    CHECK(done.attempts == 1);
    CHECK(done.sent);
    CHECK(done.http_status == 200);
    CHECK(done.faults.empty() == (one.status == Status::ok));
    for (const auto& fault : done.faults) CHECK(fault.reason == "not_kept");
  }
}

TEST_CASE("an answer without the user is settled by reading") {
  for (const char* body : {"{}", R"({"user": null})", R"({"user": "u1"})", R"({"user": [{"id": "u1"}]})", "[]", "7"}) {
    CAPTURE(body);
    Fixture fresh;
    fresh.answers(body);
    const Done done = fresh.update(fresh.change);
    CHECK(done.status == Status::ok);
    CHECK(done.read_back);
    CHECK(fresh.story() == "update read");
  }
  Fixture fresh;
  fresh.answers("", 204);
  CHECK(fresh.update(fresh.change).status == Status::ok);
  CHECK(fresh.story() == "update read");
}

TEST_CASE_FIXTURE(Fixture, "an answer without the user, of what was not carried out: it is sent again") {
  api.trouble["update"] = {before(answer(200, "{}"))};
  profile.wire.update.user = "/status/user";  // nor does the next answer have it
  CHECK(update(change).status == Status::ok);
  CHECK(story() == "update read update read");
}

TEST_CASE_FIXTURE(Fixture, "the whole answer may be the user, and what has a code is shown as its value") {
  profile.wire.update.user = "";
  profile.wire.attributes[role].codes = {{"boss", 1}, {"worker", 2}};
  const auto promoted = update_of(user, {from(role, "worker", "boss")});
  answers(R"({"role": 1})");
  CHECK(update(promoted).status == Status::ok);
  answers(R"({"role": 2})");
  const Done done = update(promoted);
  CHECK(done.status == Status::not_kept);
  CHECK(done.message.ends_with(R"(role: "boss" was sent, and "worker" is there)"));
}

TEST_CASE_FIXTURE(Fixture, "an update that completes a create, and was not kept") {
  const model::Change made = create_of("new@x.com", {is(title, "King")});
  answers(R"({"user": {"title": "Squire"}})");
  const Done done = create(made);
  CHECK(done.status == Status::not_kept);
  CHECK(done.user_id == "u2");
  CHECK(done.message.starts_with("created as u2, but what a create cannot carry was not set: the API confirmed"));
  REQUIRE(done.faults.size() == 1);
  CHECK(done.faults[0].column == "title");
}
