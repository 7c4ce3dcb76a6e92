// Looking somebody up by key, where a search answers in pages.
#include <doctest/doctest.h>

#include <deque>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

Json person(const std::string& user_id, const std::string& key) {
  return {{"id", user_id}, {"email", key}};
}

// An API whose search answers what the test has prepared: an answer for each request.
struct Search : Remote {
  Search() {
    profile.wire.find.paging = profile::Paging{};
    profile.wire.find.paging->by = profile::PagingBy::cursor;
    profile.wire.find.paging->position = "token";
    profile.wire.find.paging->next = "/next";
    handler = [this](const Request& request, int) {
      asked.push_back(request.url.substr(base_url.size()));
      if (pages.size() > 1 || !for_ever) {
        REQUIRE_FALSE(pages.empty());
        const Response told = pages.front();
        pages.pop_front();
        return told;
      }
      return pages.front();
    };
    restart();
  }

  void page(std::vector<Json> users, const std::string& next = {}) {
    pages.push_back(answer(200, Json{{"users", std::move(users)}, {"next", next}}.dump()));
  }
  Done find() { return only(directory::FindUser{"jo@x.com"}); }

  std::deque<Response> pages;
  bool for_ever = false;  // the last one is answered again and again
  std::vector<std::string> asked;
};

}  // namespace

TEST_CASE_FIXTURE(Search, "who is meant may be on any page") {
  page({person("1", "john@x.com")}, "a&b");
  page({}, "c");
  page({person("2", "JO@x.com"), person("3", "joan@x.com")}, "d");
  page({person("4", "jo@x.com.example")});
  const Done done = find();
  CHECK(done.status == Status::ok);
  REQUIRE(done.users);
  REQUIRE(done.users->size() == 1);
  CHECK(done.users->text(0, id) == "2");
  CHECK(done.users->text(0, email) == "JO@x.com");
  CHECK(done.users->presence(0, first_name) == model::Presence::unknown);
  CHECK(done.attempts == 4);
  CHECK(done.http_status == 200);
  CHECK(done.page.next.empty());
  CHECK(asked == std::vector<std::string>{"/users?email=jo%40x.com", "/users?email=jo%40x.com&token=a%26b",
                                          "/users?email=jo%40x.com&token=c", "/users?email=jo%40x.com&token=d"});
}

TEST_CASE_FIXTURE(Search, "two with the key, on two pages") {
  page({person("1", "jo@x.com")}, "a");
  page({person("2", "Jo@x.com")});
  const Done done = find();
  CHECK(done.status == Status::ok);
  REQUIRE(done.users);
  REQUIRE(done.users->size() == 2);
  CHECK(done.users->text(1, id) == "2");
}

TEST_CASE_FIXTURE(Search, "nobody is absent before the last page") {
  page({person("1", "john@x.com")}, "a");
  page({person("2", "joan@x.com")});
  const Done done = find();
  CHECK(done.status == Status::absent);
  REQUIRE(done.users);
  CHECK(done.users->size() == 0);
  CHECK(done.attempts == 2);
}

TEST_CASE_FIXTURE(Search, "a search that repeats its cursor has come to its end") {
  for_ever = true;
  page({person("1", "john@x.com")}, "a");
  CHECK(find().status == Status::absent);
  CHECK(asked.size() == 2);
}

TEST_CASE("a search that does not end, or fails on the way, says nothing of anybody") {
  struct Case {
    std::string name;
    std::vector<Response> then;
    Status status;
    std::size_t requests;
    std::string words;
  };
  const Response nonsense = answer(200, "<html></html>");
  const std::vector<Case> cases = {
      {"the credentials are refused", {answer(401, "{}")}, Status::credentials, 2, "HTTP 401"},
      {"it is refused", {answer(403, "{}")}, Status::refused, 2, "HTTP 403"},
      {"the page that the one before led to is gone", {answer(404, "{}")}, Status::gave_up, 2, "HTTP 404"},
      {"it makes no sense", {nonsense, nonsense, nonsense, nonsense}, Status::gave_up, 5, "(asked 4 times)"},
      {"somebody does not say their key", std::vector<Response>(4, answer(200, R"({"users": [{"id": "7"}]})")),
       Status::gave_up, 5, "HTTP 200 with a body that is not what this operation answers with (asked"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Search search;
    search.page({person("1", "jo@x.com")}, "a");
    search.pages.insert(search.pages.end(), one.then.begin(), one.then.end());
    const Done done = search.find();
    CHECK(done.status == one.status);
    CHECK_FALSE(done.users);
    CHECK(search.asked.size() == one.requests);
    CHECK(done.message.find(one.words) != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Search, "a page that makes no sense is asked for again, and the search goes on") {
  page({person("1", "john@x.com")}, "a");
  pages.push_back(answer(200, R"({"users": [{"id": )"));
  page({person("2", "jo@x.com")}, "b");
  page({});
  const Done done = find();
  CHECK(done.status == Status::ok);
  REQUIRE((done.users && done.users->size() == 1));
  CHECK(done.users->text(0, id) == "2");
  CHECK(asked[1] == asked[2]);
}

TEST_CASE_FIXTURE(Search, "pages without end are given up") {
  int cursor = 0;
  handler = [&](const Request&, int) {
    return answer(200, Json{{"users", Json::array()}, {"next", std::to_string(++cursor)}}.dump());
  };
  restart();
  const Done done = find();
  CHECK(done.status == Status::gave_up);
  CHECK_FALSE(done.users);
  CHECK(cursor == 100);
  CHECK(done.message == "the search for one user did not end within 100 pages");
}

TEST_CASE_FIXTURE(Search, "by number, a page that is not there is the end") {
  profile.wire.find.paging = numbered_pages();
  profile.wire.find.paging->last_page.clear();
  profile.wire.find.paging->max_size = 2;
  pages.push_back(answer(200, R"({"count": 5, "users": [{"id": "1", "email": "jo@x.com"}]})"));
  pages.push_back(answer(404, "{}"));
  const Done done = find();
  CHECK(done.status == Status::ok);
  REQUIRE((done.users && done.users->size() == 1));
  CHECK(done.users->text(0, id) == "1");
  pages.push_back(answer(404, "{}"));
  CHECK(find().status == Status::absent);
}

TEST_CASE_FIXTURE(Search, "a server that gives fewer users a page than it was asked for") {
  profile.wire.find.paging = numbered_pages();
  profile.wire.find.paging->last_page.clear();
  for (const char* user : {"1", "2"})
    pages.push_back(answer(200, Json{{"count", 3}, {"users", {person(user, "john@x.com")}}}.dump()));
  pages.push_back(answer(200, Json{{"count", 3}, {"users", {person("3", "jo@x.com")}}}.dump()));
  pages.push_back(answer(200, R"({"count": 3, "users": []})"));
  CHECK(find().status == Status::ok);
  CHECK(asked[2] == "/users?email=jo%40x.com&page=3&size=100");
}

TEST_CASE_FIXTURE(Search, "an address of another origin is not followed") {
  profile.wire.find.paging->by = profile::PagingBy::link;
  page({person("1", "jo@x.com")}, "https://elsewhere.example/users?page=2");
  const Done done = find();
  CHECK(done.status == Status::gave_up);
  CHECK(done.unusable);
  CHECK_FALSE(done.users);
  CHECK(asked.size() == 1);
  CHECK(done.message.find("https://elsewhere.example:443") != std::string::npos);
}
