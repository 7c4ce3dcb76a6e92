#include "roster/cell.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fixture.hpp"
#include "text/text.hpp"

using namespace rostersync;
using namespace rostersync::roster;

namespace {

struct Row {
  const char* name;
  const char* attribute;
  std::string cell;
  std::string wanted;  // the canonical text, "(absent)", "(clear)", or the fault's reason after '!'
  const char* says = "";
};

std::string outcome(const CellValue& value) {
  if (!value.reason.empty()) return "!" + value.reason;
  if (value.presence == model::Presence::absent) return "(absent)";
  if (value.presence == model::Presence::clear) return "(clear)";
  return value.text;
}

void check(const Row& row, const CellValue& value) {
  CAPTURE(row.name);
  CAPTURE(value.message);
  CHECK(outcome(value) == row.wanted);
  CHECK(value.message.find(row.says) != std::string::npos);
  CHECK(value.reason.empty() == value.message.empty());
}

}  // namespace

TEST_CASE("a cell becomes a canonical value or a fault with its sentence") {
  const auto schema = people_schema();
  const std::vector<Row> rows = {
      {"blank is absent", "first_name", "", "(absent)"},
      {"white space is blank", "first_name", " \xC2\xA0\t", "(absent)"},
      {"text is trimmed", "first_name", "  Anna ", "Anna"},
      {"text is composed", "first_name", "Zoe\xCC\x88", "Zo\xC3\xAB"},
      {"a line end within", "first_name", "a\r\nb", "a\r\nb"},
      {"a control within", "first_name", "a\x07z", "!invalid_value", "a\\u{0007}z"},
      {"clear mark", "phone", " \\N ", "(clear)"},
      {"clear of what must not be empty", "first_name", "\\N", "!not_clearable", "first_name cannot be emptied"},
      {"and why", "role", "\\N", "!not_clearable", "without it the directory chooses one"},
      {"too long", "phone", "12345678901", "!too_long", "at most 10"},
      {"length counts characters", "phone", "éééééééééé", "éééééééééé"},

      {"boolean true", "disabled", "TRUE", "true"},
      {"boolean yes", "disabled", " Yes", "true"},
      {"boolean 1", "disabled", "1", "true"},
      {"boolean no", "disabled", "no", "false"},
      {"boolean 0", "disabled", "0", "false"},
      {"boolean false", "disabled", "False", "false"},
      {"boolean else", "disabled", "oui", "!invalid_value", "disabled \"oui\" is neither true nor false"},

      {"integer", "org_id", "42", "42"},
      {"integer with zeros", "org_id", "007", "7"},
      {"negative integer", "org_id", "-3", "-3"},
      {"largest integer", "org_id", "9223372036854775807", "9223372036854775807"},
      {"integer too large", "org_id", "9223372036854775808", "!invalid_value", "64 bits"},
      {"integer with junk", "org_id", "42a", "!invalid_value", "no whole number"},
      {"integer with a fraction", "org_id", "4.0", "!invalid_value"},

      {"list", "business_ids", "b|a", R"(["a","b"])"},
      {"list items are trimmed and unique", "business_ids", " b | a|b ", R"(["a","b"])"},
      {"list blanks are ignored", "business_ids", "a||b|", R"(["a","b"])"},
      {"list of one", "business_ids", "a", R"(["a"])"},
      {"list of blanks", "business_ids", "| |", "!invalid_value", "list of blanks"},
      {"JSON list", "business_ids", R"(["b", "a|c", 7])", R"(["7","a|c","b"])"},
      {"empty JSON list", "business_ids", "[]", "(clear)"},
      {"broken JSON list", "business_ids", "[\"a\"", "!invalid_value", "begins like a JSON list"},
      {"JSON list of lists where a list should be", "business_ids", "[[1]]", "!invalid_value", "list of texts"},
      {"list item not composed", "business_ids", "e\xCC\x81", "[\"é\"]"},
      {"list of permitted values", "sidebar_pages", "HOME", R"(["HOME"])"},
      {"list with another value", "sidebar_pages", "home", "!invalid_value", "did you mean \"HOME\"?"},
      {"list that repeats itself, and so is not too long", "sidebar_pages", "HOME| HOME", R"(["HOME"])"},
      {"list too long", "sidebar_pages", "HOME|REVIEWS", "!too_long", "at most 1"},

      {"list of lists", "accesses", "[[3, 2], [1]]", "[[1],[2,3]]"},
      {"list of lists, repeated", "accesses", "[[1,2],[2,1]]", "[[1,2]]"},
      {"list of lists, empty", "accesses", "[]", "(clear)"},
      {"list of lists, repeated, and so not too long", "accesses", "[[1],[2],[3],[1]]", "[[1],[2],[3]]"},
      {"list of lists, too long", "accesses", "[[1],[2],[3],[4]]", "!too_long", "at most 3"},
      {"flat list", "accesses", "[1,2]", "!invalid_value", "[[1,2],[1,3]]"},
      {"bars are no list of lists", "accesses", "1,2|1,3", "!invalid_value", "[[1,2],[1,3]]"},
      {"list of lists of texts", "accesses", R"([["a"]])", "!invalid_value", "whole numbers"},
      {"list of lists of fractions", "accesses", "[[1.5]]", "!invalid_value", "whole numbers"},
      {"list of lists of huge numbers", "accesses", "[[18446744073709551615]]", "!invalid_value", "whole numbers"},

      {"permitted value", "role", "ADMIN", "ADMIN"},
      {"value in another case", "role", "business_manager", "!invalid_value", "did you mean \"BUSINESS_MANAGER\"?"},
      {"value not permitted", "role", "boss", "!invalid_value", "it can be ADMIN, BUSINESS_MANAGER"},

      {"e-mail keeps its case", "email", " Perceval@Kaamelott.com ", "Perceval@Kaamelott.com"},
      {"e-mail without @", "email", "perceval", "!invalid_value", "it has no @"},
  };
  for (const Row& row : rows) check(row, parse_cell(schema[index_of(schema, row.attribute)], row.cell));
}

