// Creates that are begun by looking: planned earlier, or perhaps carried out by an earlier process.
#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

const std::string key = "new@x.com";

struct Fixture : Remote {
  Fixture() { api.unique = false; }
  model::Change plain = create_of(key, {is(teams, R"(["a"])")});
  model::Change to_complete = create_of(key, {is(teams, R"(["a"])"), is(title, "Knight")});
  model::Change unreadably = create_of(key, {is(teams, R"(["a"])"), is(phone, "1")});
};

const std::optional<Json> nobody;
const std::optional<Json> own = Json{{"teams", {"a"}}};
const std::optional<Json> own_complete = Json{{"teams", {"a"}}, {"title", "Knight"}};
const std::optional<Json> another = Json{{"teams", {"b"}}};

}  // namespace

TEST_CASE("what becomes of a create that is begun by looking") {
  struct Case {
    std::string name;
    Approach approach;
    model::Change Fixture::*change;
    std::optional<Json> there;
    Status status;
    std::string story;
  };
  const auto check_first = Approach::check_first;
  const auto settle_first = Approach::settle_first;
  const auto complete_only = Approach::complete_only;
  const auto settle_only = Approach::settle_only;
  const auto plain = &Fixture::plain;
  const auto to_complete = &Fixture::to_complete;
  const auto unreadably = &Fixture::unreadably;
  const std::vector<Case> cases = {
      {"planned earlier, nobody", check_first, plain, nobody, Status::ok, "find create"},
      {"planned earlier, nobody, completed", check_first, to_complete, nobody, Status::ok, "find create update"},
      {"planned earlier, somebody", check_first, plain, another, Status::exists, "find read"},
      {"planned earlier, somebody equal", check_first, plain, own, Status::ok, "find read"},
      {"planned earlier, somebody equal, not complete", check_first, to_complete, own, Status::exists, "find read"},
      {"planned earlier, somebody equal and complete", check_first, to_complete, own_complete, Status::ok, "find read"},
      {"planned earlier, somebody equal as far as can be seen", check_first, unreadably, own, Status::ok, "find read"},
      {"in doubt, nobody", settle_first, plain, nobody, Status::ok, "find create"},
      {"in doubt, nobody, completed", settle_first, to_complete, nobody, Status::ok, "find create update"},
      {"in doubt, done", settle_first, plain, own, Status::ok, "find read"},
      {"in doubt, done, not complete", settle_first, to_complete, own, Status::ok, "find read update"},
      {"in doubt, done and complete", settle_first, to_complete, own_complete, Status::ok, "find read"},
      {"in doubt, done, cannot be seen to be complete", settle_first, unreadably, own, Status::ok, "find read update"},
      {"in doubt, somebody else", settle_first, to_complete, another, Status::differs, "find read"},
      {"to be completed, nobody", complete_only, to_complete, nobody, Status::not_carried_out, "find"},
      {"to be completed, done", complete_only, plain, own, Status::ok, "find read"},
      {"to be completed, not complete", complete_only, to_complete, own, Status::ok, "find read update"},
      {"to be completed, complete", complete_only, to_complete, own_complete, Status::ok, "find read"},
      {"to be completed, somebody else", complete_only, to_complete, another, Status::differs, "find read"},
      {"to be settled, nobody", settle_only, to_complete, nobody, Status::not_carried_out, "find"},
      {"to be settled, done", settle_only, plain, own, Status::ok, "find read"},
      {"to be settled, not complete", settle_only, to_complete, own, Status::ok, "find read"},
      {"to be settled, somebody else", settle_only, to_complete, another, Status::differs, "find read"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fixture;
    if (one.there) fixture.api.add(key, *one.there);
    const Done done = fixture.create(fixture.*one.change, one.approach);
    CHECK(done.status == one.status);
    CHECK(fixture.story() == one.story);
    CHECK(done.attempts == fixture.transport.count("POST"));
    CHECK(done.sent == (fixture.transport.count("POST") > 0));
    CHECK(done.http_status / 100 == 2);
    CHECK_FALSE(done.in_doubt);
    CHECK(done.message.empty() == (one.status == Status::ok));
    CHECK(done.user_id == (one.status == Status::not_carried_out ? "" : "u1"));
    CHECK(fixture.api.count_of(key) == (one.status == Status::not_carried_out ? 0 : 1));
    const bool completed = one.story.find("update") != std::string::npos;
    if (completed && one.change == to_complete) CHECK((*fixture.api.find("u1"))["title"] == "Knight");
    if (completed && one.change == unreadably) CHECK((*fixture.api.find("u1"))["phone"] == "1");
  }
}

TEST_CASE_FIXTURE(Fixture, "somebody who has the key now is named") {
  api.add(key);
  CHECK(create(plain, Approach::check_first).message == "not sent, because somebody has this email now");
}

TEST_CASE_FIXTURE(Fixture, "what may still arrive is waited for once, before anything is sent") {
  for (const Approach approach : {Approach::settle_first, Approach::complete_only, Approach::settle_only}) {
    CAPTURE(static_cast<int>(approach));
    api.users.clear();
    transport.sent.clear();
    const bool sends = approach == Approach::settle_first;
    CHECK(create(plain, approach, 25s).status == (sends ? Status::ok : Status::not_carried_out));
    CHECK(story() == (sends ? "find find create" : "find find"));
    CHECK(transport.sent[1].at - transport.sent[0].at >= 25s);
    CHECK(transport.sent[1].at - transport.sent[0].at < 26s);
  }
}

TEST_CASE_FIXTURE(Fixture, "what arrives in the meantime is found") {
  api.trouble["create"] = {arrives_late(20s)};
  rest->start(directory::CreateUser{&to_complete});
  rest->wait(0s);
  restart();
  const Done done = create(to_complete, Approach::settle_first, 30s);
  CHECK(done.status == Status::ok);
  CHECK(story() == "find find read update");
  CHECK(api.created[key] == 1);
}

TEST_CASE_FIXTURE(Fixture, "once it is sent, it is like any other") {
  api.trouble["create"] = {lost_before(), timed_out(), lost_after()};
  CHECK(create(plain, Approach::settle_first, 25s).status == Status::ok);
  CHECK(story() == "find find create find create find find create find read");
  CHECK(api.created[key] == 1);
}

TEST_CASE_FIXTURE(Fixture, "refused as there, after a look that missed an earlier process's own") {
  api.unique = true;
  api.add(key, *own);
  api.trouble["find"] = {before(answer(200, R"({"users": []})"))};
  SUBCASE("it may be an earlier process's: it is looked at") {
    CHECK(create(to_complete, Approach::settle_first).status == Status::ok);
    CHECK(story() == "find create find read update");
  }
  SUBCASE("nothing has left: it is somebody else") {
    const Done done = create(to_complete, Approach::check_first);
    CHECK(done.status == Status::exists);
    CHECK(done.user_id == "u1");
    CHECK(done.http_status == 409);
    CHECK(story() == "find create find");
  }
}

TEST_CASE("where looking fails, nothing is sent") {
  const std::deque<Trouble> fails = {lost_before(), status(500), timed_out(), status(502)};
  const std::deque<Trouble> senseless = {page_of_a_proxy(), page_of_a_proxy(), page_of_a_proxy(), page_of_a_proxy()};
  struct Case {
    std::string name;
    Approach approach;
    const char* operation;
    std::deque<Trouble> trouble;
    Status status;
    bool in_doubt;
  };
  const std::vector<Case> cases = {
      {"finding fails", Approach::check_first, "find", fails, Status::gave_up, false},
      {"finding is senseless", Approach::check_first, "find", senseless, Status::gave_up, false},
      {"finding is refused", Approach::check_first, "find", {status(403)}, Status::refused, false},
      {"there is no finding", Approach::check_first, "find", {status(404)}, Status::refused, false},
      {"the key is dead", Approach::check_first, "find", {status(401)}, Status::credentials, false},
      {"finding fails, in doubt", Approach::settle_first, "find", fails, Status::unsettled, true},
      {"finding is refused, in doubt", Approach::settle_first, "find", {status(403)}, Status::unsettled, true},
      {"the key is dead, in doubt", Approach::settle_first, "find", {status(401)}, Status::credentials, true},
      {"reading fails, in doubt", Approach::settle_first, "read", fails, Status::unsettled, true},
      {"gone when read, in doubt", Approach::settle_first, "read", {status(404)}, Status::unsettled, true},
      {"the key died before reading", Approach::settle_first, "read", {status(401)}, Status::credentials, true},
      {"finding fails, to be settled", Approach::settle_only, "find", fails, Status::unsettled, true},
      {"reading fails, to be completed", Approach::complete_only, "read", fails, Status::unsettled, true},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fixture;
    if (one.operation == std::string("read")) fixture.api.add(key, *own);
    fixture.api.trouble[one.operation] = one.trouble;
    const Done done = fixture.create(fixture.to_complete, one.approach);
    CHECK(done.status == one.status);
    CHECK(done.in_doubt == one.in_doubt);
    CHECK_FALSE(done.sent);
    CHECK(fixture.transport.count("POST") == 0);
    CHECK_FALSE(done.message.empty());
  }
}
