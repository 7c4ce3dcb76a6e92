// How requests say who asks, and what signs in.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "directory/requests.hpp"
#include "unit/directory/api_profile.hpp"

using namespace rostersync;
using namespace rostersync::test;
using directory::Credentials;
using directory::Requests;

namespace {

struct Asked {
  profile::Profile profile = api_profile();
  Credentials credentials{{"api_key", base::Secret("k/1")}};
  std::string token_url;

  void knows(const std::string& name, const std::string& secret) { credentials[name] = base::Secret(secret); }
  profile::AuthWay& has_way(profile::AuthKind kind, std::vector<std::string> names) {
    profile::AuthWay& way = profile.wire.auth.emplace_back();
    way.kind = kind;
    way.credentials = std::move(names);
    return way;
  }
  profile::AuthWay& has_grant(const std::string& token) {
    knows("client_id", "our app");
    knows("client_secret", "s:3/c");
    profile::AuthWay& way = has_way(profile::AuthKind::oauth2, {"client_id", "client_secret"});
    way.headers = {{"Authorization", "Bearer {session.access_token}"}};
    way.grant.token = token;
    return way;
  }
  Requests requests() const { return {profile.schema, profile.wire, base_url, credentials, token_url}; }
};

}  // namespace

TEST_CASE_FIXTURE(Asked, "headers of the way that is taken go with every request, after those of any way") {
  profile.wire.headers = {{"x-Key", "{credential.api_key}"}};
  has_way(profile::AuthKind::headers, {"a", "b"}).headers = {{"A", "{credential.a}"}};
  has_way(profile::AuthKind::headers, {"b"}).headers = {{"B", "it is {credential.b}, {credential.api_key}"}};
  knows("b", "bee");
  CHECK(requests().own_user()->headers ==
        http::Headers{{"x-Key", "k/1"}, {"B", "it is bee, k/1"}, {"Accept", "application/json"}});
  knows("a", "ay");
  CHECK(requests().own_user()->headers == http::Headers{{"x-Key", "k/1"}, {"A", "ay"}, {"Accept", "application/json"}});
  credentials = {{"api_key", base::Secret("k/1")}, {"a", base::Secret("ay")}};
  CHECK_THROWS_AS(requests(), base::CannotRun);
}

TEST_CASE_FIXTURE(Asked, "basic authentication, by the example of RFC 7617, and what is no secret in no other form") {
  has_way(profile::AuthKind::basic, {"username", "password"});
  knows("username", "test");
  knows("password", "123\xC2\xA3");
  CHECK(requests().create({is(email, "a@b.c")}).headers[1] ==
        std::pair<std::string, std::string>{"Authorization", "Basic dGVzdDoxMjPCow=="});
  CHECK(requests().redacted("you said dGVzdDoxMjPCow==, that is 123\xC2\xA3") == "you said (secret), that is (secret)");
  CHECK_FALSE(requests().way()->has_session());
}

TEST_CASE_FIXTURE(Asked, "a token is asked for by RFC 6749") {
  profile::AuthWay& way = has_grant("/oauth/token");
  way.grant.scope = "users groups";
  way.grant.form = {{"audience", "{credential.api_key}&"}};
  const http::Request request = requests().sign_in();
  CHECK(request.method == "POST");
  CHECK(request.url == base_url + "/oauth/token");
  CHECK(request.effect == http::Effect::sign_in);
  CHECK(request.headers ==
        http::Headers{{"x-Key", "k/1"},
                      {"Accept", "application/json"},
                      {"Content-Type", "application/x-www-form-urlencoded"},
                      {"Authorization", "Basic b3VyJTIwYXBwOnMlM0EzJTJGYw=="}});  // our%20app:s%3A3%2Fc
  CHECK(request.body == "grant_type=client_credentials&scope=users%20groups&audience=k%2F1%26");
  CHECK(requests().redacted("b3VyJTIwYXBwOnMlM0EzJTJGYw== s:3/c s%3A3%2Fc") == "(secret) (secret) (secret)");

  way.grant = {"/oauth/token", "", true, {}};
  CHECK(requests().sign_in().body == "grant_type=client_credentials&client_id=our%20app&client_secret=s%3A3%2Fc");
  CHECK(requests().sign_in().headers.size() == 3);

  const http::Request signed_in = requests().signed_in(*requests().own_user(), {{"access_token", base::Secret("abc")}});
  CHECK(signed_in.headers.back() == std::pair<std::string, std::string>{"Authorization", "Bearer abc"});
}

TEST_CASE_FIXTURE(Asked, "the headers of every request go to no other server than theirs") {
  has_grant("https://login.example.com/token/");
  CHECK(requests().sign_in().url == "https://login.example.com/token/");
  CHECK(requests().sign_in().headers[0].first == "Accept");
  token_url = "https://api.example.com/token";
  CHECK(requests().sign_in().url == token_url);
  CHECK(requests().sign_in().headers[0].first == "x-Key");
  token_url = "https://api.example.com:444/token";
  CHECK(requests().sign_in().headers[0].first == "Accept");
}

