#include "directory/answers.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "text/text.hpp"
#include "unit/directory/fake_api.hpp"
#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using directory::Answers;
using model::Presence;
using profile::Meaning;

namespace {

struct Fixture {
  profile::Profile profile = api_profile();
  Answers answers{profile.schema, profile.wire, all_readable(profile.schema)};

  auto page(std::string body) { return answers.page(profile.wire.list, answer(200, std::move(body))); }
  auto user(std::string body) { return answers.full_user(answer(200, std::move(body))); }
  auto error(int code, std::string body) { return answers.error(answer(code, std::move(body))); }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what a listing leaves out is unknown, what it calls null is empty") {
  const auto found =
      page(R"({"users": [{"id": "1", "email": "a@b.c", "last_name": null, "teams": []}], "count": 5, "last": 3})");
  REQUIRE(found);
  REQUIRE(found->users.size() == 1);
  CHECK(found->users.presence(0, last_name) == Presence::clear);
  CHECK(found->users.presence(0, teams) == Presence::clear);
  CHECK(found->users.presence(0, first_name) == Presence::unknown);
  CHECK(found->users.presence(0, city) == Presence::unknown);
  CHECK(found->facts.count == 5);
  CHECK(found->facts.last == 3);
}

TEST_CASE_FIXTURE(Fixture, "what a full read leaves out is empty") {
  const auto found = user(R"({"id": 17, "email": "a@b.c", "address": {"city": "Vannes"}})");
  REQUIRE(found);
  CHECK(found->text(0, id) == "17");
  CHECK(found->text(0, city) == "Vannes");
  CHECK(found->presence(0, first_name) == Presence::clear);
  CHECK_FALSE(found->has_column(phone));
}

TEST_CASE_FIXTURE(Fixture, "values are made canonical, ids stay as they are") {
  const auto found = user(
      "{\"id\": \" u\\u0301 \", \"email\": \"A@b.c\", \"teams\": [\"b\", \"a\", \"b\"], \"first_name\": \"e\\u0301\"}");
  REQUIRE(found);
  CHECK(found->text(0, id) == " u\u0301 ");
  CHECK(found->text(0, teams) == R"(["a","b"])");
  CHECK(found->text(0, first_name) == "\u00e9");
}

TEST_CASE_FIXTURE(Fixture,
                  "a value of another type, or beyond all measure, equals nothing but is kept for the report") {
  const auto found =
      user(R"({"id": "1", "first_name": {"fr": "Léodagan"}, "last_name": ")" + std::string(5'000'000, 'x') + "\"}");
  REQUIRE(found);
  CHECK(found->text(0, first_name) == R"({"fr":"Léodagan"})");
  CHECK(found->text(0, last_name).size() < 600);
}

