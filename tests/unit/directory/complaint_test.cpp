#include "directory/complaint.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/directory/api_profile.hpp"
#include "unit/directory/fake_api.hpp"

using namespace rostersync;
using namespace rostersync::test;

TEST_CASE("why an answer is not what its operation answers with") {
  struct Case {
    std::string name;
    directory::Operation operation;
    std::string body;
    std::string words;
  };
  const directory::ListPage list{};
  const directory::ReadUser read{"1"};
  const std::vector<Case> cases = {
      {"nothing", list, "", "without a body"},
      {"a page for a browser", list, "<html>", "with a body that is not JSON, or not all of it"},
      {"cut off", read, R"({"id": "1")", "with a body that is not JSON, or not all of it"},
      {"a list as a whole", list, R"([{"id": "1"}])",
       "but there is no list of users at /users (\"items\"): it is a list"},
      {"users elsewhere", list, R"({"data": [], "total": 3})",
       "but there is no list of users at /users (\"items\"): it is an object of data, total"},
      {"a user without an id", list, R"({"users": [{"id": 1}, {"uid": 2, "email": "a@b.c"}]})",
       "but a user has no id at /id: it is an object of email, uid"},
      {"an id that is empty", list, R"({"users": [{"id": ""}]})", "but a user has no id at /id: it is an object of id"},
      {"a user that is a text", list, R"({"users": ["1"]})", "but there is no user \"\" in it: it is a single value"},
      {"nobody", read, "null", "but there is no user \"\" in it: it is null"},
      {"a search", directory::FindUser{"a@b.c"}, "{}",
       "but there is no list of users at /users (\"items\"): it is an empty object"},
      {"a search by name", directory::FindByName{"Jo"}, "{}",
       "but there is no list of users at /users (\"items\"): it is an empty object"},
      {"the own user", directory::ReadOwnUser{}, R"({"name": "x"})",
       "but a user has no id at /id: it is an object of name"},
      {"nothing that can be told", list, R"({"users": [{"id": 1}]})",
       "with a body that is not what this operation answers with"},
  };
  const profile::Profile profile = api_profile();
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(directory::complaint(profile.wire, one.operation, answer(200, one.body)) == one.words);
  }
}

TEST_CASE("what users are like is no complaint") {
  const profile::Profile profile = api_profile();
  const std::string many = R"({"users": [{"a1":"s","a2":"s","a3":"s","a4":"s","a5":"s","a6":"s","a7":"s","a8":"s",)"
                           R"("a9":"s","b1":"s","b2":"s","b3":"s","b4":"s","b5":"secret@x.com"}]})";
  const std::string words = directory::complaint(profile.wire, directory::ListPage{}, answer(200, many));
  CHECK(words.find("secret") == std::string::npos);
  CHECK(words.ends_with("b2, b3, …"));
}