TEST_CASE("a member of a JSON record") {
  const auto schema = people_schema();
  const std::vector<Row> rows = {
      {"null clears", "phone", "null", "(clear)"},
      {"null of what must not be empty", "last_name", "null", "!not_clearable"},
      {"empty string is blank", "phone", R"("")", "(absent)"},
      {"string is trimmed", "phone", R"("  12 ")", "12"},
      {"clear mark", "phone", R"("\\N")", "(clear)"},
      {"boolean", "disabled", "true", "true"},
      {"boolean as number", "disabled", "0", "false"},
      {"boolean as string", "disabled", R"("yes")", "true"},
      {"boolean for a text", "phone", "true", "!invalid_value", "not a true-or-false"},
      {"number for a text", "phone", "33612", "33612"},
      {"integer", "org_id", "-9223372036854775808", "-9223372036854775808"},
      {"integer too large", "org_id", "18446744073709551615", "!invalid_value", "64 bits"},
      {"list", "business_ids", R"(["b","a"])", R"(["a","b"])"},
      {"list as a string", "business_ids", R"("b|a")", R"(["a","b"])"},
      {"list of null", "business_ids", "[null]", "!invalid_value", "null"},
      {"empty list clears", "business_ids", "[]", "(clear)"},
      {"empty list for a text clears", "phone", "[]", "(clear)"},
      {"list for a text", "phone", R"(["1"])", "!invalid_value", "one value, not a list"},
      {"list of lists", "accesses", "[[2,1]]", "[[1,2]]"},
      {"flat list", "accesses", "[1,2]", "!invalid_value", "list of lists"},
      {"number for a list of lists", "accesses", "7", "!invalid_value", "[[1,2],[1,3]]"},
      {"object", "phone", R"({"home":"1"})", "!invalid_value", "not an object"},
  };
  for (const Row& row : rows) {
    check(row, parse_json_cell(schema[index_of(schema, row.attribute)], json::Json::parse(row.cell)));
  }
}

TEST_CASE("a secret stays verbatim and is never shown") {
  const auto schema = people_schema();
  const auto& password = schema[index_of(schema, "password")];
  CHECK(parse_cell(password, " Secr3t!e\xCC\x81 ").text == " Secr3t!e\xCC\x81 ");
  CHECK(parse_cell(password, "   ").presence == model::Presence::absent);
  CHECK(parse_cell(password, "   ").reason.empty());

  const std::vector<Row> faults = {
      {"too short", "password", "Hunt3r!", "!invalid_value", "fewer characters than the 8"},
      {"too long", "password", "Hunter!Hunter", "!too_long", "at most 12"},
      {"no upper case", "password", "hunter!!!", "!invalid_value", "upper-case"},
      {"no lower case", "password", "HUNTER!!!", "!invalid_value", "lower-case"},
      {"no special character", "password", "Hunter222", "!invalid_value", "special"},
      {"a line end", "password", "Hunter!\nxx", "!invalid_value", "control character"},
      {"clear", "password", "\\N", "!not_clearable", "cannot be emptied"},
  };
  for (const Row& row : faults) {
    const auto value = parse_cell(password, row.cell);
    check(row, value);
    CHECK(text::fold(value.message).find("hunt") == std::string::npos);
  }
  for (const char* const written : {R"(["hunter"])", R"({"a":"hunter"})", "true"}) {
    const auto value = parse_json_cell(password, json::Json::parse(written));
    CHECK(value.reason == "invalid_value");
    CHECK(value.message.find("hunter") == std::string::npos);
  }
}

TEST_CASE("a value that no table can hold is a fault, not an accident") {
  const auto schema = people_schema();
  const auto value = parse_cell(schema[index_of(schema, "last_name")], std::string(std::size_t{5} << 20, 'x'));
  CHECK(value.reason == "too_long");
  CHECK(value.message.size() < 200);
}

TEST_CASE("a message shortens what it quotes") {
  const auto schema = people_schema();
  CHECK(parse_cell(schema[index_of(schema, "disabled")], std::string(5000, 'x')).message.size() < 200);
}