TEST_CASE_FIXTURE(Fixture, "an answer that is not what was asked for is no answer") {
  struct Case {
    std::string name;
    std::string body;
  };
  const std::vector<Case> cases = {
      {"nothing", ""},
      {"a page for a browser", "<html></html>"},
      {"cut off", R"({"users": [{"id": "1", "ema)"},
      {"no list of users", R"({"count": 3})"},
      {"users that are no list", R"({"users": {"id": "1"}})"},
      {"a user that is a text", R"({"users": ["1"]})"},
      {"a user without an id", R"({"users": [{"id": "1"}, {"email": "a@b.c"}]})"},
      {"an id that is null", R"({"users": [{"id": null}]})"},
      {"an id that is empty", R"({"users": [{"id": ""}]})"},
      {"an id that is a list", R"({"users": [{"id": ["1"]}]})"},
      {"bytes that are not UTF-8", "{\"users\": [{\"id\": \"1\", \"email\": \"\xff\"}]}"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK_FALSE(page(one.body));
  }
  CHECK_FALSE(user(R"({"email": "a@b.c"})"));
  CHECK_FALSE(user(R"(["1"])"));
  CHECK(page(R"({"users": []})"));
}

TEST_CASE_FIXTURE(Fixture, "an answer that is an abyss of brackets is no answer, and the end of no program") {
  const std::string abyss = std::string(200'000, '[') + std::string(200'000, ']');
  CHECK_FALSE(page(R"({"users": [{"id": "1", "teams": )" + abyss + "}]}"));
  CHECK_FALSE(page(R"({"users": [], "more": )" + abyss + "}"));
  CHECK_FALSE(user(R"({"id": "1", "first_name": )" + abyss + "}"));
  CHECK_FALSE(answers.found("jo@b.co", answer(200, R"({"users": [{"id": "1", "email": )" + abyss + "}]}")));
  CHECK_FALSE(answers.created_id(answer(201, R"({"id": "1", "more": )" + abyss + "}")));
  const auto told = error(400, R"({"errors": )" + abyss + "}");
  CHECK(told.message.starts_with("HTTP 400: {"));
  CHECK(told.message.size() <= 520);
}

TEST_CASE_FIXTURE(Fixture, "counts that are no numbers are not declared") {
  const auto found = page(R"({"users": [], "count": "5", "last": -1})");
  REQUIRE(found);
  CHECK_FALSE(found->facts.count);
  CHECK_FALSE(found->facts.last);
}

TEST_CASE_FIXTURE(Fixture, "an API that counts its pages from 0") {
  profile.wire.list.paging->first = 0;
  CHECK(page(R"({"users": [], "last": 2})")->facts.last == 3);
  CHECK(page(R"({"users": [], "last": 0})")->facts.last == 1);
}

TEST_CASE_FIXTURE(Fixture, "of a fuzzy search, only those whose key is the one") {
  const std::string body =
      R"({"users": [{"id": "1", "email": "jo@b.com"}, {"id": "2", "email": "JO@b.co"}, {"id": "3", "email": null}]})";
  const auto page = answers.found("jo@B.co", answer(200, body));
  REQUIRE(page);
  const model::Users* const found = &page->users;
  REQUIRE(found->size() == 1);
  CHECK(found->text(0, id) == "2");
  CHECK(found->presence(0, first_name) == Presence::unknown);
  CHECK(answers.found("nobody@b.co", answer(200, body))->users.size() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a search whose user does not say the key is no answer: it may be the one") {
  CHECK_FALSE(answers.found("jo@b.co", answer(200, R"({"users": [{"id": "1"}, {"id": "2", "email": "jo@b.co"}]})")));
}

TEST_CASE_FIXTURE(Fixture, "the new user's id") {
  CHECK(answers.created_id(answer(201, R"({"id": "a1"})")) == "a1");
  CHECK(answers.created_id(answer(201, R"({"id": 17})")) == "17");
  CHECK_FALSE(answers.created_id(answer(201, R"({"id": "a1")")));
  CHECK_FALSE(answers.created_id(answer(201, R"({"status": "success"})")));
  CHECK_FALSE(answers.created_id(answer(201, R"(["a1"])")));
}

TEST_CASE_FIXTURE(Fixture, "an error's own words") {
  struct Case {
    std::string name;
    int status;
    std::string body;
    std::string message;
    Meaning meaning;
  };
  const std::vector<Case> cases = {
      {"at /errors, as text", 400, R"({"errors": "role is unknown"})", "HTTP 400: role is unknown", Meaning::row},
      {"at /errors, as an object", 400, R"({"errors": {"json": {"role": ["x"]}}})",
       R"(HTTP 400: {"json":{"role":["x"]}})", Meaning::row},
      {"at /error", 403, R"({"error": "not for you"})", "HTTP 403: not for you", Meaning::row},
      {"an empty one is passed over", 400, R"({"errors": "", "error": "x"})", "HTTP 400: x", Meaning::row},
      {"elsewhere", 400, R"({"detail": "x"})", R"(HTTP 400: {"detail":"x"})", Meaning::row},
      {"as plain text", 400, "  The e-mail is Already there.\n", "HTTP 400: The e-mail is Already there.",
       Meaning::exists},
      {"as a page for a browser", 502, "\n<html>already</html>", "HTTP 502", Meaning::row},
      {"nothing", 403, "", "HTTP 403", Meaning::row},
      {"null", 403, "null", "HTTP 403", Meaning::row},
      {"not UTF-8", 400, "already \xff", "HTTP 400", Meaning::row},
      {"of the credentials", 401, R"({"error": "bad key"})", "HTTP 401: bad key", Meaning::credentials},
      {"that somebody is there, by status", 409, "{}", "HTTP 409: {}", Meaning::exists},
      {"that somebody is there, by words", 400, R"({"errors": {"email": "ALREADY used"}})",
       R"(HTTP 400: {"email":"ALREADY used"})", Meaning::exists},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const auto told = error(one.status, one.body);
    CHECK(told.message == one.message);
    CHECK(told.meaning == one.meaning);
  }
}

TEST_CASE_FIXTURE(Fixture, "long words are cut between two characters, and understood to their end") {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    CAPTURE(shift);
    std::string words(shift, 'x');
    while (words.size() < 600) words += "é";
    const auto told = error(400, json::Json{{"errors", words + " already"}}.dump());
    CHECK_FALSE(text::first_invalid_utf8(told.message));
    CHECK(told.message.size() <= 520);
    CHECK(told.message.ends_with("…"));
    CHECK(told.meaning == Meaning::exists);
  }
}

TEST_CASE_FIXTURE(Fixture, "secrets are taken out of the words before these are cut: half a key is a key") {
  answers.redact_with([](std::string words) {
    const std::size_t at = words.find("top-secret");
    return at == std::string::npos ? words : words.replace(at, 10, "***");
  });
  const auto told = error(403, json::Json{{"errors", std::string(495, 'x') + "top-secret"}}.dump());
  CHECK(told.message.find("top") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "users may be wrapped, each in its way") {
  profile.wire.list.items = "/data/list";
  profile.wire.list.user = "/user";
  profile.wire.read.user = "/data/0";
  profile.wire.me.user = "/me/user";
  const auto listed = page(R"({"data": {"list": [{"user": {"id": "1"}}, {"user": {"id": "2"}}]}})");
  REQUIRE(listed);
  CHECK(listed->users.size() == 2);
  CHECK_FALSE(page(R"({"data": {"list": [{"user": {"id": "1"}}, {"id": "2"}]}})"));
  CHECK(user(R"({"data": [{"id": "1"}]})"));
  CHECK_FALSE(user(R"({"data": []})"));
  CHECK_FALSE(user(R"({"id": "1"})"));
  const auto own = answers.own_user("", answer(200, R"({"me": {"user": {"id": "1"}}})"));
  REQUIRE(own);
  CHECK(own->text(0, id) == "1");
  CHECK_FALSE(answers.own_user("", answer(200, R"({"me": {}})")));
  CHECK(answers.user_object(answer(200, R"({"data": [{"id": 1, "x": [2]}]})")) == json::Json{{"id", 1}, {"x", {2}}});
  CHECK_FALSE(answers.user_object(answer(200, R"({"data": ["x"]})")));
  CHECK_FALSE(answers.user_object(answer(200, "")));
}

TEST_CASE_FIXTURE(Fixture, "the own user is the one of those found whose attribute is the name, without case") {
  profile.wire.me.searches = true;
  profile.wire.me.items = "/data";
  profile.wire.me.user = "/user";
  profile.wire.me.of = {title, email};
  const auto own = [&](const std::string& name, const std::string& body) {
    return answers.own_user(name, answer(200, body));
  };
  const std::string body = R"({"data": [{"user": {"id": "1", "email": "joe@x.com"}}, {"user": {"id": "2", "title": "JO",
                                        "email": "other@x.com"}}, {"user": {"id": "3", "first_name": "jo"}}]})";
  const auto by_title = own("jo", body);
  REQUIRE(by_title);
  REQUIRE(by_title->size() == 1);
  CHECK(by_title->text(0, id) == "2");
  CHECK(own("Joe@X.com", body)->text(0, id) == "1");
  CHECK(own("nobody", body)->size() == 0);
  CHECK(own("jo", R"({"data": []})")->size() == 0);
  CHECK_FALSE(own("jo", R"({"data": [{"id": "2", "title": "jo"}]})"));
  CHECK_FALSE(own("jo", "<html>"));
}

