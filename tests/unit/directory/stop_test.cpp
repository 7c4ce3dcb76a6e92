// A write that is stopped tells apart what may have been carried out, and is to be settled by whoever goes on, and what
// certainly was not.
#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

const std::string key = "new@x.com";

struct Fixture : Remote {
  Fixture() { rename.planned_on = as_read(user); }

  // Stops once the n-th request has had its effect, before its answer arrives; 0: before anything is sent.
  Done stopped_at(int n, directory::Operation operation) {
    restart();
    int requests = 0;
    api.meanwhile = [&, n] {
      if (++requests == n) rest->stop("enough");
    };
    const auto ticket = rest->start(std::move(operation));
    if (n == 0) rest->stop("enough");
    auto all = finish();
    api.meanwhile = nullptr;
    api.trouble.clear();
    return std::move(all.at(ticket));
  }

  std::string user = api.add("perceval@x.com", {{"first_name", "Per"}});
  model::Change rename = update_of(user, {from(first_name, "Per", "Perceval")});
  model::Change fresh = create_of(key);
  model::Change to_complete = create_of(key, {is(title, "Knight"), is(phone, "1")});
};

struct Case {
  std::string name;
  Approach approach;
  std::map<std::string, std::deque<Trouble>> trouble;
  int stop_at;
  std::string story;
  Status status;
  bool in_doubt;
};

void check(const Case& one, Fixture& fixture, const Done& done) {
  CHECK(fixture.story() == one.story);
  CHECK(done.status == one.status);
  CHECK(done.in_doubt == one.in_doubt);
  CHECK(done.sent == (fixture.transport.count("POST") > 0));
  CHECK(done.attempts == fixture.transport.count("POST"));
  CHECK(done.message.empty() == (one.status == Status::ok));
}

// Never sent again, and nothing of what it says is lost on whoever goes on.
const Trouble too_long_a_wait = before(answer(429, "", {{"Retry-After", "86400"}}));

}  // namespace

