#include "profile/auth.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "profile/profile.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using profile::AuthKind;

namespace {

const std::filesystem::path config_directory = std::filesystem::path(ROSTERSYNC_SOURCE_DIR) / "config";

// A small API whose second line says who asks. `always`: its members for what is needed in any case, on line 3.
std::string small(const std::string& auth, const std::string& always = "") {
  return R"({"format": 1, "protocol": "rest", "title": "Small", "base_url": "https://api.example.com",
"auth": )" +
         auth + ",\n" + always + R"(
"rate": {"requests": 10, "per": "1s"},
"user": {"id": "id", "key": "login", "name": ["login"]},
"operations": {
"list": {"request": "GET /people", "items": ""}, "find": {"request": "GET /people/{key}", "items": ""},
"read": {"request": "GET /person/{id}"}, "me": {"request": "GET /me"},
"create": {"request": "PUT /person"}, "update": {"request": "PATCH /person/{id}"}},
"errors": {"message": [], "means": []},
"attributes": {"login": {"type": "text", "description": "Login."}}})";
}

profile::Profile load(const std::string& text) {
  const TemporaryFolder folder;
  return profile::load(folder.write("small.json", text).string(), config_directory);
}

const std::string always = R"("credentials": ["api_key"], "headers": {"X-Key": "{credential.api_key}"},)";

const std::string sign_in = R"({"by": "sign_in", "credentials": ["username", "password"], "request": "POST /auth/token",
"headers": {"X-Once": "{credential.api_key}"},
"body": {"user": {"name": "{credential.username}", "word": "{credential.password}"}, "keep": true},
"session": {"ticket": "/session/ticket", "again": "/session/again"},
"expires": {"at": "/session/until", "unit": "ms"},
"refresh": {"body": {"again": "{session.again}"}},
"use": {"Authorization": "Ticket {session.ticket}"}})";

}  // namespace

TEST_CASE("each way to say who asks is read") {
  CHECK(load(small("{\"by\": \"basic\"}")).wire.auth[0].kind == AuthKind::basic);
  CHECK(load(small("{\"by\": \"basic\"}")).wire.auth[0].credentials ==
        std::vector<std::string>{"username", "password"});

  const profile::AuthWay bearer = load(small("{\"by\": \"bearer\"}")).wire.auth[0];
  CHECK(bearer.kind == AuthKind::headers);
  CHECK(bearer.credentials == std::vector<std::string>{"token"});
  CHECK(bearer.headers == profile::NamedTemplates{{"Authorization", "Bearer {credential.token}"}});

  const profile::AuthWay headers = load(small(R"({"by": "headers", "credentials": ["a", "b"],
    "headers": {"Z": "{credential.b}", "A": "{credential.a} {credential.api_key}"}})",
                                              always))
                                       .wire.auth[0];
  CHECK(headers.credentials == std::vector<std::string>{"a", "b"});
  CHECK(headers.headers ==
        profile::NamedTemplates{{"Z", "{credential.b}"}, {"A", "{credential.a} {credential.api_key}"}});

  const profile::AuthWay oauth2 = load(small(R"({"by": "oauth2", "token": "https://login.example.com/token/",
    "scope": "users groups", "client": "body", "form": {"audience": "x"}})"))
                                      .wire.auth[0];
  CHECK(oauth2.kind == AuthKind::oauth2);
  CHECK(oauth2.credentials == std::vector<std::string>{"client_id", "client_secret"});
  CHECK(oauth2.grant.token == "https://login.example.com/token/");
  CHECK(oauth2.grant.scope == "users groups");
  CHECK(oauth2.grant.client_in_body);
  CHECK(oauth2.grant.form == profile::NamedTemplates{{"audience", "x"}});
  CHECK_FALSE(load(small(R"({"by": "oauth2", "token": "/token"})")).wire.auth[0].grant.client_in_body);
}

