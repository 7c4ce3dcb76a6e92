#include "roster/roster.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fixture.hpp"

using namespace rostersync;
using namespace rostersync::roster;

namespace {

std::vector<std::string> reasons(const Roster& roster, model::Row row) {
  std::vector<std::string> found;
  if (!roster.faults.contains(row)) return found;
  for (const auto& fault : roster.faults.at(row)) found.push_back(fault.column + ": " + fault.reason);
  return found;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

Options blanks(std::map<std::string, bool> clears) {
  Options options;
  options.blank_clears = std::move(clears);
  return options;
}

}  // namespace

TEST_CASE("line ends, byte order mark, delimiter and quoting change nothing of what a roster says") {
  const std::string plain =
      "First Name;email;business_ids;phone\n"
      "Zoé;zoe@example.com;b1~b2;\n"
      "Jean Paul;jp@example.com;;12\n";
  for (const std::string line_end : {"\n", "\r", "\r\n"}) {
    for (const std::string mark : {"", "\xEF\xBB\xBF"}) {
      for (const std::string delimiter : {",", ";", "\t", "|"}) {
        for (const bool quoted : {false, true}) {
          for (const bool last_end : {false, true}) {
            CAPTURE(line_end);
            CAPTURE(mark);
            CAPTURE(delimiter);
            CAPTURE(quoted);
            std::string text = last_end ? plain : plain.substr(0, plain.size() - 1);
            if (quoted) {
              text = replaced(replaced(text, ";", "\";\""), "\n", "\"\n\"");
              text = "\"" + (last_end ? text.substr(0, text.size() - 1) : text + "\"");
            }
            text = replaced(text, ";", delimiter);
            const std::string list = quoted || delimiter != "|" ? "b1|b2" : "\"b1|b2\"";
            text = mark + replaced(replaced(text, "~", "|"), "b1|b2", list);
            const Roster roster = read_text(replaced(text, "\n", line_end));
            REQUIRE(roster.users.size() == 2);
            CHECK(roster.faults.empty());
            CHECK(roster.lines == std::vector<std::uint32_t>{2, 3});
            CHECK(cell(roster, 0, "first_name") == "Zoé");
            CHECK(cell(roster, 0, "email") == "zoe@example.com");
            CHECK(cell(roster, 0, "business_ids") == R"(["b1","b2"])");
            CHECK(cell(roster, 0, "phone") == "(absent)");
            CHECK(cell(roster, 1, "first_name") == "Jean Paul");
            CHECK(cell(roster, 1, "business_ids") == "(absent)");
            CHECK(cell(roster, 1, "phone") == "12");
            CHECK(roster.facts.delimiter == delimiter);
            CHECK(roster.facts.bom == !mark.empty());
          }
        }
      }
    }
  }
}

TEST_CASE("the facts of a roster") {
  const RosterFile file("email\na@b.fr\n");
  const auto roster = read(file.path(), people_schema(), {});
  CHECK(roster.facts.path == file.path());
  CHECK(roster.facts.sha256.size() == 64);
  CHECK(roster.facts.rows == 1);
  CHECK(roster.facts.encoding == "utf-8");
  CHECK(roster.facts.format == "csv");
  CHECK(roster.headers.at(index_of(people_schema(), "email")) == "email");
  const auto json = read_text("\xEF\xBB\xBF[{\"email\":\"a@b.fr\"}]");
  CHECK(json.facts.format == "json");
  CHECK(json.facts.delimiter.empty());
  CHECK(json.facts.bom);
  CHECK(read_text("{\"email\":\"a@b.fr\"}\n{\"id\":\"7\"}\n").facts.format == "jsonl");
}

TEST_CASE("a table has the columns of the roster and no others") {
  const auto schema = people_schema();
  CHECK(read_text("email,role\na@b.fr,ADMIN\n").users.columns() ==
        std::vector<model::AttributeIndex>{index_of(schema, "email"), index_of(schema, "role")});
  const auto json = read_text(R"([{"email":"a@b.fr"},{"id":"7","role":"ADMIN"},{"email":"c@d.fr","phone":"1"}])");
  CHECK(json.users.columns().size() == 4);
  CHECK(cell(json, 0, "email") == "a@b.fr");
  CHECK(cell(json, 0, "role") == "(absent)");
  CHECK(cell(json, 1, "id") == "7");
  CHECK(cell(json, 1, "email") == "(absent)");
  CHECK(cell(json, 2, "phone") == "1");
  CHECK(json.faults.empty());
}

TEST_CASE("the line of a row is where it starts") {
  const auto roster = read_text("email,last_name\n\na@b.fr,\"x\ny\n\"\nc@d.fr,\"z\"\n\n\ne@f.fr,w");
  CHECK(roster.lines == std::vector<std::uint32_t>{3, 6, 9});
  CHECK(cell(roster, 0, "last_name") == "x\ny");
}

TEST_CASE("text in another normal form is the same text") {
  const auto roster = read_text("email,first_name\na@b.fr,E\xCC\x81lodie\n");
  CHECK(cell(roster, 0, "first_name") == "Élodie");
}

TEST_CASE("absent, blank and clear are three things") {
  const std::string text = "email,phone,org_id,last_name\na@b.fr,,\\N,\n";
  const auto kept = read_text(text);
  CHECK(cell(kept, 0, "phone") == "(absent)");
  CHECK(cell(kept, 0, "org_id") == "(clear)");
  CHECK(kept.faults.empty());

  const auto one = read_text(text, blanks({{"phone", true}}));
  CHECK(cell(one, 0, "phone") == "(clear)");
  CHECK(cell(one, 0, "last_name") == "(absent)");
  CHECK(one.faults.empty());

  const auto rest = read_text(text, blanks({{"*", true}, {"phone", false}}));
  CHECK(cell(rest, 0, "phone") == "(absent)");
  CHECK(reasons(rest, 0) == std::vector<std::string>{"last_name: not_clearable"});
  CHECK(rest.faults.at(0)[0].message.find("roster.blank") != std::string::npos);

  const auto json = read_text(R"([{"email":"a@b.fr","phone":""},{"email":"c@d.fr"},{"email":"e@f.fr","phone":null}])",
                              blanks({{"*", true}}));
  CHECK(cell(json, 0, "phone") == "(clear)");
  CHECK(cell(json, 1, "phone") == "(absent)");
  CHECK(cell(json, 2, "phone") == "(clear)");
  CHECK(json.faults.empty());
}

TEST_CASE("every fault of every row is told, and what can be read is kept") {
  const auto roster = read_text(
      "E-mail,role,disabled,org_id,first_name\n"
      "a@b.fr,ADMIN,no,1,Anna\n"
      "c@d.fr,boss,maybe,x,Carl\n"
      "nonsense,ADMIN,no,,Dora\n"
      ",ADMIN,,,Emil\n");
  CHECK(roster.users.size() == 4);
  CHECK(roster.faults.size() == 3);
  CHECK(reasons(roster, 1) ==
        std::vector<std::string>{"role: invalid_value", "disabled: invalid_value", "org_id: invalid_value"});
  CHECK(cell(roster, 1, "email") == "c@d.fr");
  CHECK(cell(roster, 1, "first_name") == "Carl");
  CHECK(cell(roster, 1, "role") == "(absent)");
  CHECK(reasons(roster, 2) == std::vector<std::string>{"E-mail: invalid_value"});
  CHECK(reasons(roster, 3) == std::vector<std::string>{"E-mail: missing_required"});
  CHECK(roster.faults.at(3)[0].message.find("neither email nor id") != std::string::npos);
  CHECK(roster.unreadable_keys == 2);
}

TEST_CASE("an id alone says who a row is") {
  const auto roster = read_text("id,email,phone\n7,,1\n,a@b.fr,2\n8,broken,3\n,,4\n");
  CHECK(roster.unreadable_keys == 1);
  CHECK(reasons(roster, 0).empty());
  CHECK(reasons(roster, 1).empty());
  CHECK(reasons(roster, 2) == std::vector<std::string>{"email: invalid_value"});
  CHECK(reasons(roster, 3) == std::vector<std::string>{"email: missing_required"});
  CHECK(cell(roster, 2, "id") == "8");
  CHECK(cell(roster, 3, "phone") == "4");
  const auto by_id = read_text("id,phone\n,1\n");
  CHECK(reasons(by_id, 0) == std::vector<std::string>{"id: missing_required"});
}

TEST_CASE("a JSON record with a member twice is rejected, and keeps who it is") {
  const auto roster =
      read_text("[{\"email\":\"a@b.fr\",\"role\":\"ADMIN\",\"role\":\"BUSINESS_MANAGER\"},\n{\"email\":\"c@d.fr\"}]");
  CHECK(reasons(roster, 0) == std::vector<std::string>{"role: duplicate_field"});
  CHECK(cell(roster, 0, "email") == "a@b.fr");
  CHECK(reasons(roster, 1).empty());
  CHECK(roster.lines == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("the same people in CSV, JSON and JSON Lines are the same") {
  const auto csv = read_text("email,disabled,accesses,business_ids\na@b.fr,yes,\"[[2,1],[3]]\",x|y\n");
  const std::string record = R"({"email":"a@b.fr","disabled":true,"accesses":[[1,2],[3]],"business_ids":["y","x"]})";
  for (const std::string& text : {"[" + record + "]", record, "{\"users\":[" + record + "]}"}) {
    CAPTURE(text);
    const auto json = read_text(text);
    for (const char* const name : {"email", "disabled", "accesses", "business_ids"})
      CHECK(cell(json, 0, name) == cell(csv, 0, name));
  }
}

TEST_CASE("a roster without integrity is refused") {
  struct Row {
    const char* name;
    std::string text;
    const char* says;
  };
  const std::vector<Row> rows = {
      {"empty file", "", "no data rows"},
      {"white space", " \n\n", "no data rows"},
      {"mark alone", "\xEF\xBB\xBF", "no data rows"},
      {"header alone", "email,role\n", "no data rows"},
      {"empty array", "[]", "no data rows"},
      {"object with an empty array", "{\"users\":[]}", "no data rows"},
      {"a row too short", "email,role\na@b.fr\n",
       "1 row is not as wide as the header, which has 2 columns: line 2 has 1;"},
      {"rows of every width", "email,role\na,b,c\n\"x\ny\"\nd,e\nf\n", "3 rows are not as wide"},
      {"their lines", "email,role\na,b,c\n\"x\ny\"\nd,e\nf\n", "line 2 has 3, line 3 has 1, line 6 has 1"},
      {"many of them", "email,role\n1\n2\n3\n4\n5\n6\n7\n",
       "7 rows are not as wide as the header, which has 2 columns: line 2 has 1"},
      {"unclosed quote", "email,role\na@b.fr,\"ADMIN\n", "roster.csv:2:"},
      {"invalid JSON", "[{\"email\":}]", "roster.csv:1:"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto ending = ending_of(row.text);
    CAPTURE(ending.sentence);
    CHECK(ending.code == base::ExitCode::refused);
    CHECK(ending.says(row.says));
  }
}

TEST_CASE("every beginning of a roster is read or refused, never more") {
  const std::vector<std::string> whole = {
      "\xEF\xBB\xBF\"email\";First Name;business_ids;phone\r\n\"a@b.fr\";\"Zo\xC3\xAB "
      "\"\"Z\"\"\r\nx\";a|b;\\N\r\n\r\nc@d.fr;;;1\r\n",
      "[\n {\"email\": \"a@b.fr\", \"accesses\": [[1,2],[]], \"disabled\": null},\n {\"id\": \"7\", \"org_id\": 1.5e3, "
      "\"phone\": "
      "\"\\u00e9\\\"\"}\n]\n",
      "{\"count\": 1, \"none\": [], \"users\": [{\"email\": \"a@b.fr\"}], \"next\": {\"a\": [1]}}",
      "{\"email\": \"a@b.fr\", \"business_ids\": [\"x\"]}\n{\"email\": \"c@d.fr\"}\n",
  };
  for (const std::string& text : whole) {
    REQUIRE(ending_of(text).code == base::ExitCode::ok);
    for (std::size_t size = 0; size < text.size(); ++size) {
      CAPTURE(text.substr(0, size));
      const auto code = ending_of(text.substr(0, size)).code;
      CHECK((code == base::ExitCode::ok || code == base::ExitCode::refused || code == base::ExitCode::could_not_run));
    }
  }
}

TEST_CASE("a roster with one byte changed is read or refused, never more") {
  const std::vector<std::string> whole = {
      "email,role,business_ids\na@b.fr,ADMIN,\"a,b|c\"\nc@d.fr,,\\N\n",
      "[{\"email\":\"a@b.fr\",\"accesses\":[[1]]},{\"email\":\"c@d.fr\",\"phone\":null}]",
  };
  const std::string bytes("\0\"\n\r,;|[]{}:\\ \t\xE9\xFF\x1f", 18);
  for (const std::string& text : whole) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (const char byte : bytes) {
        std::string changed = text;
        changed[at] = byte;
        CAPTURE(changed);
        CHECK_NOTHROW(ending_of(changed));  // throws for anything that is not a base::Error
      }
    }
  }
}