TEST_CASE_FIXTURE(Asked, "a sign-in's own header stands for one of every request") {
  profile::AuthWay& way = has_way(profile::AuthKind::sign_in, {"word"});
  knows("word", "a \"word\"");
  way.sign_in.request = {
      "POST",
      "/in",
      {{"X-KEY", "other"}, {"content-type", "text/json"}},
      {{"deep", {{"in", {"{credential.word}", 1, nullptr, true}}}}, {"{credential.word}", "{credential.api_key}!"}}};
  const http::Request request = requests().sign_in();
  CHECK(request.headers ==
        http::Headers{{"x-Key", "other"}, {"Accept", "application/json"}, {"Content-Type", "text/json"}});
  CHECK(json::Json::parse(request.body) ==
        json::Json::parse(R"({"deep": {"in": ["a \"word\"", 1, null, true]}, "{credential.word}": "k/1!"})"));
  CHECK_FALSE(requests().refresh({{"ticket", base::Secret("t")}}).has_value());

  way.sign_in.refresh = profile::SignInRequest{"PUT", "/again", {{"T", "{session.ticket}"}}, nullptr};
  CHECK_FALSE(requests().refresh({}).has_value());
  const auto again = requests().refresh({{"ticket", base::Secret("t")}});
  REQUIRE(again.has_value());
  CHECK(again->method == "PUT");
  CHECK(again->url == base_url + "/again");
  CHECK(again->effect == http::Effect::sign_in);
  CHECK(again->headers == http::Headers{{"x-Key", "k/1"}, {"Accept", "application/json"}, {"T", "t"}});
  CHECK(again->body.empty());
}

TEST_CASE_FIXTURE(Asked, "of secrets that hold each other, nothing is left over") {
  knows("word", "k/1-and-more");
  CHECK(requests().redacted("k/1-and-more, k/1") == "(secret), (secret)");
}

TEST_CASE_FIXTURE(Asked, "a session's values are secrets, and the token within one") {
  Requests told = requests();
  told.keep_secret({{"a", base::Secret("Bearer abcd1234")}, {"b", base::Secret("x")}});
  told.keep_secret({{"a", base::Secret("efgh5678")}});
  CHECK(told.redacted("Bearer abcd1234, abcd1234 or efgh5678: exact") == "(secret), (secret) or (secret): exact");
}

TEST_CASE("what cannot be sent is refused without being repeated") {
  profile::AuthWay way;
  way.kind = profile::AuthKind::basic;
  Credentials credentials{{"username", base::Secret("s3:cr3t")}, {"password", base::Secret("a:b")}};
  CHECK_THROWS_WITH_AS(
      directory::check_credentials(way, credentials),
      "credential \"username\": it holds a colon, which basic authentication cannot carry; use another "
      "account",
      base::CannotRun);
  credentials["username"] = base::Secret("me");
  CHECK_NOTHROW(directory::check_credentials(way, credentials));
  credentials["password"] = base::Secret("s3cr\xE9t");
  CHECK_THROWS_WITH_AS(directory::check_credentials(way, credentials),
                       "credential \"password\": it is not UTF-8, which is what is sent; save it as UTF-8",
                       base::CannotRun);
  way.kind = profile::AuthKind::headers;
  CHECK_NOTHROW(directory::check_credentials(way, credentials));
}

TEST_CASE("what a token endpoint answers") {
  profile::AuthWay way;
  way.kind = profile::AuthKind::oauth2;
  way.sign_in.session = {{"access_token", "/access_token"}};
  way.sign_in.expires = profile::Expiry{"/expires_in", false, std::chrono::seconds(1)};
  const auto read = [&](const std::string& body) {
    http::Response response;
    response.status = 200;
    response.body = body;
    return directory::read_session(way, response, {}, {});
  };
  struct Row {
    const char* body;
    const char* fault;
    int life;
  };
  for (const Row& row :
       std::vector<Row>{{R"({"access_token": "t", "token_type": "Bearer", "expires_in": 3600})", "", 3600},
                        {R"({"access_token": "t", "token_type": "bearer", "expires_in": "60"})", "", 60},
                        {R"({"access_token": "t"})", "", 0},
                        {R"({"access_token": "t", "token_type": "mac"})",
                         "the token is of the type \"mac\", and only bearer tokens can be used", 0},
                        {R"({"token_type": "bearer"})", "the answer has no text at /access_token", 0},
                        {"[]", "the answer has no text at /access_token", 0},
                        {"access_token=t", "the answer is not JSON", 0}}) {
    CAPTURE(row.body);
    const auto answer = read(row.body);
    CHECK(answer.fault == row.fault);
    CHECK(answer.life.value_or(base::Duration::zero()) == std::chrono::seconds(row.life));
    if (answer.fault.empty()) CHECK(answer.values.at("access_token").reveal() == "t");
  }
  http::Response refusal;
  refusal.body = R"({"error": "invalid_client", "error_description": "No such client"})";
  CHECK(directory::grant_error(refusal) == "invalid_client: No such client");
  refusal.body = R"({"error": "invalid_client"})";
  CHECK(directory::grant_error(refusal) == "invalid_client");
  refusal.body = "no";
  CHECK(directory::grant_error(refusal).empty());
}
