// The column of ids that whoever keeps the roster keeps stable.
#include <doctest/doctest.h>

#include <string>

#include "fixture.hpp"

using namespace rostersync;
using namespace rostersync::roster;

namespace {

Options keyed(std::string key = "employee_number", std::vector<std::pair<std::string, std::string>> columns = {}) {
  Options options;
  options.key = std::move(key);
  options.columns = std::move(columns);
  return options;
}

std::string only_key(std::string_view bytes, const Options& options = keyed()) {
  const Roster roster = read_text(bytes, options);
  REQUIRE(roster.stable_keys.size() == 1);
  return std::string(roster.stable_keys[0]);
}

}  // namespace

TEST_CASE("a stable key is a column of its own, found as attributes are") {
  CHECK(only_key("email,employee_number\na@x.com,4711\n") == "4711");
  CHECK(only_key("email,Employee Number\na@x.com, 4711 \n") == "4711");
  CHECK(only_key("email;EMPLOYEE-NUMBER\na@x.com;4711\n") == "4711");
  CHECK(only_key("email,Matricule\na@x.com,4711\n", keyed("employee_number", {{"Matricule", "employee_number"}})) ==
        "4711");
  const Roster roster = read_text("email,Employee Number\na@x.com,4711\nb@x.com,\n", keyed());
  CHECK(roster.stable_key_header == "Employee Number");
  CHECK(roster.stable_keys.size() == 2);
  CHECK(roster.stable_keys[1].empty());
  CHECK(roster.warnings.empty());
  CHECK(read_text("email\na@x.com\n").stable_keys.empty());
}

TEST_CASE("a column may be an attribute and the stable key") {
  const Roster roster = read_text("email,org_id\na@x.com,007\n", keyed("org_id"));
  CHECK(roster.stable_keys[0] == "007");
  CHECK(cell(roster, 0, "org_id") == "7");
  const Roster read_only = read_text("email,created_at\na@x.com,2020\n", keyed("created_at"));
  CHECK(read_only.stable_keys[0] == "2020");
  CHECK(read_only.warnings.empty());
  CHECK_FALSE(read_only.users.has_column(index_of(people_schema(), "created_at")));
}

TEST_CASE("a stable key is text, compared exactly once it is trimmed and composed") {
  CHECK(only_key("email,employee_number\na@x.com,Aé-7\n") == "Aé-7");
  CHECK(only_key("email,employee_number\na@x.com,\xC2\xA0\x41\x65\xCC\x81-7\n") == "Aé-7");
  CHECK(only_key("email,employee_number\na@x.com,\\N\n").empty());
  CHECK(only_key(R"([{"email": "a@x.com", "employee_number": 4711}])") == "4711");
  CHECK(only_key(R"([{"email": "a@x.com", "employee_number": " 0815 "}])") == "0815");
  CHECK(only_key(R"([{"email": "a@x.com", "employee_number": null}])").empty());
  const Roster some = read_text(R"([{"email": "a@x.com"}, {"email": "b@x.com", "Employee-Number": 2}])", keyed());
  CHECK(some.stable_keys[0].empty());
  CHECK(some.stable_keys[1] == "2");
}

TEST_CASE("a configured stable key that the roster lacks is a matter of integrity") {
  for (const char* bytes : {"email,Matricule\na@x.com,7\n", R"([{"email": "a@x.com", "Matricule": 7}])"}) {
    const Ending ending = ending_of(bytes, keyed("employee_number", {{"Matricule", ""}}));
    CHECK(ending.code == base::ExitCode::refused);
    CHECK(ending.says("there is no column \"employee_number\""));
    CHECK(ending.says("roster.key"));
    CHECK(ending.says("\"email\", \"Matricule\""));
  }
  const Ending misspelt = ending_of("email,emplyee_number\na@x.com,7\n", keyed());
  CHECK(misspelt.code == base::ExitCode::could_not_run);
  CHECK(misspelt.says("\"emplyee_number\" (did you mean \"employee_number\"?)"));
}

TEST_CASE("two columns of stable keys are one too many") {
  for (const char* bytes :
       {"email,employee_number,Employee Number\na@x.com,7,8\n",
        R"([{"email": "a@x.com", "employee_number": 7}, {"email": "b@x.com", "EmployeeNumber": 8}])"}) {
    const Ending ending = ending_of(bytes, keyed());
    CHECK(ending.code == base::ExitCode::could_not_run);
    CHECK(ending.says("both stand for the stable key \"employee_number\""));
  }
  const Roster twice = read_text(R"([{"email": "a@x.com", "employee_number": 7, "employee_number": 8}])", keyed());
  REQUIRE(twice.faults.contains(0));
  CHECK(twice.faults.at(0).front().reason == "duplicate_field");
}

TEST_CASE("a stable key that is none rejects its row, and nobody can tell to whom it points") {
  const std::string long_key(256, '7');
  for (const std::string& bytes : {"email,employee_number\na@x.com," + long_key + "\n",
                                   std::string(R"([{"email": "a@x.com", "employee_number": [7]}])"),
                                   std::string(R"([{"email": "a@x.com", "employee_number": true}])"),
                                   std::string("email,employee_number\na@x.com,a\x01\n")}) {
    const Roster roster = read_text(bytes, keyed());
    REQUIRE(roster.faults.contains(0));
    CHECK(roster.faults.at(0).front().column == "employee_number");
    CHECK(roster.stable_keys[0].empty());
    CHECK(roster.unreadable_keys == 1);
  }
  CHECK(read_text("id,employee_number\n5,a\x01\n", keyed()).unreadable_keys == 0);
  CHECK(read_text("email,employee_number\nno-address,a\x01\n", keyed()).unreadable_keys == 1);
}

TEST_CASE("what stands where a key should is kept where it is none") {
  const Roster roster = read_text("email\n Jo at X \njo@x.com\n");
  CHECK(roster.raw_keys == std::map<model::Row, std::string>{{0, "Jo at X"}});
  const Roster json = read_text(R"([{"email": "Jo at X"}, {"email": ["jo"]}, {"email": "jo@x.com"}])");
  CHECK(json.raw_keys == std::map<model::Row, std::string>{{0, "Jo at X"}, {1, "[\"jo\"]"}});
}
