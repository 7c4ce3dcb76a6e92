// The first request of a run: who is behind the credentials, as far as the API can tell.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "sync/remote.hpp"
#include "unit/sync/bench.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

struct Own : Bench {
  Own() {
    people(3);
    roster("email,first_name\nadmin@x.com,Somebody else\np1@x.com,Perceval\n");
    order.profile.wire.list.request = request_of("GET", "/users", {{"sort", "email"}});
  }

  void without_me() { order.profile.wire.me = {}; }
  // The same address, as a search.
  void by_search(const std::string& is) {
    order.profile.wire.me.searches = true;
    order.profile.wire.me.items = "/data";
    order.profile.wire.me.is = is;
    order.profile.wire.me.of = {title, email};
  }
  void finds(const Json& users) { api.trouble["me"] = {before(answer(200, Json{{"data", users}}.dump()))}; }

  sync::OwnUser meet() {
    const sync::StopCondition stop(clock, [] { return std::nullopt; });
    Remote remote(order.profile);
    remote.api.users = api.users;
    remote.api.trouble = api.trouble;
    sync::OwnUser user = sync::meet_own_user(order, *remote.rest, stop);
    story = remote.story();
    return user;
  }
  std::string story;
};

}  // namespace

TEST_CASE_FIXTURE(Own, "an API that cannot tell: the credentials are tried by a listing, and nobody is left out") {
  without_me();
  CHECK(meet().id.empty());
  CHECK(story == "list");
  const auto& result = run(Command::sync);
  CHECK(result.run.exit_code == 0);
  CHECK(told(result, 0) == "updated/");
  CHECK(api.calls["me"] == 0);
}

TEST_CASE_FIXTURE(Own, "an own user who is searched for is left out, and one who is not found is not") {
  by_search("ADMIN@x.com");
  finds({{{"id", "u2"}, {"email", "p1@x.com"}}, {{"id", "u1"}, {"email", "admin@x.com"}}});
  const auto& result = run(Command::sync);
  CHECK(told(result, 0) == "conflict/protected");
  CHECK(told(result, 1) == "updated/");
  finds(Json::array());
  CHECK(told(run(Command::sync), 0) == "updated/");
  api.trouble["me"] = {status(404)};
  CHECK(run(Command::sync).run.exit_code == 0);
}

TEST_CASE_FIXTURE(Own, "without the credential that names them, the own user is not asked for") {
  by_search("{credential.username}");
  CHECK(meet().id.empty());
  CHECK(story == "list");
}

TEST_CASE_FIXTURE(Own, "the organization is the own user's, else that of the first who is listed") {
  order.profile.schema.organization = city;
  for (auto& user : api.users) user["address"] = {{"city", "Vannes"}};
  without_me();
  CHECK(meet().organization == "Vannes");
  CHECK(story == "list");
  order.profile.wire.me = api_wire().me;
  by_search("nobody");
  finds(Json::array());
  CHECK(meet().organization == "Vannes");
  CHECK(story == "me list");
  finds({{{"id", "u1"}, {"title", "nobody"}, {"address", {{"city", "Kaamelott"}}}}});
  CHECK(meet().organization == "Kaamelott");
  CHECK(meet().id == "u1");
  CHECK(story == "me");
  api.users.clear();
  without_me();
  CHECK(meet().organization.empty());  // nobody is there
}

TEST_CASE("why a run cannot begin") {
  struct Case {
    std::string name;
    const char* operation;
    Trouble trouble;
    std::string words;
  };
  const auto nonsense = page_of_a_proxy();
  for (const Case& one : std::vector<Case>{
           {"the own user is refused", "me", status(403),
            "does not say whose credentials these are (GET /me): HTTP 403"},
           {"the own user makes no sense", "me", nonsense,
            "does not say whose credentials these are (GET /me): HTTP 200"},
           {"the listing is refused", "list", status(403),
            "does not list its users as the profile has it (GET /users): HTTP 403"},
           {"the listing makes no sense", "list", nonsense,
            "does not list its users as the profile has it (GET /users): HTTP 200"},
           {"no such address", "list", status(404), "there is no /users at https://api.example.com/v2: HTTP 404"},
           {"the key is dead", "list", status(401), "does not accept the credentials"}}) {
    CAPTURE(one.name);
    Own own;
    if (std::string(one.operation) == "list") own.without_me();
    own.api.trouble[one.operation] = std::deque<Trouble>(4, one.trouble);
    CHECK_THROWS_WITH_AS(own.meet(), doctest::Contains(one.words.c_str()), base::CannotRun);
  }
}
