#include "roster/mapping.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fixture.hpp"

using namespace rostersync;
using namespace rostersync::roster;

namespace {

// The attribute's name, or "" where the column is ignored.
std::string mapped(std::string_view header, const Options& options = {}) {
  const auto schema = people_schema();
  Mapping mapping("roster.csv", schema, options);
  const auto found = mapping.add(header, 1, "column 1");
  mapping.add(found == index_of(schema, "id") ? "email" : "id", 1, "column 2");
  mapping.check();
  return found ? schema[*found].name : "";
}

Options columns(std::vector<std::pair<std::string, std::string>> columns) {
  Options options;
  options.columns = std::move(columns);
  return options;
}

std::vector<std::string> codes(const std::vector<model::Warning>& warnings) {
  std::vector<std::string> found;
  for (const auto& warning : warnings) found.push_back(warning.code);
  return found;
}

}  // namespace

TEST_CASE("a header is an attribute's name, case, spaces, - and _ set aside") {
  CHECK(mapped("first_name") == "first_name");
  CHECK(mapped(" First Name ") == "first_name");
  CHECK(mapped("FIRST-NAME") == "first_name");
  CHECK(mapped("E-Mail") == "email");
  CHECK(mapped("ID") == "id");
}

TEST_CASE("configured columns come first, the exact one before the loose") {
  CHECK(mapped("Work e-mail", columns({{"Work e-mail", "email"}})) == "email");
  CHECK(mapped("WORK_EMAIL", columns({{"Work e-mail", "email"}})) == "email");
  CHECK(mapped("Desk", columns({{"Desk", ""}})) == "");
  CHECK(mapped("phone", columns({{"phone", "first_name"}})) == "first_name");
  CHECK(mapped("Nom", columns({{"NOM", "first_name"}, {"Nom", "last_name"}})) == "last_name");
  CHECK(mapped("pre\xCC\x81nom", columns({{"prénom", "first_name"}})) == "first_name");
}

TEST_CASE("unknown columns are told all at once, with likely names and the remedy") {
  const auto one = ending_of("email,frist_name\na@b.fr,x\n");
  CHECK(one.code == base::ExitCode::could_not_run);
  CHECK(one.says("roster.csv:1:"));
  CHECK(one.says("\"frist_name\" (did you mean \"first_name\"?)"));
  CHECK(one.says("null"));
  CHECK(one.says("roster.columns"));

  const auto two = ending_of("email,rolle,Cost centre\na@b.fr,x,y\n");
  CHECK(two.code == base::ExitCode::could_not_run);
  CHECK(two.says("\"rolle\" (did you mean \"role\"?)"));
  CHECK(two.says("\"Cost centre\""));
  CHECK_FALSE(two.says("\"Cost centre\" (did"));

  const auto json = ending_of("[{\"email\":\"a@b.fr\"},\n{\"email\":\"c@d.fr\",\"desk\":1},{\"wing\":2}]");
  CHECK(json.code == base::ExitCode::could_not_run);
  CHECK(json.says("roster.csv:2:"));
  CHECK(json.says("\"desk\""));
  CHECK(json.says("\"wing\""));

  std::string header = "email";
  for (int i = 0; i < 40; ++i) header += ",unheard-of-" + std::to_string(i);
  CHECK(ending_of(header + "\n").says("and 30 more"));
}

TEST_CASE("columns that cannot be told apart stop the run") {
  struct Row {
    const char* name;
    const char* text;
    const char* says;
  };
  const std::vector<Row> rows = {
      {"same attribute twice", "email,first_name,First Name\na@b.fr,x,y\n", "\"first_name\" and \"First Name\""},
      {"same header twice", "email,role,role\na@b.fr,x,y\n", "both stand for role"},
      {"same attribute from two members", "[{\"email\":\"a@b.fr\"},\n{\"E-mail\":\"a@b.fr\"}]", "both stand for email"},
      {"empty header", "email,,role\na@b.fr,x,y\n", "column 2 has no name"},
      {"trailing delimiter", "email,role,\na@b.fr,ADMIN,\n", "column 3 has no name"},
      {"empty member name", "[{\"email\":\"a@b.fr\",\n\"\":1}]", "a member of this record has no name"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto ending = ending_of(row.text);
    CAPTURE(ending.sentence);
    CHECK(ending.code == base::ExitCode::could_not_run);
    CHECK(ending.says(row.says));
  }
}

TEST_CASE("the configuration must name attributes that there are") {
  const auto column = ending_of("email\na@b.fr\n", columns({{"Nom", "lastname"}}));
  CHECK(column.code == base::ExitCode::could_not_run);
  CHECK(column.says("\"roster.columns.Nom\""));
  CHECK(column.says("did you mean \"last_name\"?"));
  Options blank;
  blank.blank_clears = {{"phon", true}};
  const auto clears = ending_of("email\na@b.fr\n", blank);
  CHECK(clears.code == base::ExitCode::could_not_run);
  CHECK(clears.says("did you mean \"phone\"?"));
}

TEST_CASE("a roster that cannot say who a row is, is refused") {
  const auto none = ending_of("first_name,role\nAnna,ADMIN\n");
  CHECK(none.code == base::ExitCode::refused);
  CHECK(none.says("no key column"));
  CHECK(none.says("\"email\" or \"id\""));
  CHECK(none.says("\"first_name\", \"role\""));
  CHECK(ending_of("[{\"role\":\"ADMIN\"}]").code == base::ExitCode::refused);
  CHECK(ending_of("email\n", columns({{"email", ""}})).says("no key column"));
  CHECK(ending_of("id\n7\n").code == base::ExitCode::ok);
}

TEST_CASE("warnings name columns that are ignored, deprecated or not there, once each") {
  const auto csv = read_text("email,Created At,sidebar_pages\na@b.fr,2020,HOME\nc@d.fr,2021,HOME\n",
                             columns({{"Desk", ""}, {"email", "email"}}));
  CHECK(codes(csv.warnings) == std::vector<std::string>{"read_only", "deprecated", "unused_mapping"});
  CHECK(csv.warnings[0].message.find("\"Created At\"") != std::string::npos);
  CHECK(csv.warnings[2].message.find("\"Desk\"") != std::string::npos);
  CHECK_FALSE(csv.users.has_column(index_of(people_schema(), "created_at")));
  CHECK(cell(csv, 1, "sidebar_pages") == R"(["HOME"])");

  const auto json = read_text(R"([{"email":"a@b.fr","created_at":1},{"email":"c@d.fr","created_at":[{}]}])");
  CHECK(codes(json.warnings) == std::vector<std::string>{"read_only"});
  CHECK(read_text("email,id\na@b.fr,7\n").warnings.empty());
}