TEST_CASE("who searches for the own user, and finds nobody, has an answer") {
  struct Case {
    std::string name;
    Trouble me;
    Status status;
  };
  for (const Case& one : std::vector<Case>{{"nobody", before(answer(200, R"({"data": []})")), Status::ok},
                                           {"not there", status(404), Status::ok},
                                           {"refused", status(403), Status::refused},
                                           {"the key is dead", status(401), Status::credentials}}) {
    CAPTURE(one.name);
    Remote remote;
    remote.profile.wire.me = {request_of("GET", "/me"), "", true, "/data", "jo", {email}};
    remote.api.trouble["me"] = {one.me};
    const Done done = remote.only(directory::ReadOwnUser{});
    CHECK(done.status == one.status);
    CHECK(done.attempts == 1);
    CHECK((!done.users || done.users->size() == 0));
    remote.profile.wire.me.request = {};
    const Done unasked = remote.only(directory::ReadOwnUser{});
    CHECK(unasked.status == Status::ok);
    CHECK(unasked.attempts == 0);
    CHECK_FALSE(unasked.users);
  }
  Remote remote;
  remote.api.trouble["me"] = {status(404)};  // of the credentials themselves, that is none
  CHECK(remote.only(directory::ReadOwnUser{}).status == Status::absent);
}

