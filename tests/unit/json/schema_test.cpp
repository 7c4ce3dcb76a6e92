#include "json/schema.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"

using namespace rostersync;

namespace {

const json::Json& schema() {
  static const json::Json it = json::parse_document(R"({
    "type": "object", "additionalProperties": false, "required": ["profile"],
    "definitions": {
      "limit": {"x-expected": "a percentage such as \"20%\" or a whole number",
                "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+%$"}]}
    },
    "properties": {
      "profile": {"type": "string", "minLength": 1},
      "create": {"type": "boolean"},
      "protect": {"type": "array", "items": {"anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": ["string", "boolean"], "x-expected": "a text or a boolean"}}]}},
      "limits": {"type": "object", "additionalProperties": false, "properties": {
        "creates": {"$ref": "#/definitions/limit"},
        "floor": {"type": "integer", "minimum": 0},
        "attributes": {"type": "object", "additionalProperties": {"$ref": "#/definitions/limit"}}}},
      "fetch": {"enum": ["auto", "list", "by-id"]},
      "mode": {"const": 1},
      "password": {"type": "string", "minLength": 8, "x-secret": true},
      "keywords": {"type": "array", "maxItems": 2},
      "retries": {"type": "integer", "minimum": 0, "maximum": 20},
      "key": {"x-secret": true, "x-expected": "{\"env\": \"NAME\"}", "anyOf": [
        {"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {"env": {"type": "string"}}}]},
      "merge": {"x-refused": "\"merge\" is not supported in this version", "not": {}}
    }})",
                                                    "schema")
                                   .root;
  return it;
}

std::vector<std::string> faults_of(const std::string& text) {
  return json::schema_faults(schema(), json::parse_document(text, "job.json"));
}

}  // namespace

TEST_CASE("a document that fits has no faults") {
  CHECK(faults_of(R"({"profile": "p"})").empty());
  CHECK(faults_of(R"({"profile": "p", "create": true, "protect": ["*@x", {"role": "A"}], "fetch": "by-id", "mode": 1,
                      "limits": {"creates": "20%", "floor": 0, "attributes": {"email": 5, "role": "1%"}}, "retries": 20,
                      "key": {"env": "K"}})")
            .empty());
}

