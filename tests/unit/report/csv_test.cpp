#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "unit/report/fixture.hpp"

namespace rostersync::report {

using model::Outcome;
using test::Story;

namespace {

// The cell `index` of the only record, as RFC 4180 reads it.
std::string cell_of(const Story& story, std::size_t index) {
  const std::string text = story.csv();
  const std::string record = text.substr(text.find("\r\n") + 2);
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (quoted && c == '"' && record[i + 1] == '"') {
      cell += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\r')) {
      if (index-- == 0) return cell;
      cell.clear();
    } else {
      cell += c;
    }
  }
  return "(no such cell)";
}

enum Column : std::size_t { key = 2, user_id = 3, changes = 5, reason = 6, message = 7 };

}  // namespace

TEST_CASE("report.csv: header and rows") {
  Story story;
  const auto row = story.add(Outcome::updated, "perceval@kaamelott.test", "5309c3a2");
  story.change(row, test::last_name, "Galles", "de Galles");
  story.change(row, test::business_ids, "", R"(["a","b"])");
  story.change(row, test::accesses, "[[1]]", "[[1,2]]");
  story.run.entries[row].attempts = 2;
  story.run.entries[row].http_status = 200;
  story.run.detail(row).warnings = {{"matched_disabled", "m"}, {"not_applicable", "n"}};
  story.run.detail(row).request_ids = {"r1", "r2"};
  story.run.detail(story.add(Outcome::conflict, "")).acknowledged = model::Acknowledged{"a", "=1", "2030-06-30"};
  CHECK(story.csv() ==
        "row,line,key,user_id,outcome,changes,reason,message,warnings,attempts,http_status,request_ids,"
        "acknowledged\r\n"
        "1,2,perceval@kaamelott.test,5309c3a2,updated,\"last_name: Galles -> de Galles; business_ids: (none) -> a|b; "
        "accesses: [[1]] -> [[1,2]]\",,,\"matched_disabled; not_applicable\",2,200,\"r1; r2\",\r\n"
        "2,3,,,conflict,,,,,0,,,\"'=1 (until 2030-06-30)\"\r\n");
}

TEST_CASE("what a spreadsheet would evaluate is not evaluated") {
  struct {
    const char* name;
    const char* raw;
    const char* expected;
  } rows[] = {
      {"equals", "=1+1", "'=1+1"},
      {"plus", "+33 6 12", "'+33 6 12"},
      {"minus", "-2", "'-2"},
      {"at", "@SUM(A1)", "'@SUM(A1)"},
      {"after spaces", "  =1", "  '=1"},
      {"after a quote", "\"=1", "\"'=1"},
      {"tab first", "\t=1", "'\\t'=1"},
      {"carriage return first", "\r=1", "'\\r'=1"},
      {"line feed first", "\nx", "'\\nx"},
      {"full width", "＝1", "'＝1"},
      {"after a semicolon, where that separates", "Jean;=HYPERLINK(\"x\")", "Jean;'=HYPERLINK(\"x\")"},
      {"after a semicolon and a quote", "a;\"=1", "a;\"'=1"},
      {"twice", "=1;=2", "'=1;'=2"},
      {"within", "a=b+c-d@e", "a=b+c-d@e"},
      {"ordinary", "d'Arc, Jeanne", "d'Arc, Jeanne"},
      {"quotes", "the \"king\"", "the \"king\""},
      {"line break", "two\r\nlines", "two\\r\\nlines"},
      {"escape", "\x1b[2J", "\\x1b[2J"},
      {"broken UTF-8", "caf\xE9", "caf\uFFFD"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Story story;
    story.explain(story.add(Outcome::failed, row.raw, row.raw), row.raw, row.raw);
    for (const std::size_t column : {key, user_id, reason, message}) CHECK(cell_of(story, column) == row.expected);
  }
}

TEST_CASE("a formula within a change is defused too") {
  Story story;
  story.change(story.add(Outcome::updated, "a@b.test"), test::last_name, "x", "y;=cmd");
  CHECK(cell_of(story, changes) == "last_name: x -> y;'=cmd");
}

TEST_CASE("a single character of a cell is enough to quote or spell it") {
  const std::pair<const char*, const char*> rows[] = {
      {"a,b", "\"a,b\""},
      {"a\"b", "\"a\"\"b\""},
      {"a;b", "\"a;b\""},
      {"a'b", "\"a'b\""},
      {"a b", "\"a b\""},
      {"a;-b", "\"a;'-b\""},
      {"a\x7F"
       "b",
       "a\\x7fb"},
      {"a\tb", "a\\tb"},
      {"é", "é"},
      {"a-b", "a-b"},
      {"a=b@c", "a=b@c"},
  };
  for (const auto& [raw, expected] : rows) {
    CAPTURE(raw);
    Story story;
    story.add(Outcome::unchanged, raw);
    CHECK(story.csv().find("\r\n1,2," + std::string(expected) + ",,unchanged,") != std::string::npos);
  }
}

TEST_CASE("every record is one line and ends in CRLF") {
  Story story;
  for (int i = 0; i < 5; ++i) story.explain(story.add(Outcome::failed, "a@b.test"), "x", "one\ntwo\r\nthree");
  const std::string text = story.csv();
  std::size_t lines = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') continue;
    ++lines;
    CHECK(text[i - 1] == '\r');
  }
  CHECK(lines == 6);
}

TEST_CASE("a cell never outgrows a spreadsheet's") {
  Story story;
  std::string name;
  for (int i = 0; i < 20'000; ++i) name += "é";
  story.explain(story.add(Outcome::failed, "a@b.test"), "x", name);
  const std::string text = cell_of(story, message);
  CHECK(text.size() <= 32'767);
  CHECK(text.size() > 32'000);
  CHECK(text.ends_with("é… (whole in report.json)"));
  Story plain;
  plain.explain(plain.add(Outcome::failed, "a@b.test"), "x", std::string(40'000, 'x'));
  CHECK(cell_of(plain, message).ends_with("x… (whole in report.json)"));
}

TEST_CASE("values that are not of their attribute's type are shown as they are") {
  Story story;
  story.change(story.add(Outcome::updated, "a@b.test"), test::business_ids, "oops", R"(["a",1])");
  CHECK(cell_of(story, changes) == "business_ids: oops -> a|1");
}

TEST_CASE("a secret is in no cell") {
  Story story;
  story.set(story.add(Outcome::created, "a@b.test"), test::password, "hunter2");
  CHECK(cell_of(story, changes) == "password: (none) -> (secret)");
}

}  // namespace rostersync::report