TEST_CASE("a stop at every point of an update") {
  const auto send = Approach::send;
  const auto check_first = Approach::check_first;
  const auto settle_first = Approach::settle_first;
  const auto settle_only = Approach::settle_only;
  const std::vector<Case> cases = {
      {"before anything", send, {}, 0, "", Status::stopped, false},
      {"while it is carried out", send, {}, 1, "update", Status::ok, false},
      {"while it is refused", send, {{"update", {status(400)}}}, 1, "update", Status::refused, false},
      {"while it is throttled", send, {{"update", {throttled()}}}, 1, "update", Status::stopped, false},
      {"by a wait that is too long", send, {{"update", {too_long_a_wait}}}, -1, "update", Status::stopped, false},
      {"while it cannot leave", send, {{"update", {never_left()}}}, 1, "update", Status::stopped, false},
      {"while its answer is lost", send, {{"update", {lost_after()}}}, 1, "update", Status::unsettled, true},
      {"while it times out", send, {{"update", {timed_out()}}}, 1, "update", Status::unsettled, true},
      {"while it is read back, done", send, {{"update", {lost_after()}}}, 2, "update read", Status::ok, false},
      {"while it is read back, not done",
       send,
       {{"update", {lost_before()}}},
       2,
       "update read",
       Status::unsettled,
       true},
      {"while reading back fails",
       send,
       {{"update", {lost_after()}}, {"read", {status(500)}}},
       2,
       "update read",
       Status::unsettled,
       true},
      {"while it is sent again, and cannot leave",
       send,
       {{"update", {lost_before(), never_left()}}},
       3,
       "update read update",
       Status::unsettled,
       true},
      {"while it is sent again", send, {{"update", {lost_before()}}}, 3, "update read update", Status::ok, false},
      {"while it is sent again and refused",
       send,
       {{"update", {lost_before(), status(400)}}},
       3,
       "update read update",
       Status::refused,
       false},
      {"checked first: before anything", check_first, {}, 0, "", Status::stopped, false},
      {"checked first: while it is read", check_first, {}, 1, "read", Status::stopped, false},
      {"checked first: while reading fails", check_first, {{"read", {status(500)}}}, 1, "read", Status::stopped, false},
      {"checked first: while it is carried out", check_first, {}, 2, "read update", Status::ok, false},
      {"checked first: while its answer is lost",
       check_first,
       {{"update", {lost_before()}}},
       2,
       "read update",
       Status::unsettled,
       true},
      {"in doubt: before anything", settle_first, {}, 0, "", Status::unsettled, true},
      {"in doubt: while it is read", settle_first, {}, 1, "read", Status::unsettled, true},
      {"in doubt: while it is throttled",
       settle_first,
       {{"update", {throttled()}}},
       2,
       "read update",
       Status::unsettled,
       true},
      {"in doubt: while it is carried out", settle_first, {}, 2, "read update", Status::ok, false},
      {"to be settled: before anything", settle_only, {}, 0, "", Status::unsettled, true},
      {"to be settled: while it is read", settle_only, {}, 1, "read", Status::not_carried_out, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fixture;
    fixture.api.trouble = one.trouble;
    const Done done = fixture.stopped_at(one.stop_at, directory::UpdateUser{&fixture.rename, one.approach});
    check(one, fixture, done);
    CHECK(done.user_id == fixture.user);
  }
}

TEST_CASE("a stop at every point of a create") {
  const auto send = Approach::send;
  const auto check_first = Approach::check_first;
  const auto settle_first = Approach::settle_first;
  const auto settle_only = Approach::settle_only;
  const std::vector<Case> cases = {
      {"before anything", send, {}, 0, "", Status::stopped, false},
      {"while it is carried out", send, {}, 1, "create", Status::ok, false},
      {"while it is throttled", send, {{"create", {throttled()}}}, 1, "create", Status::stopped, false},
      {"by a wait that is too long", send, {{"create", {too_long_a_wait}}}, -1, "create", Status::stopped, false},
      {"while it cannot leave", send, {{"create", {never_left()}}}, 1, "create", Status::stopped, false},
      {"while it is refused", send, {{"create", {status(400)}}}, 1, "create", Status::refused, false},
      {"while its answer is lost", send, {{"create", {lost_after()}}}, 1, "create", Status::unsettled, true},
      {"while it is looked up, done", send, {{"create", {lost_after()}}}, 2, "create find", Status::unsettled, true},
      {"while it is looked up, not done",
       send,
       {{"create", {lost_before()}}},
       2,
       "create find",
       Status::unsettled,
       true},
      {"while it may still arrive", send, {{"create", {timed_out()}}}, 2, "create find", Status::unsettled, true},
      {"while looking it up fails",
       send,
       {{"create", {lost_after()}}, {"find", {status(500)}}},
       2,
       "create find",
       Status::unsettled,
       true},
      {"while it is read", send, {{"create", {lost_after()}}}, 3, "create find read", Status::ok, false},
      {"while it is sent again",
       send,
       {{"create", {lost_before(), never_left()}}},
       3,
       "create find create",
       Status::unsettled,
       true},
      {"while it is sent again and refused",
       send,
       {{"create", {lost_before(), status(403)}}},
       3,
       "create find create",
       Status::refused,
       false},
      {"checked first: before anything", check_first, {}, 0, "", Status::stopped, false},
      {"checked first: while it is looked up", check_first, {}, 1, "find", Status::stopped, false},
      {"checked first: while looking fails", check_first, {{"find", {status(500)}}}, 1, "find", Status::stopped, false},
      {"checked first: while its answer is lost",
       check_first,
       {{"create", {lost_after()}}},
       2,
       "find create",
       Status::unsettled,
       true},
      {"in doubt: before anything", settle_first, {}, 0, "", Status::unsettled, true},
      {"in doubt: while nobody is found", settle_first, {}, 1, "find", Status::unsettled, true},
      {"in doubt: while it is throttled",
       settle_first,
       {{"create", {throttled()}}},
       2,
       "find create",
       Status::unsettled,
       true},
      {"to be settled: before anything", settle_only, {}, 0, "", Status::unsettled, true},
      {"to be settled: while nobody is found", settle_only, {}, 1, "find", Status::not_carried_out, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fixture;
    fixture.api.trouble = one.trouble;
    check(one, fixture, fixture.stopped_at(one.stop_at, directory::CreateUser{&fixture.fresh, one.approach}));
  }
}

TEST_CASE("a create that is stopped before it is complete is in doubt, and whoever goes on completes it") {
  struct Stopped {
    std::string name;
    std::map<std::string, std::deque<Trouble>> trouble;
    int stop_at;
    Status status;
  };
  const std::vector<Stopped> cases = {
      {"before its completing update left", {}, 1, Status::unsettled},
      {"while that is throttled", {{"update", {throttled()}}}, 2, Status::unsettled},
      {"while that is lost, not done", {{"update", {lost_before()}}}, 2, Status::unsettled},
      {"while that is lost, done", {{"update", {lost_after()}}}, 2, Status::unsettled},
      {"the key died", {{"update", {status(401)}}}, -1, Status::credentials},
      {"the key died after it was lost", {{"update", {lost_before(), status(401)}}}, -1, Status::credentials},
  };
  for (const Stopped& one : cases) {
    CAPTURE(one.name);
    Fixture fixture;
    fixture.api.trouble = one.trouble;
    const Done done = fixture.stopped_at(one.stop_at, directory::CreateUser{&fixture.to_complete});
    CHECK(done.status == one.status);
    CHECK(done.in_doubt);
    CHECK(done.user_id == "u2");
    CHECK(done.message.find("created as u2, but") == 0);

    fixture.restart();
    const Done gone_on = fixture.create(fixture.to_complete, Approach::settle_first, 30s);
    CHECK(gone_on.status == Status::ok);
    CHECK(gone_on.user_id == "u2");
    CHECK(fixture.story() == "find read update");
    CHECK((*fixture.api.find("u2"))["phone"] == "1");
    CHECK(fixture.api.created[key] == 1);
  }
}

TEST_CASE("a key that dies while a write may have been carried out leaves it in doubt") {
  struct Dead {
    std::string name;
    std::deque<Trouble> write;
    Approach approach;
    bool in_doubt;
  };
  const std::vector<Dead> cases = {
      {"at once", {status(401)}, Approach::send, false},
      {"after a send that never left", {never_left(), status(401)}, Approach::send, false},
      {"after one that was lost", {lost_before(), status(401)}, Approach::send, true},
      {"when nothing has left", {status(401)}, Approach::check_first, false},
      {"when an earlier process may have sent it", {status(401)}, Approach::settle_first, true},
  };
  for (const Dead& one : cases) {
    CAPTURE(one.name);
    Fixture fixture;
    fixture.api.trouble["create"] = one.write;
    fixture.api.trouble["update"] = one.write;
    for (const Done& done :
         {fixture.create(fixture.fresh, one.approach), fixture.update(fixture.rename, one.approach)}) {
      CHECK(done.status == Status::credentials);
      CHECK(done.in_doubt == one.in_doubt);
    }
  }
}
