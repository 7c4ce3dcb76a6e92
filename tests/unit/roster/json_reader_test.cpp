#include "roster/json_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fixture.hpp"

using namespace rostersync;
using namespace rostersync::roster;

namespace {

// "line:name=value,name=value" of each record.
struct Parsed {
  std::string format;
  std::vector<std::string> records;
};

Parsed parse(std::string_view bytes) {
  const RosterFile file(bytes);
  Source source(file.path());
  TextStream stream(source);
  JsonReader reader(stream, [](std::string_view name) { return name == "email" || name == "ids"; });
  Parsed parsed;
  JsonRecord record;
  while (reader.next(record)) {
    std::string shown = std::to_string(record.line) + ":";
    for (const JsonField& field : record.fields) shown += field.name + "=" + field.value.dump() + " ";
    if (shown.ends_with(' ')) shown.pop_back();
    parsed.records.push_back(shown);
  }
  parsed.format = reader.format();
  return parsed;
}

}  // namespace

TEST_CASE("records of every JSON form") {
  struct Row {
    const char* name;
    std::string text;
    std::string format;
    std::vector<std::string> records;
  };
  const std::vector<Row> rows = {
      {"array", R"([{"email":"a"},{"email":"b"}])", "json", {"1:email=\"a\"", "1:email=\"b\""}},
      {"line ends of every kind within a record",
       "[{\"email\":\r\n\"a\",\"n\":\r12\n},\n{\"email\":\"b\"}]",
       "json",
       {"1:email=\"a\" n=12", "5:email=\"b\""}},
      {"array over lines",
       "\n[\n  {\"email\": \"a\"},\n\n  {\n \"email\":\"b\"}\r\n]\n",
       "json",
       {"3:email=\"a\"", "5:email=\"b\""}},
      {"empty array", " [ ] ", "json", {}},
      {"empty record", "[{}]", "json", {"1:"}},
      {"object holding an array",
       R"({"count":2,"users":[{"email":"a"},{"email":"b"}],"next":null})",
       "json",
       {"1:email=\"a\"", "1:email=\"b\""}},
      {"object holding an array, over lines",
       "{\n \"meta\": {\"a\":[{}]},\n \"users\" : [\n{\"email\":\"a\"} ] }",
       "json",
       {"4:email=\"a\""}},
      {"an empty array before the records", R"({"errors":[],"users":[{"email":"a"}]})", "json", {"1:email=\"a\""}},
      {"object holding an empty array", R"({"users": [ ], "count": 0})", "json", {}},
      {"JSON Lines",
       "{\"email\":\"a\"}\n\n{\"email\":\"b\"}\r\n{\"email\":\"c\"}",
       "jsonl",
       {"1:email=\"a\"", "3:email=\"b\"", "4:email=\"c\""}},
      {"JSON Lines of one", R"({"email":"a","ids":["x"]})", "jsonl", {R"(1:email="a" ids=["x"])"}},
      {"JSON Lines with a list of objects in an attribute", "{\"ids\":[{\"x\":1}]}\n", "jsonl", {R"(1:ids=[{"x":1}])"}},
      {"JSON Lines with an empty list in an attribute",
       "{\"email\":\"a\",\"ids\":[]}\n",
       "jsonl",
       {R"(1:email="a" ids=[])"}},
      {"brackets and quotes within strings",
       R"([{"email":"}]\"{[\\"},{"email":"b"}])",
       "json",
       {R"(1:email="}]\"{[\\")", "1:email=\"b\""}},
      {"numbers as written",
       R"([{"a":1.50,"b":12345678901234567890123,"c":-7,"d":1e2}])",
       "json",
       {R"(1:a="1.50" b="12345678901234567890123" c=-7 d="1e2")"}},
      {"nested values", R"([{"a":{"b":[1,{"c":null}],"d":true}}])", "json", {R"(1:a={"b":[1,{"c":null}],"d":true})"}},
      {"a name twice", R"([{"a":1,"a":2}])", "json", {"1:a=1 a=2"}},
      {"escapes", R"([{"\u0061":"\u00e9\ud83d\ude00"}])", "json", {"1:a=\"é😀\""}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Parsed parsed = parse(row.text);
    CHECK(parsed.format == row.format);
    CHECK(parsed.records == row.records);
  }
}

