#include "directory/requests.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "unit/directory/api_profile.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

struct Fixture {
  profile::Profile profile = api_profile();
  directory::Credentials credentials{{"api_key", base::Secret("k/1")}};
  directory::Requests requests() const { return {profile.schema, profile.wire, base_url, credentials}; }
};

std::string header(const http::Request& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what is filled in is escaped by its position") {
  CHECK(requests().read("a/b?c#d %").url == base_url + "/user/a%2Fb%3Fc%23d%20%25");
  CHECK(requests().find("jo+hr@exämple.com").url == base_url + "/users?email=jo%2Bhr%40ex%C3%A4mple.com");
  CHECK(requests().find_by_name("Zoë & Co", {2}).url == base_url + "/users?name=Zo%C3%AB%20%26%20Co&page=2&size=100");
  CHECK(requests().update("a/b", {is(first_name, "x")}).url == base_url + "/user/a%2Fb");
  CHECK(header(requests().read("1"), "x-Key") == "k/1");
  profile.wire.me.request.query = {{"key", "{credential.api_key}"}};
  CHECK(requests().own_user()->url == base_url + "/me?key=k%2F1");
}

TEST_CASE_FIXTURE(Fixture, "only what writes is a write, and only it has a body") {
  for (const auto& request : {requests().list({}), requests().find("a"), requests().find_by_name("a"),
                              requests().read("1"), *requests().own_user()}) {
    CHECK(request.method == "GET");
    CHECK(request.effect == http::Effect::read);
    CHECK(request.body.empty());
    CHECK(header(request, "Content-Type") == "(none)");
    CHECK(header(request, "Accept") == "application/json");
  }
  for (const auto& request : {requests().create({is(email, "a@b.c")}), requests().update("1", {is(email, "a@b.c")})}) {
    CHECK(request.method == "POST");
    CHECK(request.effect == http::Effect::write);
    CHECK(header(request, "Content-Type") == "application/json");
  }
}

TEST_CASE_FIXTURE(Fixture, "pages are counted from 1 here, and as the API counts there") {
  CHECK(requests().list({}).url == base_url + "/users?sort=email&page=1&size=100");
  CHECK(requests().list({3, 7}).url == base_url + "/users?sort=email&page=3&size=7");
  profile.wire.list.paging->first = 0;
  CHECK(requests().list({}).url == base_url + "/users?sort=email&page=0&size=100");
}

TEST_CASE_FIXTURE(Fixture, "a body holds the changed attributes, each at its path and in its type") {
  const auto request = requests().update("1", {from(first_name, "Per", "Perceval"), from(teams, "[]", R"(["a","b"])"),
                                               from(city, "Vannes", "Kaamelott"), from(disabled, "false", "true")});
  CHECK(Json::parse(request.body) == Json{{"first_name", "Perceval"},
                                          {"teams", {"a", "b"}},
                                          {"address", {{"city", "Kaamelott"}}},
                                          {"disabled", true}});
}

TEST_CASE_FIXTURE(Fixture, "a cleared attribute is sent as the profile says") {
  const auto request =
      requests().update("1", {cleared(last_name, "x"), cleared(teams, R"(["a"])"), cleared(city, "x")});
  CHECK(Json::parse(request.body) == Json{{"last_name", ""}, {"teams", Json::array()}, {"address", {{"city", ""}}}});
}

TEST_CASE_FIXTURE(Fixture, "a create leaves out what a create does not take") {
  const auto request =
      requests().create({is(email, "a@b.c"), is(phone, "123"), is(disabled, "true"), is(password, "Pw")});
  CHECK(Json::parse(request.body) == Json{{"email", "a@b.c"}, {"password", "Pw"}});
}

TEST_CASE_FIXTURE(Fixture, "a credential that is missing is named") {
  credentials.clear();
  CHECK_THROWS_WITH_AS(requests().own_user(), doctest::Contains("api_key"), base::CannotRun);
}
