#include "json/view.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "json/depth.hpp"

using namespace rostersync;
using json::Json;
using json::pointer_parts;
using json::ViewReader;

TEST_CASE("a view is the same value as Json, for whatever is JSON") {
  const std::vector<std::string> texts = {
      "null",
      "true",
      "false",
      "0",
      "-0",
      "17",
      "-9223372036854775808",
      "9223372036854775807",
      "18446744073709551615",
      "1.0",
      "-2.5e-3",
      "123456789012345678901234567890",  // beyond 64 bits: rounded
      R"({"id": 99999999999999999999, "name": "x"})",
      R"("")",
      R"("é \u00e9 \ud83d\ude00 \" \\ \/ \b\f\n\r\t")",
      "[]",
      "{}",
      R"([1, [2, {"a": null}], "x"])",
      R"({"a": {"b": [true]}, "a/b": 1, "m~n": 2, "": 3})",
      R"({"twice": 1, "other": 2, "twice": {"last": true}})",
      "\xEF\xBB\xBF{\"after\": \"a byte order mark\"}",
      " \t\r\n[1] \n",
      "\"" + std::string(100000, 'x') + "\"",
  };
  ViewReader reader;
  for (const std::string& text : texts) {
    CAPTURE(text);
    const auto view = reader.read(text);
    REQUIRE(view);
    const Json same = Json::parse(text);
    CHECK(json::to_json(*view) == same);
    CHECK(json::to_json(*view).dump() == same.dump());
  }
}

TEST_CASE("what is no JSON, or not all of it, has no view") {
  const std::vector<std::string> texts = {
      "",         " ",        "{",           R"({"a": 1)", R"({"a": 1}})", "[1,]",   "[1 2]",        "nul",
      "01",       "+1",       "1.",          "'a'",        R"({a: 1})",    "NaN",    "1e400",        "// comment\n1",
      "\"\x01\"", "\"\xff\"", R"("\ud800")", R"("\q")",    "[1] // after", "\"open", "\"\xc0\xaf\"", R"("\u12")",
      "<html>",   "[1][2]",   "\xEF\xBB",    "{\"a\"}",    R"({"a": 1,})",
  };
  ViewReader reader;
  CHECK_FALSE(
      reader.read("\xEF\xBB\xBF\xEF\xBB\xBF"
                  "1"));
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK_FALSE(reader.read(text));
    CHECK(Json::parse(text, nullptr, false).is_discarded());
  }
  CHECK(reader.read("1"));  // and it can be used again
}

TEST_CASE("nesting has an end, and so has the stack of whoever goes through it") {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  ViewReader reader;
  CHECK(reader.read(nested(json::deepest_nesting)));
  CHECK_FALSE(reader.read(nested(json::deepest_nesting + 1)));
  CHECK_FALSE(reader.read(nested(200'000)));
  CHECK_FALSE(reader.read("[123456789012345678901234567890, " + nested(200'000) + "]"));
  CHECK(reader.read(nested(json::deepest_nesting)));
}

TEST_CASE("what stands at a pointer") {
  ViewReader reader;
  const auto document = reader.read(R"({"a": {"b": [10, {"c": 1}]}, "a/b": 2, "m~n": 3, "a": {"b": [20, {"c": 4}]}})");
  REQUIRE(document);
  const auto number_at = [&](const char* pointer) -> std::optional<std::int64_t> {
    const auto found = json::at(*document, pointer_parts(pointer));
    return found ? std::optional(found->get_int64().value()) : std::nullopt;
  };
  CHECK(json::at(*document, pointer_parts(""))->is_object());
  CHECK(number_at("/a/b/0") == 20);  // the last of the two
  CHECK(number_at("/a/b/1/c") == 4);
  CHECK(number_at("/a~1b") == 2);
  CHECK(number_at("/m~0n") == 3);
  for (const char* nowhere : {"/x", "/a/x", "/a/b/2", "/a/b/00", "/a/b/-", "/a/b/-1", "/a/b/x", "/a~1b/c", "/"}) {
    CAPTURE(nowhere);
    CHECK_FALSE(number_at(nowhere));
  }
}