TEST_CASE("the text may come in pieces that end anywhere in a record") {
  constexpr std::size_t chunk = std::size_t{1} << 16;
  const std::string text = R"({"email":"a\"\\","n":[1,{"x":"]}"}],"ids":[]})";
  const std::vector<std::string> whole = parse("[" + text + "," + text + "]").records;
  REQUIRE(whole.size() == 2);
  for (std::size_t shift = 0; shift <= text.size() + 1; ++shift) {
    CAPTURE(shift);
    CHECK(parse("[" + std::string(chunk - 1 - shift, ' ') + text + "," + text + "]").records == whole);
  }
}

TEST_CASE("what is no JSON, or no record, is refused with its line") {
  struct Row {
    const char* name;
    std::string text;
    const char* place;
    const char* says;
  };
  const std::vector<Row> rows = {
      {"cut off in a record", "[\n{\"a\":1},\n{\"b\":", "roster.csv:3:", "the text ends within"},
      {"cut off in a string", "[\n{\"a\":\"x", "roster.csv:2:", "the text ends within"},
      {"cut off after a record", "[\n{\"a\":1}\n", "roster.csv:3:", "the text ends"},
      {"cut off after a comma", "[{\"a\":1},\n", "roster.csv:2:", "the text ends"},
      {"no comma", "[{\"a\":1}\n{\"b\":1}]", "roster.csv:2:", "'{' is not expected"},
      {"a comma too many", "[{\"a\":1},\n]", "roster.csv:2:", "']' is not expected"},
      {"bad value", "[\n{\"a\":1},\n{\"a\": secret }]", "roster.csv:3:", "invalid JSON at byte 7"},
      {"bad value, further down in a record", "[{\n\"a\":1,\r\n\"b\":x}]",
       "roster.csv:3:", "the record begins in line 1"},
      {"single quotes", "[{'a':1}]", "roster.csv:1:", "invalid JSON"},
      {"comma at the end of a record", "[{\"a\":1,}]", "roster.csv:1:", "invalid JSON"},
      {"brackets that do not match", "[{\"a\":[1}]]}]", "roster.csv:1:", "invalid JSON"},
      {"lone surrogate", R"([{"a":"\ud800"}])", "roster.csv:1:", "invalid JSON"},
      {"array of numbers", "[\n1]", "roster.csv:2:", "a record is one object"},
      {"array of arrays", "[[\"email\"]]", "roster.csv:1:", "a record is one object"},
      {"null among the records", "[{},\nnull]", "roster.csv:2:", "a record is one object"},
      {"text after the array", "[{}]\n[{}]", "roster.csv:2:", "more text follows"},
      {"text after the object", "{\"users\":[{}]}\n{}", "roster.csv:2:", "more text follows"},
      {"JSON Lines with an array", "{\"email\":\"a\"}\n[1]", "roster.csv:2:", "one object"},
      {"JSON Lines with junk", "{\"email\":\"a\"}\nhello", "roster.csv:2:", "one object"},
      {"first object cut off", "{\"email\":", "roster.csv:1:", "the text ends within"},
      {"first object with junk", "{\"email\" 1}", "roster.csv:1:", "'1' is not expected"},
      {"first object with a bad value", "{\"email\": x}", "roster.csv:1:", "invalid JSON at byte"},
      {"junk before the array of records", "{\"count\": x, \"users\": [{}]}", "roster.csv:1:", "invalid JSON at byte"},
      {"junk before an empty array", "{\"count\": x, \"users\": []}", "roster.csv:1:", "invalid JSON at byte"},
      {"junk after the array of records", "{\"users\": [{}],\n \"count\": x}", "roster.csv:2:", "invalid JSON at byte"},
      {"two arrays of records", "{\"users\": [{}],\n \"admins\": [{}]}", "roster.csv:1:", "second array"},
      {"object around the records cut off", "{\"users\": [{}]", "roster.csv:1:", "the text ends"},
      {"nested without end", "[{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}]",
       "roster.csv:1:", "invalid JSON"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Ending ending;
    try {
      parse(row.text);
    } catch (const base::Refused& refused) {
      ending = {refused.code(), refused.what()};
    }
    CAPTURE(ending.sentence);
    CHECK(ending.says(row.place));
    CHECK(ending.says(row.says));
    CHECK_FALSE(ending.says("secret"));
  }
}

TEST_CASE("a record without end is refused before it fills the memory") {
  const auto ending = ending_of("[\n{\"email\":\"" + std::string(max_record + 2, 'x') + "\"}]");
  CHECK(ending.code == base::ExitCode::refused);
  CHECK(ending.says("roster.csv:2:"));
  CHECK(ending.says("longer than 16 MiB"));
}
