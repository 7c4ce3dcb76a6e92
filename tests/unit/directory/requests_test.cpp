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

TEST_CASE_FIXTURE(Fixture, "what is filled into a body is taken neither for JSON nor for a placeholder") {
  profile.wire.find.request = request_of("POST", "/search");
  profile.wire.find.request.body = Json{{"query", {{"email", "{key}"}, {"any", {"x{key}y", 7, true, nullptr}}}}};
  for (const std::string key : {"{key}", "{credential.api_key}", "a\"},{\"b", "\\u0041\n\t", "{", "}", "jo@b.co", ""}) {
    CAPTURE(key);
    const auto request = requests().find(key);
    CHECK(request.method == "POST");
    CHECK(request.effect == http::Effect::read);
    CHECK(request.url == base_url + "/search");
    CHECK(header(request, "Content-Type") == "application/json");
    CHECK(Json::parse(request.body) == Json{{"query", {{"email", key}, {"any", {"x" + key + "y", 7, true, nullptr}}}}});
  }
  profile.wire.read.request.query = {{"x", "{id}"}};
  CHECK(requests().read("{id}&{key}").url == base_url + "/user/%7Bid%7D%26%7Bkey%7D?x=%7Bid%7D%26%7Bkey%7D");
}

TEST_CASE_FIXTURE(Fixture, "a cursor is filled in wherever it stands") {
  profile.wire.list.paging->by = profile::PagingBy::cursor;
  profile.wire.list.paging->position = "token";
  CHECK(requests().list({2, 0, "a&{key}="}).url == base_url + "/users?sort=email&token=a%26%7Bkey%7D%3D&size=100");
  profile.wire.list.request = request_of("POST", "/users");
  profile.wire.list.paging->position = "/page/token";
  profile.wire.list.paging->size_parameter = "/page/size";
  CHECK(Json::parse(requests().list({2, 0, "a\"{page}"}).body) ==
        Json{{"page", {{"token", "a\"{page}"}, {"size", 100}}}});
}

TEST_CASE_FIXTURE(Fixture, "the address that a page gives is asked for there, with the same headers") {
  profile.wire.list.paging->by = profile::PagingBy::link;
  struct Case {
    std::string next;
    std::string url;
  };
  for (const Case& one :
       std::vector<Case>{{"https://api.example.com/other?page=2&x=%20", "https://api.example.com/other?page=2&x=%20"},
                         {"/v3/users?page=2", "https://api.example.com/v3/users?page=2"},
                         {"?page=2", base_url + "/users?page=2"},
                         {"users?page=2", base_url + "/users?page=2"},
                         {"//api.example.com/x", "https://api.example.com/x"},
                         {"/x#part", "https://api.example.com/x"}}) {
    CAPTURE(one.next);
    CHECK_FALSE(requests().foreign(profile.wire.list, one.next));
    const auto request = requests().list({2, 0, one.next});
    CHECK(request.url == one.url);
    CHECK(header(request, "x-Key") == "k/1");
    CHECK(request.method == "GET");
  }
  CHECK(requests().list({}).url == base_url + "/users?sort=email&size=100");
}

TEST_CASE_FIXTURE(Fixture, "an address of another origin is refused, so that no credentials go there") {
  profile.wire.list.paging->by = profile::PagingBy::link;
  for (const std::string next :
       {"https://elsewhere.example/users?page=2", "//elsewhere.example/users", "http://api.example.com/v2/users?page=2",
        "https://api.example.com:8443/v2/users", "https://api.example.com@elsewhere.example/v2/users",
        "https://api.example.com.elsewhere.example/", "ftp://api.example.com/v2/users", "file:///etc/passwd",
        "https://api.example.com\\@elsewhere.example/", "https:///users", "http://[::1", "javascript:alert(1)"}) {
    CAPTURE(next);
    CHECK(requests().foreign(profile.wire.list, next));
  }
  CHECK(requests().foreign(profile.wire.list, "https://elsewhere.example/x") ==
        "the listing of https://api.example.com:443 goes on at another origin, https://elsewhere.example:443, which is "
        "not followed: correct the base URL");
  CHECK_FALSE(requests().foreign(profile.wire.list, ""));
  CHECK_FALSE(requests().foreign(profile.wire.find, "https://elsewhere.example/x"));  // it has no pages
  profile.wire.list.paging->by = profile::PagingBy::cursor;
  CHECK_FALSE(requests().foreign(profile.wire.list, "https://elsewhere.example/x"));  // a cursor is no address
}

TEST_CASE_FIXTURE(Fixture, "who the own user is, is asked only where that can be asked") {
  CHECK(requests().own_user()->url == base_url + "/me");
  profile.wire.me.searches = true;
  profile.wire.me.request = request_of("GET", "/user/search/{credential.username}");
  profile.wire.me.is = "{credential.username}@x.com";
  CHECK_FALSE(requests().own_user());
  CHECK(requests().own_name().empty());
  credentials.emplace("username", base::Secret("jo/e"));
  CHECK(requests().own_user()->url == base_url + "/user/search/jo%2Fe");
  CHECK(requests().own_name() == "jo/e@x.com");
  profile.wire.me.request = request_of("POST", "/search");
  profile.wire.me.request.body = Json{{"login", "{credential.username}"}};
  CHECK(Json::parse(requests().own_user()->body) == Json{{"login", "jo/e"}});
  profile.wire.me.request = {};
  CHECK_FALSE(requests().own_user());
}

TEST_CASE_FIXTURE(Fixture, "without the credential that names them, the own user is not asked for") {
  const Json in_body = Json{{"a", {{{"login", "{credential.username}"}}}}};
  profile::RequestTemplate posted = request_of("POST", "/search");
  posted.body = in_body;
  for (const auto& request : {request_of("GET", "/user/{credential.username}"),
                              request_of("GET", "/user", {{"login", "{credential.username}"}}), posted}) {
    profile.wire.me.request = request;
    CHECK_FALSE(requests().own_user());
  }
  credentials.emplace("username", base::Secret("jo"));
  CHECK(requests().own_user());
}

TEST_CASE_FIXTURE(Fixture, "a write by another media type, with constants and where the body holds the user") {
  profile.wire.update.request.content_type = "application/merge-patch+json";
  profile.wire.update.request.body = Json{{"notify", false}, {"user", {{"ref", "{id}"}}}};
  profile.wire.update.at = "/user";
  const auto request = requests().update("a\"/{id}", {is(first_name, "{id}")});
  CHECK(header(request, "Content-Type") == "application/merge-patch+json");
  CHECK(Json::parse(request.body) == Json{{"notify", false}, {"user", {{"ref", "a\"/{id}"}, {"first_name", "{id}"}}}});
  profile.wire.create.request.body = Json{{"send_mail", true}};
  profile.wire.create.at = "/data/0";
  CHECK(Json::parse(requests().create({is(email, "a@b.c")}).body) ==
        Json{{"send_mail", true}, {"data", {{{"email", "a@b.c"}}}}});
  CHECK(Json::parse(requests().update_whole("1", Json{{"id", "1"}, {"x", 1}}, {is(first_name, "Per")}).body) ==
        Json{{"notify", false}, {"user", {{"id", "1"}, {"ref", "1"}, {"x", 1}, {"first_name", "Per"}}}});
}
