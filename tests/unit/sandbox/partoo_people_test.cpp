#include "sandbox/partoo_people.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "sandbox/body_check.hpp"
#include "sandbox/names.hpp"
#include "sandbox/partoo_published.hpp"
#include "sandbox/store.hpp"
#include "text/text.hpp"
#include "unit/sandbox/fixture.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using namespace rostersync::sandbox::partoo;
using namespace rostersync::sandbox::testing;
using json::Json;

namespace {

std::vector<Account> read(const char* people) {
  return accounts_from(json::parse_document(people, "people.json"));
}

Json attribute_of(const std::vector<Account>& people, const char* name) {
  Json all = Json::array();
  for (const Account& account : people) all.push_back(Json(account.user.at(name)));
  return all;
}

}  // namespace

TEST_CASE("seeded people are the same for a seed, and other ones for another") {
  CHECK(attribute_of(seeded_people(300, 4), "email") == attribute_of(seeded_people(300, 4), "email"));
  CHECK(attribute_of(seeded_people(300, 4), "id") == attribute_of(seeded_people(300, 4), "id"));
  CHECK(attribute_of(seeded_people(300, 4), "email") != attribute_of(seeded_people(300, 5), "email"));
}

TEST_CASE("seeded people are valid users, each with an id and an e-mail of their own") {
  const auto people = seeded_people(3000, 1);
  REQUIRE(people.size() == 3000);
  std::set<std::string> emails, ids;
  std::map<std::string, int> roles;
  int disabled = 0, invited = 0;
  for (const Account& account : people) {
    const Json user = account.user;
    if (user.at("id").get<std::string>().size() != 24 || emails.size() % 100 == 0) {
      CAPTURE(user.dump());
      CHECK(body_faults(user_schema(), user).empty());
    }
    CHECK(user.at("id").get<std::string>().size() == 24);
    CHECK(is_email(user.at("email").get<std::string>()));
    emails.insert(text::fold(user.at("email").get<std::string>()));
    ids.insert(user.at("id"));
    const std::string role = user.at("role");
    ++roles[role];
    if (role == "BUSINESS_MANAGER") CHECK_FALSE(user.at("business_ids").empty());
    if (role == "GROUP_MANAGER") CHECK_FALSE(user.at("accesses").empty());
    disabled += user.at("disabled") == true ? 1 : 0;
    invited += user.at("status") == "invited" ? 1 : 0;
  }
  CHECK(emails.size() == 3000);
  CHECK(ids.size() == 3000);
  CHECK(roles["ORG_ADMIN"] == 1);
  CHECK(roles["PROVIDER"] == 1);
  CHECK(roles["BUSINESS_MANAGER"] > 1800);
  CHECK(roles["GROUP_MANAGER"] > 300);
  CHECK(disabled > 50);
  CHECK(invited > 80);
  CHECK(people.front().me);
  CHECK(people.front().user.at("role") == "ORG_ADMIN");
  CHECK(std::count_if(people.begin(), people.end(), [](const Account& one) { return one.me; }) == 1);
}

TEST_CASE("names are in NFC and their plain spelling fits into an e-mail address") {
  for (const Country& country : countries()) {
    for (const auto* names : {&country.first_names, &country.last_names}) {
      for (const Name& name : *names) {
        CAPTURE(name.written);
        CHECK(text::nfc(name.written) == name.written);
        CHECK(is_email(std::string(name.plain) + "@" + std::string(country.domain)));
      }
    }
  }
}

TEST_CASE("a file of people can be written and read again") {
  const auto people = seeded_people(50, 9);
  json::OrderedJson file = json::OrderedJson::array();
  for (const Account& account : people) file.push_back(person_object(account));
  const Store store = store_of(accounts_from(json::parse_document(file.dump(2), "people.json")));
  REQUIRE(store.size() == 50);
  for (Store::Index i = 0; i < store.size(); ++i) CHECK(store.person_text(i) == file[i].dump());
}

TEST_CASE("a file of people needs little: ids, roles and the key's own user are added") {
  const auto people = read(R"([{"email": "a@example.com", "first_name": "A", "last_name": "B", "phone": "+33"}])");
  REQUIRE(people.size() == 2);
  CHECK(people[0].me);
  CHECK(people[0].user.at("role") == "ORG_ADMIN");
  CHECK(people[1].user.at("role") == "BUSINESS_MANAGER");
  CHECK(people[1].user.at("id").get<std::string>().size() == 24);
  CHECK(people[1].unseen.at("phone") == "+33");
  CHECK_FALSE(people[1].user.contains("phone"));
}

TEST_CASE("a wrong file of people is refused with its place") {
  struct Row {
    const char* name;
    const char* people;
    const char* said;
  };
  const Row rows[] = {
      {"no array", "{}", "people.json:1"},
      {"unknown attribute",
       "[\n{\"email\": \"a@example.com\", \"first_name\": \"A\", \"last_name\": \"B\",\n\"rôle\": \"x\"}]",
       "people.json:3"},
      {"no name", R"([{"email": "a@example.com", "first_name": "A"}])", "last_name"},
      {"no e-mail address", R"([{"email": "a", "first_name": "A", "last_name": "B"}])", "no e-mail address"},
      {"e-mail twice", R"([{"email": "a@example.com", "first_name": "A", "last_name": "B"},
                           {"email": "A@example.com", "first_name": "A", "last_name": "B"}])",
       "people.json:2"},
      {"id twice", R"([{"id": "1", "email": "a@example.com", "first_name": "A", "last_name": "B"},
                       {"id": "1", "email": "b@example.com", "first_name": "A", "last_name": "B"}])",
       "the id"},
      {"two owners of the key", R"([{"me": true, "email": "a@example.com", "first_name": "A", "last_name": "B"},
                                    {"me": true, "email": "b@example.com", "first_name": "A", "last_name": "B"}])",
       "\"me\""},
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