TEST_CASE("a sign-in is read, and what renews it goes where it went unless it says otherwise") {
  const profile::AuthWay way = load(small(sign_in, always)).wire.auth[0];
  CHECK(way.kind == AuthKind::sign_in);
  CHECK(way.credentials == std::vector<std::string>{"username", "password"});
  CHECK(way.headers == profile::NamedTemplates{{"Authorization", "Ticket {session.ticket}"}});
  const profile::SignIn& it = way.sign_in;
  CHECK(it.request.method == "POST");
  CHECK(it.request.path == "/auth/token");
  CHECK(it.request.headers == profile::NamedTemplates{{"X-Once", "{credential.api_key}"}});
  CHECK(it.request.body["user"]["word"] == "{credential.password}");
  CHECK(it.session ==
        std::vector<std::pair<std::string, std::string>>{{"ticket", "/session/ticket"}, {"again", "/session/again"}});
  REQUIRE(it.expires.has_value());
  CHECK(it.expires->pointer == "/session/until");
  CHECK(it.expires->is_moment);
  CHECK(it.expires->unit == std::chrono::milliseconds(1));
  REQUIRE(it.refresh.has_value());
  CHECK(it.refresh->path == "/auth/token");
  CHECK(it.refresh->headers == it.request.headers);
  CHECK(it.refresh->body == json::Json{{"again", "{session.again}"}});

  const profile::SignIn other = load(small(R"({"by": "sign_in", "request": "GET /in", "session": {"t": "/t"},
    "expires": {"in": "/life"}, "use": {"T": "{session.t}"},
    "refresh": {"request": "POST /again", "headers": {"T": "{session.t}"}}})"))
                                    .wire.auth[0]
                                    .sign_in;
  CHECK(other.request.body.is_null());
  CHECK_FALSE(other.expires->is_moment);
  CHECK(other.expires->unit == std::chrono::seconds(1));
  CHECK(other.refresh->path == "/again");
  CHECK(other.refresh->headers == profile::NamedTemplates{{"T", "{session.t}"}});
}

TEST_CASE("the reference tells the ways, in the order in which they are tried") {
  const auto words = [](const profile::Profile& it) {
    const std::string text = profile::reference_text(it);
    const std::size_t start = text.find("  Credentials ");
    return text.substr(start, text.find('\n', start) - start);
  };
  CHECK(words(load(small("[" + sign_in + R"(, {"by": "headers", "credentials": ["authorization", "access_token"],
    "headers": {"Authorization": "{credential.authorization}", "AccessToken": "{credential.access_token}"}}])",
                         always))) ==
        "  Credentials  api_key, and username with password, or authorization with access_token");
  CHECK(words(load(small("[{\"by\": \"bearer\"}, {\"by\": \"basic\"}]"))) ==
        "  Credentials  token, or username with password");
  CHECK(words(load(small(R"({"by": "headers", "headers": {"A": "b"}})"))) == "  Credentials  none");
  CHECK(profile::reference_json(load(small("[{\"by\": \"bearer\"}, {\"by\": \"basic\"}]")))["auth"] ==
        json::OrderedJson::parse(R"([{"by": "bearer", "credentials": ["token"]},
                                     {"by": "basic", "credentials": ["username", "password"]}])"));
}

