#include "json/document.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"

using namespace rostersync;

namespace {

std::string fault_of(const std::string& text) {
  try {
    json::parse_document(text, "job.json");
  } catch (const base::CannotRun& error) {
    return error.what();
  }
  return "no fault";
}

}  // namespace

TEST_CASE("a document knows where each key stands") {
  const json::Document document = json::parse_document(
      "{ // what to sync\n"
      "  \"a\": 1,\n"
      "  /* two\n     lines */ \"b\": {\"c\": [10,\n"
      "    20\n"
      "  , {\"d/e~\\\"f\": true}]}\n"
      "}\n",
      "job.json");
  struct Row {
    const char* pointer;
    std::size_t line;
    std::size_t column;
  };
  for (const Row& row : std::vector<Row>{{"", 1, 1},
                                         {"/a", 2, 3},
                                         {"/b", 4, 15},
                                         {"/b/c", 4, 21},
                                         {"/b/c/0", 4, 29},
                                         {"/b/c/1", 5, 6},
                                         {"/b/c/2", 6, 5},
                                         {"/b/c/2/d~1e~0\"f", 6, 6},
                                         {"/b/c/2/nothing/like/that", 6, 5},
                                         {"/unheard", 1, 1}}) {
    CAPTURE(row.pointer);
    CHECK(document.position(row.pointer).line == row.line);
    CHECK(document.position(row.pointer).column == row.column);
  }
  CHECK(document.place("/b/c") == "job.json:4");
  CHECK(document.root == json::Json::parse(R"({"a": 1, "b": {"c": [10, 20, {"d/e~\"f": true}]}})"));
}

TEST_CASE("a document of one scalar, an empty container, every type of value") {
  CHECK(json::parse_document("7", "x").root == 7);
  CHECK(json::parse_document("{}", "x").root == json::Json::object());
  CHECK(json::parse_document("[]", "x").root == json::Json::array());
  const json::Json all = json::parse_document(R"([null, true, -1, 18446744073709551615, 1.5, "é", [], {}])", "x").root;
  CHECK(all.dump() == R"([null,true,-1,18446744073709551615,1.5,"é",[],{}])");
}

TEST_CASE("a byte order mark is no part of the text") {
  const json::Document document = json::parse_document("\xEF\xBB\xBF{\"a\": 1}", "x");
  CHECK(document.root["a"] == 1);
  CHECK(document.position("/a").column == 2);
}

TEST_CASE("what is no document is refused with its place") {
  struct Row {
    const char* name;
    std::string text;
    const char* place;
    const char* words;
  };
  const std::string deep(300, '[');
  for (const Row& row :
       std::vector<Row>{{"a key twice", "{\"a\": 1,\n\n \"a\": 2}",
                         "job.json:3:2: ", "\"a\" is there twice; the first is on line 1"},
                        {"a key twice, once escaped", "{\"a\": 1,\n \"\\u0061\": 2}", "job.json:2:2: ", "twice"},
                        {"a comma too many in an object", "{\n\"a\": 1,\n}", "job.json:3:1: ", "a comma too many"},
                        {"a comma too many in a list", "[1,\n]", "job.json:2:1: ", "a comma too many"},
                        {"a comma missing", "{\"a\": 1\n \"b\": 2}", "job.json:2:4: ", "a comma is missing"},
                        {"an end too early", "{\"a\": 1", "job.json:1:8: ", "unexpected end of input"},
                        {"nothing", "", "job.json:1:1: ", "unexpected end of input"},
                        {"text after the end", "{}\n{}", "job.json:2:1: ", "expected end of input"},
                        {"single quotes", "{\n  'a': 1}", "job.json:2:3: ", "not valid JSON"},
                        {"a number too large", "[\n1e999]", "job.json:2:", "number overflow"},
                        {"a comment that does not end", "/* {", "job.json:1:", "comment"},
                        {"bytes of Latin-1", "{\n\"a\": \"Andr\xE9\"}", "job.json:2:11: ", "not UTF-8 (byte 0xE9)"},
                        {"bytes of Latin-1 in a comment", "// Andr\xE9\n{}", "job.json:1:8: ", "not UTF-8"},
                        {"nested too deep", deep, "job.json:1:201: ", "more than 200 levels"}}) {
    CAPTURE(row.name);
    const std::string fault = fault_of(row.text);
    CAPTURE(fault);
    CHECK(fault.starts_with(row.place));
    CHECK(fault.find(row.words) != std::string::npos);
    CHECK(fault.find("json.exception") == std::string::npos);
  }
}

TEST_CASE("a syntax error never repeats the text it stands in, which may be a secret") {
  CHECK(fault_of("{\"api_key\": \"s3cr3t\n\"}").find("s3cr3t") == std::string::npos);
  CHECK(fault_of("{\"api_key\": s3cr3t}").find("s3c") == std::string::npos);
  CHECK(fault_of("{\"api_key\": \"s3cr3t\" \"b\"}").find("s3cr3t") == std::string::npos);
}