TEST_CASE("each fault names file, line, key, what was expected and what was found") {
  struct Row {
    const char* name;
    const char* text;
    std::vector<std::string> faults;
  };
  const std::string limit = "expected a percentage such as \"20%\" or a whole number, found ";
  for (const Row& row : std::vector<Row>{
           {"unknown key",
            "{\"profile\": \"p\",\n \"protct\": []}",
            {"job.json:2: \"protct\" is not a key here; did you mean \"protect\"?"}},
           {"unknown key below",
            "{\"profile\": \"p\", \"limits\": {\n \"Creats\": 1}}",
            {"job.json:2: limits: \"Creats\" is not a key here; did you mean \"creates\"?"}},
           {"unknown key, like no other",
            "{\"profile\": \"p\", \"limits\": {\n \"zzz\": 1}}",
            {"job.json:2: limits: \"zzz\" is not a key here; the keys are attributes, creates, floor"}},
           {"missing key", "\n{}", {"job.json:2: the key \"profile\" is missing"}},
           {"pattern, phrased by the schema",
            "{\"profile\": \"p\",\n\"limits\": {\n\"creates\": \"lots\"}}",
            {"job.json:3: limits.creates: " + limit + "\"lots\""}},
           {"minimum inside an alternative",
            R"({"profile": "p", "limits": {"creates": -1}})",
            {"job.json:1: limits.creates: " + limit + "-1"}},
           {"no alternative for the type",
            R"({"profile": "p", "limits": {"creates": {"a": 1}}})",
            {"job.json:1: limits.creates: " + limit + "an object"}},
           {"under additionalProperties",
            "{\"profile\": \"p\", \"limits\": {\"attributes\": {\"a\": 1,\n\"b\": null}}}",
            {"job.json:2: limits.attributes.b: " + limit + "null"}},
           {"inside an alternative of a list",
            "{\"profile\": \"p\", \"protect\": [\"a\",\n{\"role\": 3}]}",
            {"job.json:2: protect.1.role: expected a text or a boolean, found 3"}},
           {"wrong type",
            R"({"profile": "p", "create": "yes"})",
            {"job.json:1: create: expected true or false, found \"yes\""}},
           {"a list for an object",
            R"({"profile": "p", "limits": []})",
            {"job.json:1: limits: expected an object {…}, found a list"}},
           {"the root", "[]", {"job.json:1: expected an object {…}, found a list"}},
           {"range",
            R"({"profile": "p", "retries": 21})",
            {"job.json:1: retries: expected a whole number from 0 to 20, found 21"}},
           {"half a number",
            R"({"profile": "p", "retries": 1.5})",
            {"job.json:1: retries: expected a whole number from 0 to 20, found 1.5"}},
           {"empty text", R"({"profile": ""})", {"job.json:1: profile: expected a text that is not empty, found \"\""}},
           {"a length",
            R"({"profile": "p", "password": "short"})",
            {"job.json:1: password: expected a text of 8 characters or more"}},
           {"too many items",
            R"({"profile": "p", "keywords": [1, 2, 3]})",
            {"job.json:1: keywords: expected a list […] of 2 items or fewer, found a list"}},
           {"enum",
            R"({"profile": "p", "fetch": "by_ids"})",
            {"job.json:1: fetch: expected \"auto\", \"list\" or \"by-id\", found \"by_ids\"; did you mean \"by-id\"?"}},
           {"const", R"({"profile": "p", "mode": 2})", {"job.json:1: mode: expected 1, found 2"}},
           {"refused",
            R"({"profile": "p", "merge": {"a": 1}})",
            {"job.json:1: merge: \"merge\" is not supported in this version"}},
           {"a secret is not repeated",
            R"({"profile": "p", "key": "s3cr3t"})",
            {"job.json:1: key: expected {\"env\": \"NAME\"}"}},
           {"all of them, by line",
            "{\"limits\": {\"floor\": -1,\n \"creates\": \"x\"},\n \"create\": 1}",
            {"job.json:1: the key \"profile\" is missing",
             "job.json:1: limits.floor: expected a whole number of 0 or more, found -1",
             "job.json:2: limits.creates: " + limit + "\"x\"",
             "job.json:3: create: expected true or false, found 1"}}}) {
    CAPTURE(row.name);
    CHECK(faults_of(row.text) == row.faults);
  }
}

TEST_CASE("long texts are cut when repeated, and refused before a pattern sees them") {
  const std::string cut = faults_of(R"({"profile": "p", "limits": {"creates": ")" + std::string(59, 'x') + "é" +
                                    std::string(100, 'y') + R"("}})")[0];
  CHECK(cut.find(std::string(59, 'x') + "…\"") != std::string::npos);
  CHECK(faults_of(R"({"profile": "p", "limits": {"creates": ")" + std::string(4095, '1') + "%\"}}").empty());
  const std::vector<std::string> faults =
      faults_of("{\"profile\": \"p\", \"limits\": {\n\"creates\": \"" + std::string(1000000, '1') + "%\"}}");
  REQUIRE(faults.size() == 1);
  CHECK(faults[0] == "job.json:2: limits.creates: expected a text of at most 4096 bytes, found one of 1000001");
}

TEST_CASE("require_schema throws the faults, one a line") {
  const json::Document bad = json::parse_document("{\"a\": 1,\n\"b\": 2, \"profile\": \"p\"}", "job.json");
  CHECK_NOTHROW(json::require_schema(schema(), json::parse_document(R"({"profile": "p"})", "job.json")));
  try {
    json::require_schema(schema(), bad);
    FAIL("no fault");
  } catch (const base::CannotRun& error) {
    const std::string sentences = error.what();
    CHECK(sentences.starts_with("job.json:1: \"a\" is not a key here"));
    CHECK(sentences.find("\njob.json:2: \"b\" is not a key here") != std::string::npos);
  }
}

TEST_CASE("a schema that is none ends the run, not the process") {
  CHECK_THROWS_AS(json::schema_faults(json::Json::parse(R"({"type": "nothing"})"), json::parse_document("1", "x")),
                  base::CannotRun);
}
