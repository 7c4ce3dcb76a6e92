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

TEST_CASE("a request's id, for support") {
  CHECK(directory::request_id(answer(200, "", {{"x-request-id", "r1"}})) == "r1");
  CHECK(directory::request_id(answer(200, "", {{"X-Correlation-ID", "c1"}})) == "c1");
  CHECK(directory::request_id(answer(200)).empty());
  CHECK(directory::request_id(answer(200, "", {{"Request-Id", std::string(1000, 'x')}})).size() == 200);
}