namespace {

std::string fault_of(const std::string& text) {
  try {
    load(text);
  } catch (const base::CannotRun& error) {
    return error.what();
  }
  return "no fault";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a way that cannot be is refused with line and key") {
  struct Row {
    const char* name;
    std::string auth;
    const char* sentence;
  };
  for (const Row& row : std::vector<Row>{
           {"neither a way nor a list", "\"bearer\"", ":2: auth: expected a way such as {\"by\": \"bearer\"}"},
           {"no way at all", "[]", ":2: auth: expected a way such as {\"by\": \"bearer\"}"},
           {"no kind", "{}", ":2: auth: the key \"by\" is missing"},
           {"an unknown kind", R"({"by": "bearr"})", "; did you mean \"bearer\"?"},
           {"an unknown key", R"({"by": "oauth2", "tokn": "/t"})",
            ":2: auth: \"tokn\" is not a key here; did you mean \"token\"?"},
           {"a key of another kind", R"([{"by": "bearer", "scope": "x"}])",
            ":2: auth.0.scope: is no key of \"bearer\", which has by"},
           {"a key that is needed", R"([{"by": "basic"}, {"by": "oauth2", "scope": "x"}])",
            ":2: auth.1: the key \"token\" is missing, which \"oauth2\" needs"},
           {"a token address that is none", R"({"by": "oauth2", "token": "token"})",
            ":2: auth.token: expected a path below base_url"},
           {"a member of the form that goes by itself", R"({"by": "oauth2", "token": "/t", "form": {"scope": "x"}})",
            ":2: auth.form.scope: is sent by itself"},
           {"a credential that is not this way's",
            R"({"by": "oauth2", "token": "/t", "form": {"x": "{credential.token}"}})",
            ":2: auth.form.x: {credential.token} is no placeholder here"},
           {"a misspelt credential", replaced(sign_in, "{credential.password}", "{credential.pasword}"),
            ":4: auth.body.user.word: {credential.pasword} is no placeholder here; did you mean "
            "{credential.password}?"},
           {"a misspelt member of the session", replaced(sign_in, "{session.ticket}", "{session.tiket}"),
            ":8: auth.use.Authorization: {session.tiket} is no placeholder here; did you mean {session.ticket}?"},
           {"a session where there is none yet", replaced(sign_in, "{credential.username}", "{session.ticket}"),
            ":4: auth.body.user.name: {session.ticket} is no placeholder here"},
           {"a session in the header of a sign-in", replaced(sign_in, "{credential.api_key}", "{session.ticket}"),
            ":3: auth.headers.X-Once: {session.ticket} is no placeholder here"},
           {"a brace left open", replaced(sign_in, "{session.again}", "{session.again"),
            ":7: auth.refresh.body.again: a brace without its partner"},
           {"a placeholder in the path", replaced(sign_in, "/auth/token", "/auth/{credential.username}"),
            ":2: auth.request: {credential.username} is no placeholder here; none can stand there"},
           {"a session that is not used", replaced(sign_in, "Ticket {session.ticket}", "Ticket {credential.username}"),
            ":8: auth.use: holds no {session.X}"},
           {"a renewal of nothing", replaced(sign_in, "{session.again}", "{credential.username}"),
            ":7: auth.refresh: holds no {session.X}"},
           {"two ends", replaced(sign_in, "\"unit\": \"ms\"", "\"in\": \"/x\""), ":6: auth.expires: expected either"},
           {"no end", replaced(sign_in, "\"at\": \"/session/until\", ", ""), ":6: auth.expires: expected either"},
           {"a GET with a body", replaced(sign_in, "POST /auth", "GET /auth"), ":4: auth.body: a GET has no body"},
           {"a header that is none", replaced(sign_in, "X-Once", "X Once"), ":3: auth.headers.X Once: is no name"},
           {"a header that is said already", replaced(sign_in, "\"Authorization\"", "\"x-key\""),
            ":8: auth.use.x-key: the header x-key is said by \"headers\" already"},
           {"a header twice", R"({"by": "headers", "headers": {"A": "x", "a": "y"}})",
            ":2: auth.headers.a: is there twice"},
           {"a way that is never taken", R"([{"by": "headers", "headers": {"A": "x"}},
{"by": "bearer"}])",
            ":3: auth.1: is never taken, because auth.0 needs no more credentials"},
           {"a way that needs more than an earlier one", R"([{"by": "bearer"}, {"by": "headers",
"credentials": ["token", "more"], "headers": {"A": "{credential.token}{credential.more}"}}])",
            "auth.1: is never taken"}}) {
    CAPTURE(row.name);
    const std::string fault = fault_of(small(row.auth, always));
    CAPTURE(fault);
    CHECK(fault.find(row.sentence) != std::string::npos);
  }
  const std::string said = R"("credentials": [], "headers": {"authorization": "x"},)";
  for (const char* way : {R"({"by": "bearer"})", R"({"by": "basic"})", R"({"by": "oauth2", "token": "/t"})"}) {
    CAPTURE(way);
    CHECK(fault_of(small(way, said)).find(":2: auth: the header Authorization is said by") != std::string::npos);
  }
}