TEST_CASE_FIXTURE(Fixture, "values that travel by code") {
  profile.wire.attributes[role].codes = {{"boss", 1}, {"worker", "2"}};
  profile.wire.attributes[disabled].codes = {{"true", 0}, {"false", 1}};
  struct Case {
    const char* said;
    std::string understood;
  };
  for (const Case& one : std::vector<Case>{{"1", "boss"},
                                           {R"("1")", "boss"},
                                           {"2", "worker"},
                                           {"3", "3"},
                                           {R"("boss")", "no code: boss"},
                                           {"[1]", "[1]"}}) {
    CAPTURE(one.said);
    const auto found = user(std::string(R"({"id": "1", "role": )") + one.said + "}");
    REQUIRE(found);
    CHECK(found->text(0, role) == one.understood);
  }
  for (const char* nothing : {"null", R"("")", "[]"}) {
    CAPTURE(nothing);
    CHECK(user(std::string(R"({"id": "1", "role": )") + nothing + "}")->presence(0, role) == Presence::clear);
  }
  CHECK(user(R"({"id": "1", "disabled": 0})")->text(0, disabled) == "true");
  CHECK(user(R"({"id": "1", "disabled": 1})")->text(0, disabled) == "false");
  CHECK(user(R"({"id": "1", "disabled": true})")->text(0, disabled) == "no code: true");  // who knows which way round
}

TEST_CASE_FIXTURE(Fixture, "a user as written may lack anything, and what it lacks is unknown") {
  profile.wire.update.user = "/user";
  const auto written = answers.written_user(answer(200, R"({"user": {"first_name": "Per", "address": null}})"));
  REQUIRE(written);
  CHECK(written->presence(0, id) == Presence::unknown);
  CHECK(written->text(0, first_name) == "Per");
  CHECK(written->presence(0, email) == Presence::unknown);
  CHECK(written->presence(0, city) == Presence::unknown);
  for (const char* body : {"", "{}", R"({"user": 1})", R"({"user": []})"}) {
    CAPTURE(body);
    CHECK_FALSE(answers.written_user(answer(200, body)));
  }
}

