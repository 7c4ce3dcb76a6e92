#include "roster/csv_reader.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "fixture.hpp"

using namespace rostersync;
using namespace rostersync::roster;

namespace {

struct Parsed {
  char delimiter = 0;
  std::vector<std::uint32_t> lines;
  std::vector<std::vector<std::string>> records;
};

Parsed parse(std::string_view bytes, const std::string& delimiter = "auto") {
  const RosterFile file(bytes);
  Source source(file.path());
  TextStream stream(source);
  const std::set<std::string, std::less<>> names = {"email", "first_name", "business_ids", "role"};
  CsvReader reader(stream, delimiter, [&](std::string_view name) { return names.contains(name); });
  Parsed parsed;
  parsed.delimiter = reader.delimiter();
  CsvRecord record;
  while (reader.next(record)) {
    parsed.lines.push_back(record.line);
    parsed.records.push_back(record.fields);
  }
  return parsed;
}

using Records = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("records by RFC 4180") {
  struct Row {
    const char* name;
    std::string text;
    Records records;
    std::vector<std::uint32_t> lines;
  };
  const std::vector<Row> rows = {
      {"empty", "", {}, {}},
      {"plain", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}, {1, 2}},
      {"no end of the last line", "a,b\n1,2", {{"a", "b"}, {"1", "2"}}, {1, 2}},
      {"empty cells", "a,b,c\n,,\n", {{"a", "b", "c"}, {"", "", ""}}, {1, 2}},
      {"last cell empty, no end", "a,b\n1,", {{"a", "b"}, {"1", ""}}, {1, 2}},
      {"spaces are part of a field", "a,b\n 1 , 2\n", {{"a", "b"}, {" 1 ", " 2"}}, {1, 2}},
      {"quotes", "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", {{"a", "b"}, {"x,y", "say \"hi\""}}, {1, 2}},
      {"empty quotes", "a,b\n\"\",\"\"\n", {{"a", "b"}, {"", ""}}, {1, 2}},
      {"a quoted blank line is a record", "a\n\"\"\nx\n", {{"a"}, {""}, {"x"}}, {1, 2, 3}},
      {"blank lines", "\n \na,b\n\n\t\n1,2\n\xC2\xA0\n", {{"a", "b"}, {"1", "2"}}, {3, 6}},
      {"line end within quotes",
       "a,b\n\"x\ny\",\"z\n\nw\"\n1,2\n",
       {{"a", "b"}, {"x\ny", "z\n\nw"}, {"1", "2"}},
       {1, 2, 6}},
      {"CRLF within quotes", "a,b\r\n\"x\r\ny\",2\r\n3,4\r\n", {{"a", "b"}, {"x\r\ny", "2"}, {"3", "4"}}, {1, 2, 4}},
      {"CR alone", "a,b\r\"x\ry\",2\r3,4", {{"a", "b"}, {"x\ry", "2"}, {"3", "4"}}, {1, 2, 4}},
      {"a header of two lines", "\"a\n1\",b\n3,4\n", {{"a\n1", "b"}, {"3", "4"}}, {1, 3}},
      {"NBSP next to a delimiter", "a,b\n\xC2\xA0,\xC3\xA9\n", {{"a", "b"}, {"\xC2\xA0", "é"}}, {1, 2}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Parsed parsed = parse(row.text, ",");
    CHECK(parsed.records == row.records);
    CHECK(parsed.lines == row.lines);
  }
}

TEST_CASE("the delimiter is found") {
  struct Row {
    const char* name;
    std::string text;
    char delimiter;
    std::size_t width;
  };
  const std::vector<Row> rows = {
      {"comma", "email,role\na,b\n", ',', 2},
      {"semicolon", "email;role\na;b\n", ';', 2},
      {"tab", "email\trole\na\tb\n", '\t', 2},
      {"bar", "email|role\na|b\n", '|', 2},
      {"one column", "email\na\n", ',', 1},
      {"one column, header alone", "email", ',', 1},
      {"header alone, no line end", "email;role", ';', 2},
      {"known names win over width", "x,y,z;email;role\n1,2,3;a;b\n", ';', 3},
      {"commas in the cells of another delimiter", "email;first_name\na;b, c\nd;e, f, g\n", ';', 2},
      {"lists with bars in a file with commas", "email,business_ids\na,1|2|3\nb,4|5\n", ',', 2},
      {"quotes hide a delimiter", "\"email\";\"first, name; all\"\na;\"b,c;d\"\n", ';', 2},
      {"unknown names, consistent widths", "Courriel;Nom, Prénom\na;b, c\nd;e\nf;g\n", ';', 2},
      {"tab with empty cells", "email\trole\n\t\na\tb\n", '\t', 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Parsed parsed = parse(row.text);
    CHECK(parsed.delimiter == row.delimiter);
    REQUIRE_FALSE(parsed.records.empty());
    CHECK(parsed.records[0].size() == row.width);
  }
}

TEST_CASE("a fixed delimiter holds against all appearance") {
  CHECK(parse("email;role\n", ",").records[0].size() == 1);
  CHECK(parse("email\trole\n", "tab").records[0].size() == 2);
  CHECK(parse("email\trole\n", "\t").records[0].size() == 2);
  CHECK(parse("email|role\n", "|").delimiter == '|');
  CHECK_THROWS_WITH_AS(parse("a", "#"), doctest::Contains("\"roster.delimiter\" is \"#\""), base::CannotRun);
}

TEST_CASE("what was read ahead to find the delimiter is not lost") {
  std::string text = "email;role\n";
  for (int i = 0; i < 500; ++i) text += std::to_string(i) + ";\"a\nb\"\n";
  const Parsed parsed = parse(text);
  REQUIRE(parsed.records.size() == 501);
  CHECK(parsed.records[500][0] == "499");
  CHECK(parsed.lines[500] == 2 + 2 * 499);
}

TEST_CASE("a quote that is not closed or out of place is refused with the line where it opened") {
  struct Row {
    const char* name;
    std::string text;
    const char* place;
    const char* says;
  };
  const std::vector<Row> rows = {
      {"open to the end", "a,b\n1,2\n3,\"x\n5,6\n7,8\n",
       "roster.csv:3:", "opened in column 2 of this line is never closed"},
      {"open at the very end", "a,b\n1,\"", "roster.csv:2:", "never closed"},
      {"open in the header", "\"a,b\n1,2\n", "roster.csv:1:", "never closed"},
      {"opened in a later line of the record", "a,b\n\"x\ny\",\"z\n1,2\n", "roster.csv:3:", "never closed"},
      {"closed by the next one", "a,b\n\"1,2\n3,\"x\"\n", "roster.csv:3:", "opened in line 2"},
      {"text after the closing quote", "a,b\n\"1\" ,2\n",
       "roster.csv:2:", "text follows the closing quote of column 1"},
      {"inside an unquoted cell", "a,b\n1,5\" pipe\n", "roster.csv:2:", "stands inside column 2"},
      {"space before the quote", "a,b\n1, \"x\"\n", "roster.csv:2:", "without a space before"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Ending ending;
    try {
      parse(row.text, ",");
    } catch (const base::Refused& refused) {
      ending = {refused.code(), refused.what()};
    }
    CAPTURE(ending.sentence);
    CHECK(ending.says(row.place));
    CHECK(ending.says(row.says));
  }
}

TEST_CASE("an open quote does not swallow the memory") {
  std::string text = "email,role\n\"a,b\n";
  const std::string line(1000, 'x');
  while (text.size() <= max_record) text += line + "\n";
  const auto ending = ending_of(text);
  CHECK(ending.code == base::ExitCode::refused);
  CHECK(ending.says("roster.csv:2:"));
  CHECK(ending.says("longer than 16 MiB"));
}
