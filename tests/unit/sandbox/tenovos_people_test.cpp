#include "sandbox/tenovos_people.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "sandbox/body_check.hpp"
#include "text/text.hpp"
#include "unit/sandbox/tenovos_fixture.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using namespace rostersync::sandbox::tenovos;
using namespace rostersync::sandbox::testing;
using json::Json;

namespace {

std::vector<Account> seeded(std::size_t count, std::uint64_t seed, Version version = Version::v1_5) {
  std::vector<Account> people;
  tenovos::seed_people(count, seed, username, version, [&](const Account& account) { people.push_back(account); });
  return people;
}

json::OrderedJson file_of(const std::vector<Account>& people) {
  json::OrderedJson file = json::OrderedJson::array();
  for (const Account& account : people) file.push_back(person_object(account));
  return file;
}

std::vector<Account> read(const std::string& people, Version version = Version::v1_5) {
  return tenovos::accounts_from(json::parse_document(people, "people.json"), username, version);
}

}  // namespace

TEST_CASE("seeded people of Tenovos are the same for a seed, valid, and each their own") {
  CHECK(file_of(seeded(200, 4)) == file_of(seeded(200, 4)));
  CHECK(file_of(seeded(200, 4)) != file_of(seeded(200, 5)));
  const auto people = seeded(3000, 1);
  REQUIRE(people.size() == 3000);
  std::set<std::string> emails, ids, contacts;
  int disabled = 0, foreign = 0;
  for (const Account& account : people) {
    const Facts facts = facts_of(account);
    CHECK(is_email(facts.email));
    emails.insert(text::fold(facts.email));
    ids.insert(facts.id);
    disabled += facts.disabled ? 1 : 0;
    foreign += facts.groups == std::vector<std::string>{groups().back().id} ? 1 : 0;
    const auto contact = account.user.at("contact").get<std::string>();
    contacts.insert(contact.empty() ? "" : contact.substr(0, contact[0] == '+' || contact[0] == '0' ? 1 : 0));
  }
  CHECK(emails.size() == 3000);
  CHECK(ids.size() == 3000);
  CHECK(contacts == std::set<std::string>{"", "+", "0"});  // some cannot be sent as a number
  CHECK(disabled > 50);
  CHECK(foreign > 50);
  CHECK(people.front().me);
  CHECK(facts_of(people.front()).user_name == username);
  CHECK(std::count_if(people.begin(), people.end(), [](const Account& one) { return one.me; }) == 1);
}

TEST_CASE("a file of Tenovos people can be written and read again, by either version") {
  for (const Version version : {Version::v1, Version::v1_5}) {
    const auto people = seeded(50, 9, version);
    const auto file = file_of(people);
    CHECK(file_of(read(file.dump(), version)) == file);
    Store store(&tenovos::facts_of);
    for (const Account& account : people) store.add(account);
    for (Store::Index i = 0; i < store.size(); ++i) CHECK(Json::parse(store.person_text(i)) == Json(file[i]));
  }
}

TEST_CASE("a file of Tenovos people needs an e-mail and a name") {
  const auto people = read(R"([{"emailId": "a@example.com", "firstName": "A", "lastName": "B"}])");
  REQUIRE(people.size() == 2);
  CHECK(people[0].me);
  CHECK(people[0].user.at("emailId") == username);
  CHECK(people[0].user.at("roleId") == roles()[1].id);
  CHECK(people[1].user.at("roleId") == roles()[0].id);
  CHECK(people[1].user.at("groups") == json::OrderedJson::array({groups()[0].id}));
  CHECK(people[1].user.at("friendlyName") == "A B");
  CHECK(people[1].user.at("userName") == "a@example.com");
  CHECK(people[1].user.at("userId").get<std::string>().size() == 36);
}

TEST_CASE("the caller is who is said to be, or who has the user name") {
  struct Row {
    const char* name;
    const char* people;
    const char* email;
  };
  const Row rows[] = {
      {"me", R"([{"emailId": "a@example.com", "firstName": "A", "lastName": "B", "me": true}])", "a@example.com"},
      {"by e-mail", R"([{"emailId": "Admin@example.com", "firstName": "A", "lastName": "B"}])", "Admin@example.com"},
      {"by user name",
       R"([{"emailId": "a@example.com", "firstName": "A", "lastName": "B", "userName": "admin@example.com"}])",
       "a@example.com"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto people = read(row.people);
    REQUIRE(people.size() == 1);
    CHECK(people[0].me);
    CHECK(people[0].user.at("emailId") == row.email);
  }
  CHECK(read(rows[0].people)[0].user.at("userName") == username);
}

TEST_CASE("a wrong file of Tenovos people is refused with its place") {
  struct Row {
    const char* name;
    const char* people;
    const char* said;
  };
  const Row rows[] = {
      {"unknown attribute",
       "[\n{\"emailId\": \"a@example.com\", \"firstName\": \"A\", \"lastName\": \"B\",\n\"email\": 1}]",
       "people.json:3"},
      {"no name", R"([{"emailId": "a@example.com", "firstName": "A"}])", "lastName"},
      {"no e-mail address", R"([{"emailId": "a", "firstName": "A", "lastName": "B"}])", "no e-mail address"},
      {"unknown role", R"([{"emailId": "a@example.com", "firstName": "A", "lastName": "B", "roleId": "x"}])", "roleId"},
      {"unknown group", R"([{"emailId": "a@example.com", "firstName": "A", "lastName": "B", "groups": ["x"]}])",
       "groups"},
      {"user name twice", R"([{"emailId": "a@example.com", "firstName": "A", "lastName": "B", "userName": "u"},
                              {"emailId": "b@example.com", "firstName": "A", "lastName": "B", "userName": "U"}])",
       "the user name"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    try {
      read(row.people);
      FAIL_CHECK("was accepted");
    } catch (const base::CannotRun& error) {
      CAPTURE(error.what());
      CHECK(std::string(error.what()).find(row.said) != std::string::npos);
    }
  }
}
