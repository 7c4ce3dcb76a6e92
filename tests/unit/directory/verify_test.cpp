// Writes that are read back once the API has confirmed them.
#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

const std::string key = "new@x.com";

struct Fixture : Remote {
  Done update(const model::Change& change, Approach approach = Approach::send) {
    transport.sent.clear();
    return only(directory::UpdateUser{&change, approach, directory::Verify::yes});
  }
  Done create(const model::Change& change, Approach approach = Approach::send) {
    transport.sent.clear();
    return only(directory::CreateUser{&change, approach, {}, directory::Verify::yes});
  }
  base::Duration between(std::size_t earlier, std::size_t later) const {
    return transport.sent.at(later).at - transport.sent.at(earlier).at;
  }
  // The user as they were before the write.
  Trouble stale() { return before(answer(200, api.find(user)->dump())); }

  std::string user = api.add("perceval@x.com", {{"first_name", "Per"}, {"title", "Knight"}, {"teams", {"a", "b"}}});
  model::Change rename = update_of(user, {from(first_name, "Per", "Perceval"), from(title, "Knight", "King")});
  model::Change fresh = create_of(key, {is(teams, R"(["a"])")});
  model::Change to_complete = create_of(key, {is(teams, R"(["a"])"), is(title, "Knight"), is(phone, "1")});
};

void check_confirmed(const Done& done) {
  CHECK(done.status == Status::ok);
  CHECK(done.message.empty());
  CHECK(done.faults.empty());
  CHECK(done.warnings.empty());
}

}  // namespace

TEST_CASE("what was kept is read once, and told as without") {
  Fixture fixture;
  check_confirmed(fixture.update(fixture.rename));
  CHECK(fixture.story() == "update read");
  const Done created = fixture.create(fixture.to_complete);
  check_confirmed(created);
  CHECK(fixture.story() == "create update read");
  CHECK(created.attempts == 2);
  CHECK_FALSE(created.user_id.empty());
}

TEST_CASE("compared by meaning, and only what can be read") {
  Fixture fixture;
  fixture.api.find(fixture.user)->erase("phone");
  const model::Change same =
      update_of(fixture.user, {from(email, "perceval@x.com", "PERCEVAL@x.com"), from(teams, R"(["a"])", R"(["a","b"])"),
                               cleared(city, "Vannes"), is(disabled, "false"), is(phone, "1")});
  fixture.api.ignored = {"email", "teams", "address", "disabled", "phone"};
  check_confirmed(fixture.update(same));
  CHECK(fixture.story() == "update read");
}

TEST_CASE("what was not kept is named, after a second look") {
  Fixture fixture;
  fixture.api.ignored = {"title"};
  Done done = fixture.update(fixture.rename);
  CHECK(done.status == Status::not_kept);
  CHECK(fixture.story() == "update read read");
  CHECK(fixture.between(1, 2) >= 500ms);
  CHECK(done.http_status == 200);
  CHECK(done.attempts == 1);
  CHECK(done.message == "the API confirmed the write, and did not keep title");
  REQUIRE(done.faults.size() == 1);
  CHECK(done.faults[0].reason == "not_kept");
  CHECK(done.faults[0].column == "title");
  CHECK(done.faults[0].message == R"("King" was sent, and "Knight" is there)");

  fixture.api.ignored = {"title", "teams"};
  done = fixture.create(fixture.to_complete);
  CHECK(done.status == Status::not_kept);
  CHECK(fixture.story() == "create update read read");
  CHECK(done.message == "the API confirmed the write, and did not keep teams, title");
  REQUIRE(done.faults.size() == 2);
  CHECK(done.faults[0].message == R"(["a"] was sent, and nothing is there)");
  CHECK_FALSE(done.user_id.empty());
}

TEST_CASE("an API that shows late what it took is given a second look") {
  Fixture fixture;
  fixture.api.trouble["read"] = {fixture.stale()};
  check_confirmed(fixture.update(fixture.rename));
  CHECK(fixture.story() == "update read read");
  fixture.api.trouble["read"] = {status(404)};
  check_confirmed(fixture.create(fixture.fresh));
  CHECK(fixture.story() == "create read read");
  fixture.api.trouble["read"] = {status(404), status(404)};
  const Done done = fixture.update(update_of(fixture.user, {from(title, "King", "Knight")}));
  CHECK(done.status == Status::not_kept);
  CHECK(done.message.find("there is no such user") != std::string::npos);
}

TEST_CASE("where the look itself fails, the write is told as confirmed, and not verified") {
  for (const int code : {403, 500, 401}) {
    CAPTURE(code);
    Fixture fixture;
    fixture.api.chance = [code](const std::string& operation, const Request&) -> std::optional<Trouble> {
      if (operation != "read") return std::nullopt;
      return status(code);
    };
    const Done done = fixture.update(fixture.rename);
    CHECK(done.status == Status::unverified);
    CHECK_FALSE(done.in_doubt);
    CHECK(done.http_status == code);
    CHECK(done.sent);
    CHECK(done.message.find("the API confirmed the write, and reading the user back failed: ") == 0);
    CHECK(fixture.transport.count("POST") == 1);
  }
}

TEST_CASE("a stop while it looks leaves a confirmed write") {
  for (const bool once : {false, true}) {  // it has looked once, and not seen it yet
    CAPTURE(once);
    Fixture fixture;
    if (once) fixture.api.trouble["read"] = {fixture.stale()};
    int requests = 0;
    fixture.api.meanwhile = [&] {
      if (++requests == (once ? 2 : 1)) fixture.rest->stop("enough");
    };
    const Done done = fixture.update(fixture.rename);
    CHECK(fixture.story() == (once ? "update read" : "update"));
    CHECK(done.status == Status::ok);
    CHECK_FALSE(done.in_doubt);
    REQUIRE(done.warnings.size() == 1);
    CHECK(done.warnings[0].code == "unverified");
    CHECK((done.warnings[0].message.find("yet") != std::string::npos) == once);
  }
}

TEST_CASE("what reading has shown already is not read twice, and what was not sent is not read back") {
  Fixture fixture;
  fixture.api.trouble["update"] = {lost_after()};
  check_confirmed(fixture.update(fixture.rename));
  CHECK(fixture.story() == "update read");
  check_confirmed(fixture.update(fixture.rename, Approach::check_first));
  CHECK(fixture.story() == "read");
  fixture.api.trouble["create"] = {lost_after()};
  check_confirmed(fixture.create(fixture.fresh));
  CHECK(fixture.story() == "create find read");
  fixture.api.trouble["update"] = {status(422)};
  CHECK(fixture.update(update_of(fixture.user, {from(title, "King", "Knight")})).status == Status::refused);
  CHECK(fixture.story() == "update");
}

TEST_CASE("a create whose completing update was settled by reading is read back as a whole") {
  Fixture fixture;
  fixture.api.ignored = {"teams"};
  fixture.api.trouble["update"] = {lost_after()};
  const model::Change change = create_of(key, {is(teams, R"(["a"])"), is(title, "Knight")});
  const Done done = fixture.create(change);
  CHECK(fixture.story() == "create update read read read");
  CHECK(done.status == Status::not_kept);
}