TEST_CASE_FIXTURE(Fixture, "an error that says several things") {
  profile.wire.errors.messages = {"/errors", "/message"};
  profile.wire.errors.item_message = "/detail/text";
  profile.wire.errors.item_field = "/source";
  struct Case {
    std::string name;
    std::string body;
    std::string message;
    std::size_t fields;
  };
  const std::vector<Case> cases = {
      {"sentences", R"({"errors": ["a", "b"]})", "HTTP 400: a; b", 0},
      {"objects", R"({"errors": [{"detail": {"text": "a"}, "source": "email"}, {"detail": {"text": ["b"]}}]})",
       R"(HTTP 400: a; ["b"])", 1},
      {"both", R"({"errors": ["a", {"detail": {"text": "b"}, "source": "role"}]})", "HTTP 400: a; b", 1},
      {"objects of another kind", R"({"errors": [{"x": 1}]})", R"(HTTP 400: [{"x":1}])", 0},
      {"one of another kind", R"({"errors": ["a", 7]})", R"(HTTP 400: ["a",7])", 0},
      {"through a text", R"({"errors": [{"detail": "a"}]})", R"(HTTP 400: [{"detail":"a"}])", 0},
      {"through an array", R"({"errors": [{"detail": ["a"]}]})", R"(HTTP 400: [{"detail":["a"]}])", 0},
      {"none", R"({"errors": [], "message": "x"})", "HTTP 400: []", 0},
      {"a field that is no text", R"({"errors": [{"detail": {"text": "a"}, "source": {"p": 1}}]})", "HTTP 400: a", 0},
      {"one object", R"({"errors": {"detail": {"text": "a"}}})", R"(HTTP 400: {"detail":{"text":"a"}})", 0},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const auto told = error(400, one.body);
    CHECK(told.message == one.message);
    CHECK(told.fields.size() == one.fields);
  }
  profile.wire.errors.item_message = "/text";
  const auto told = error(400, R"({"errors": [{"text": "too long", "source": "email"}]})");
  CHECK(told.fields == std::vector<std::pair<std::string, std::string>>{{"email", "too long"}});
}

TEST_CASE("what an error means where no rule fits, and where one does") {
  struct Case {
    int status;
    std::string body;
    std::vector<profile::ErrorRule> rules;
    Status means;
  };
  const std::vector<profile::ErrorRule> row_404 = {{{404}, {"role"}, Meaning::row}};
  const std::vector<profile::ErrorRule> absent_403 = {{{403}, {"user not found"}, Meaning::absent}};
  const std::vector<profile::ErrorRule> row_401 = {{{401}, {}, Meaning::row}};
  const std::vector<Case> cases = {
      {401, "{}", {}, Status::credentials},
      {404, "{}", {}, Status::absent},
      {403, "{}", {}, Status::refused},
      {410, "{}", {}, Status::refused},
      {404, R"({"error": "no such Role"})", row_404, Status::refused},
      {404, R"({"error": "no such user"})", row_404, Status::absent},
      {403, R"({"error": "User Not Found."})", absent_403, Status::absent},
      {403, R"({"error": "not for you"})", absent_403, Status::refused},
      {401, "{}", row_401, Status::refused},
  };
  for (const Case& one : cases) {
    CAPTURE(one.status);
    CAPTURE(one.body);
    Remote remote;
    remote.profile.wire.errors.rules = one.rules;
    remote.api.trouble["read"] = {before(answer(one.status, one.body))};
    CHECK(remote.only(directory::ReadUser{"u1"}).status == one.means);
  }
}

TEST_CASE("a request's id, for support") {
  CHECK(directory::request_id(answer(200, "", {{"x-request-id", "r1"}})) == "r1");
  CHECK(directory::request_id(answer(200, "", {{"X-Correlation-ID", "c1"}})) == "c1");
  CHECK(directory::request_id(answer(200)).empty());
  CHECK(directory::request_id(answer(200, "", {{"Request-Id", std::string(1000, 'x')}})).size() == 200);
}
