// Updates that are begun by reading: planned earlier, or perhaps carried out by an earlier process.
#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

struct Fixture : Remote {
  Fixture() {
    rename.planned_on = as_read(user);
    transport.sent.clear();
  }

  Json person() { return *api.find(user); }

  std::string user = api.add("perceval@x.com", {{"first_name", "Per"}, {"title", "Knight"}});
  model::Change rename = update_of(user, {from(first_name, "Per", "Perceval")});
};

const Json as_planned = Json::object();
const Json as_asked = {{"first_name", "Perceval"}};
const Json drifted_in_it = {{"first_name", "Percy"}};
const Json drifted_beside_it = {{"title", "King"}};
const Json as_asked_and_drifted = {{"first_name", "Perceval"}, {"title", "King"}};

}  // namespace

TEST_CASE("what becomes of an update that is begun by reading") {
  struct Case {
    std::string name;
    Approach approach;
    Json now;
    Status status;
    std::string story;
  };
  const std::vector<Case> cases = {
      {"planned earlier", Approach::check_first, as_planned, Status::ok, "read update"},
      {"planned earlier, done by others", Approach::check_first, as_asked, Status::ok, "read"},
      {"planned earlier, done by others, and more", Approach::check_first, as_asked_and_drifted, Status::ok, "read"},
      {"planned earlier, changed", Approach::check_first, drifted_in_it, Status::drifted, "read"},
      {"planned earlier, changed beside it", Approach::check_first, drifted_beside_it, Status::drifted, "read"},
      {"in doubt, not done", Approach::settle_first, as_planned, Status::ok, "read update"},
      {"in doubt, done", Approach::settle_first, as_asked, Status::ok, "read"},
      {"in doubt, done, and more", Approach::settle_first, as_asked_and_drifted, Status::ok, "read"},
      {"in doubt, changed", Approach::settle_first, drifted_in_it, Status::drifted, "read"},
      {"in doubt, changed beside it", Approach::settle_first, drifted_beside_it, Status::drifted, "read"},
      {"to be settled, not done", Approach::settle_only, as_planned, Status::not_carried_out, "read"},
      {"to be settled, done", Approach::settle_only, as_asked, Status::ok, "read"},
      {"to be settled, changed", Approach::settle_only, drifted_in_it, Status::drifted, "read"},
      {"to be settled, not done; no create", Approach::complete_only, as_planned, Status::not_carried_out, "read"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fresh;
    fresh.api.find(fresh.user)->update(one.now);
    const Json before = fresh.person();
    const Done done = fresh.update(fresh.rename, one.approach);
    CHECK(done.status == one.status);
    CHECK(fresh.story() == one.story);
    const bool written = one.story == "read update";
    CHECK(done.sent == written);
    CHECK(done.attempts == (written ? 1 : 0));
    CHECK(done.user_id == fresh.user);
    CHECK(done.http_status == 200);
    CHECK_FALSE(done.in_doubt);
    CHECK_FALSE(done.users);
    CHECK(done.message.empty() == (one.status == Status::ok));
    if (one.status == Status::ok) CHECK(fresh.person()["first_name"] == "Perceval");
    if (!written) CHECK(fresh.person() == before);
  }
}

TEST_CASE_FIXTURE(Fixture, "what drifted is named, and its value is not told") {
  api.find(user)->update(drifted_in_it);
  const Done done = update(rename, Approach::check_first);
  CHECK(done.message == "not written over, because the user has changed since this was planned: first_name");
}

TEST_CASE_FIXTURE(Fixture, "what cannot be read back") {
  const auto alone = update_of(user, {is(phone, "1")});
  auto beside = update_of(user, {from(first_name, "Per", "Perceval"), is(phone, "1")});
  beside.planned_on = rename.planned_on;
  struct Case {
    std::string name;
    const model::Change& change;
    Approach approach;
    Json now;
    Status status;
    std::string story;
  };
  const std::vector<Case> cases = {
      {"nothing has left: sent", alone, Approach::check_first, as_planned, Status::ok, "read update"},
      {"nothing proves it: sent again", alone, Approach::settle_first, as_planned, Status::ok, "read update"},
      {"nothing proves it", alone, Approach::settle_only, as_planned, Status::not_carried_out, "read"},
      {"beside what is as planned", beside, Approach::check_first, as_planned, Status::ok, "read update"},
      {"beside what others did: it has not been sent", beside, Approach::check_first, as_asked, Status::drifted,
       "read"},
      {"beside what proves it", beside, Approach::settle_first, as_asked, Status::ok, "read"},
      {"beside what disproves it", beside, Approach::settle_first, as_planned, Status::ok, "read update"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    (*api.find(user))["first_name"] = "Per";
    api.find(user)->erase("phone");
    api.find(user)->update(one.now);
    transport.sent.clear();
    CHECK(update(one.change, one.approach).status == one.status);
    CHECK(story() == one.story);
    CHECK(person().contains("phone") == (one.story == "read update"));
  }
}

TEST_CASE_FIXTURE(Fixture, "once it is sent, it is like any other") {
  api.trouble["update"] = {lost_before(), lost_after()};
  CHECK(update(rename, Approach::check_first).status == Status::ok);
  CHECK(story() == "read update read update read");
}

TEST_CASE("where the first read fails, nothing is sent") {
  const std::deque<Trouble> fails = {lost_before(), status(500), timed_out(), status(502)};
  const std::deque<Trouble> senseless = {cut_off(), cut_off(), page_of_a_proxy(), cut_off()};
  struct Case {
    std::string name;
    Approach approach;
    std::deque<Trouble> read;
    Status status;
    bool in_doubt;
  };
  const std::vector<Case> cases = {
      {"fails", Approach::check_first, fails, Status::gave_up, false},
      {"is senseless", Approach::check_first, senseless, Status::gave_up, false},
      {"is refused", Approach::check_first, {status(403)}, Status::refused, false},
      {"the key is dead", Approach::check_first, {status(401)}, Status::credentials, false},
      {"the user is gone", Approach::check_first, {status(404)}, Status::absent, false},
      {"fails, in doubt", Approach::settle_first, fails, Status::unsettled, true},
      {"is senseless, in doubt", Approach::settle_first, senseless, Status::unsettled, true},
      {"is refused, in doubt", Approach::settle_first, {status(403)}, Status::unsettled, true},
      {"the key is dead, in doubt", Approach::settle_first, {status(401)}, Status::credentials, true},
      {"the user is gone, in doubt", Approach::settle_first, {status(404)}, Status::absent, false},
      {"fails, to be settled", Approach::settle_only, fails, Status::unsettled, true},
      {"the key is dead, to be settled", Approach::settle_only, {status(401)}, Status::credentials, true},
      {"the user is gone, to be settled", Approach::settle_only, {status(404)}, Status::absent, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Fixture fresh;
    fresh.api.trouble["read"] = one.read;
    const Done done = fresh.update(fresh.rename, one.approach);
    CHECK(done.status == one.status);
    CHECK(done.in_doubt == one.in_doubt);
    CHECK(fresh.transport.count("POST") == 0);
    CHECK_FALSE(done.sent);
    CHECK(done.attempts == 0);
    CHECK(done.user_id == fresh.user);
    CHECK_FALSE(done.message.empty());
  }
}

TEST_CASE_FIXTURE(Fixture, "an interrupted update that may still arrive is not given up before it has had the time") {
  api.trouble["update"] = {lost_before(), lost_before(), lost_before(), lost_before()};
  CHECK(update(rename, Approach::settle_first).status == Status::gave_up);
  CHECK(story() == "read update read update read update read update read read");
}
