#include <doctest/doctest.h>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;

TEST_CASE_FIXTURE(Remote, "a page of the listing") {
  for (int n = 0; n < 5; ++n) api.add("p" + std::to_string(n) + "@x.com");
  const Done done = only(directory::ListPage{2, 2});
  CHECK(done.status == Status::ok);
  REQUIRE(done.users);
  CHECK(done.users->size() == 2);
  CHECK(done.users->text(0, email) == "p2@x.com");
  CHECK(done.page.page == 2);
  CHECK(done.page.count == 5);
  CHECK(done.page.last == 3);
}

TEST_CASE_FIXTURE(Remote, "one user: by id, by key, one's own") {
  api.own_id = api.add("me@x.com");
  const std::string other = api.add("other@x.com", {{"title", "King"}});
  CHECK(only(directory::ReadUser{other}).users->text(0, title) == "King");
  CHECK(only(directory::FindUser{"OTHER@x.com"}).users->text(0, id) == other);
  CHECK(only(directory::ReadOwnUser{}).users->text(0, email) == "me@x.com");
  CHECK(only(directory::ReadUser{"nobody"}).status == Status::absent);
  CHECK(only(directory::FindUser{"oth@x.com"}).status == Status::absent);
}

TEST_CASE_FIXTURE(Remote, "people by name, as a listing shows them, page by page") {
  for (int n = 0; n < 5; ++n) api.add("p" + std::to_string(n) + "@x.com", {{"title", "Squire"}});
  api.add("other@x.com", {{"first_name", "Ana"}});
  api.most_per_page = 3;
  api.not_listed = {"title"};
  const Done done = only(directory::FindByName{"karadoc", 2});
  CHECK(done.status == Status::ok);
  REQUIRE(done.users);
  CHECK(done.users->size() == 2);
  CHECK(done.users->presence(0, title) == model::Presence::unknown);
  CHECK(done.page.page == 2);
  CHECK(done.page.last == 2);
  const Done nobody = only(directory::FindByName{"Zoë"});
  CHECK(nobody.status == Status::ok);
  CHECK(nobody.users->size() == 0);
}

TEST_CASE_FIXTURE(Remote, "a search by name that makes no sense is asked again, and is no answer in the end") {
  api.add("p@x.com");
  api.trouble["search"] = {page_of_a_proxy()};
  CHECK(only(directory::FindByName{"karadoc"}).users->size() == 1);
  api.trouble["search"] = {page_of_a_proxy(), page_of_a_proxy(), page_of_a_proxy(), page_of_a_proxy()};
  const Done done = only(directory::FindByName{"karadoc"});
  CHECK(done.status == Status::gave_up);
  CHECK_FALSE(done.users.has_value());
}

TEST_CASE_FIXTURE(Remote, "several users with one key are all told") {
  api.add("two@x.com");
  api.add("TWO@x.com");
  CHECK(only(directory::FindUser{"two@x.com"}).users->size() == 2);
}

TEST_CASE_FIXTURE(Remote, "a read that fails is asked again, whole but senseless answers too") {
  const std::string user = api.add("a@x.com");
  struct Case {
    std::string name;
    std::deque<Trouble> trouble;
    Status status;
    unsigned attempts;
  };
  const std::vector<Case> cases = {
      {"a fault", {lost_before()}, Status::ok, 2},
      {"a proxy's page", {page_of_a_proxy()}, Status::ok, 2},
      {"cut off", {cut_off(), cut_off()}, Status::ok, 3},
      {"throttled", {throttled()}, Status::ok, 2},
      {"faults without end", {lost_before(), status(500), timed_out(), status(503)}, Status::gave_up, 4},
      {"senseless without end",
       {page_of_a_proxy(), page_of_a_proxy(), page_of_a_proxy(), page_of_a_proxy()},
       Status::gave_up,
       4},
      {"the key is dead", {status(401)}, Status::credentials, 1},
      {"not for us", {status(403)}, Status::refused, 1},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    api.trouble["read"] = one.trouble;
    const Done done = only(directory::ReadUser{user});
    CHECK(done.status == one.status);
    CHECK(done.attempts == one.attempts);
    CHECK(done.users.has_value() == (one.status == Status::ok));
    CHECK(done.message.empty() == (one.status == Status::ok));
    CHECK_FALSE(done.sent);
  }
}

TEST_CASE_FIXTURE(Remote, "what is told when nobody answers") {
  api.trouble["read"] = {never_left(), never_left(), never_left(), never_left()};
  const Done done = only(directory::ReadUser{"u1"});
  CHECK(done.status == Status::gave_up);
  CHECK(done.message == "no answer after 4 attempts: connection refused");
}

TEST_CASE_FIXTURE(Remote, "after a stop nothing is sent, and what is in flight finishes") {
  const std::string user = api.add("a@x.com");
  const auto in_flight = rest->start(directory::ReadUser{user});
  rest->wait(0s);  // sends it
  rest->stop("enough");
  const auto late = rest->start(directory::ReadUser{user});
  const auto all = finish();
  CHECK(all.at(in_flight).status == Status::ok);
  CHECK(all.at(late).status == Status::stopped);
  CHECK(all.at(late).attempts == 0);
  CHECK(*rest->stopped() == "enough");
  CHECK(transport.sent.size() == 1);
}

TEST_CASE_FIXTURE(Remote, "a wait beyond what was allowed stops everything") {
  api.trouble["read"] = {before(answer(429, "", {{"Retry-After", "86400"}}))};
  CHECK(only(directory::ReadUser{"u1"}).status == Status::stopped);
  CHECK(rest->stopped());
}
