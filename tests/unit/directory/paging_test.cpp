#include "directory/paging.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "directory/answers.hpp"
#include "unit/directory/fake_api.hpp"
#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using directory::ListPage;
using directory::PageFacts;
using json::Json;
using profile::Paging;
using profile::PagingBy;

namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

Paging pages_by(PagingBy by, std::string parameter, std::uint64_t first = 1) {
  Paging paging;
  paging.by = by;
  paging.position = std::move(parameter);
  paging.first = first;
  paging.size_parameter = "size";
  paging.max_size = 100;
  return paging;
}

Paging counted(Paging paging) {
  paging.count = profile::Place{"/count", ""};
  return paging;
}

Paging with_last(Paging paging) {
  paging.last_page = "/last";
  return paging;
}

Paging without_size(Paging paging) {
  paging.size_parameter.clear();
  paging.max_size = 0;
  return paging;
}

Paging next_at(Paging paging, std::string place) {
  paging.next = std::move(place);
  return paging;
}

const Paging by_page = pages_by(PagingBy::page, "page");
const Paging by_offset = pages_by(PagingBy::offset, "from", 0);
const Paging by_cursor = next_at(pages_by(PagingBy::cursor, "token"), "/next");
const Paging by_link = pages_by(PagingBy::link, "");
const Paging by_place = next_at(by_link, "/links/next");

PageFacts facts(const Paging& paging, const ListPage& asked, std::size_t users, const std::string& body,
                std::vector<std::pair<std::string, std::string>> headers = {}) {
  json::ViewReader reader;
  const auto response = answer(200, body, std::move(headers));
  return directory::page_facts(paging, asked, users, *reader.read(response.body), response);
}

}  // namespace

TEST_CASE("how a page is asked for, in the query") {
  struct Case {
    std::string name;
    Paging paging;
    ListPage asked;
    Query query;
  };
  const std::vector<Case> cases = {
      {"the first by number", by_page, {}, {{"page", "1"}, {"size", "100"}}},
      {"of another size", by_page, {1, 7}, {{"page", "1"}, {"size", "7"}}},
      {"another number", by_page, {3}, {{"page", "3"}, {"size", "100"}}},
      {"counted from 0", pages_by(PagingBy::page, "page", 0), {3}, {{"page", "2"}, {"size", "100"}}},
      {"the number that the page before gave", by_page, {9, 0, "4"}, {{"page", "4"}, {"size", "100"}}},
      {"the first by offset", by_offset, {}, {{"from", "0"}, {"size", "100"}}},
      {"a further one", by_offset, {3}, {{"from", "200"}, {"size", "100"}}},
      {"a further one of another size", by_offset, {3, 30}, {{"from", "60"}, {"size", "30"}}},
      {"counted from 1", pages_by(PagingBy::offset, "from", 1), {3}, {{"from", "201"}, {"size", "100"}}},
      {"where the page before ended", by_offset, {2, 0, "37"}, {{"from", "37"}, {"size", "100"}}},
      {"the first by cursor says none", by_cursor, {}, {{"size", "100"}}},
      {"a cursor, to be filled in", by_cursor, {2, 0, "a&b"}, {{"token", "{page}"}, {"size", "100"}}},
      {"the first by link", by_link, {}, {{"size", "100"}}},
      {"no size", without_size(by_page), {2}, {{"page", "2"}}},
      {"no pages", Paging{}, {}, {}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    profile::ListOperation list;
    list.request = request_of("GET", "/users");
    list.paging = one.paging;
    CHECK(directory::page_request(list, one.asked).query == one.query);
  }
}

TEST_CASE("what belongs to paging may stand in the body, as a number") {
  profile::ListOperation list;
  list.request = request_of("POST", "/search");
  list.request.body = Json{{"filter", "all"}, {"page", {{"sort", "email"}}}, {"limit", "none"}};
  list.paging = pages_by(PagingBy::page, "/page/number");
  list.paging->size_parameter = "/limit/size";  // through a text: it gives way
  CHECK(directory::page_request(list, {2}).body ==
        Json{{"filter", "all"}, {"page", {{"sort", "email"}, {"number", 2}}}, {"limit", {{"size", 100}}}});
  list.request.body = nullptr;
  list.paging = by_cursor;
  list.paging->position = "/token";
  list.paging->size_parameter = "/size";
  CHECK(directory::page_request(list, {2, 5, "abc"}).body == Json{{"token", "{page}"}, {"size", 5}});
  CHECK(directory::page_request(list, {}).body == Json{{"size", 100}});
}

TEST_CASE("each of several listings says something besides") {
  profile::ListOperation list;
  list.request = request_of("POST", "/users", {{"sort", "email"}});
  list.request.body = Json{{"filter", {{"kind", "person"}, {"state", "active"}}}};
  list.passes = {{}, {{{"status", "locked"}}, nullptr}, {{}, Json{{"filter", {{"state", "locked"}}}}}};
  CHECK(directory::page_request(list, {1, 0, "", 0}).query == Query{{"sort", "email"}});
  CHECK(directory::page_request(list, {1, 0, "", 0}).body == list.request.body);
  CHECK(directory::page_request(list, {1, 0, "", 1}).query == Query{{"sort", "email"}, {"status", "locked"}});
  CHECK(directory::page_request(list, {1, 0, "", 2}).body ==
        Json{{"filter", {{"kind", "person"}, {"state", "locked"}}}});
  list.request.body = nullptr;
  CHECK(directory::page_request(list, {1, 0, "", 2}).body == Json{{"filter", {{"state", "locked"}}}});
  CHECK(directory::page_request(list, {1, 0, "", 9}).query == Query{{"sort", "email"}});
}

TEST_CASE("what a page says of the next one") {
  struct Case {
    std::string name;
    Paging paging;
    ListPage asked;
    std::size_t users;
    std::string body;
    std::string next;
  };
  const Paging numbered = with_last(counted(by_page));
  const Paging from_0 = with_last(counted(pages_by(PagingBy::page, "page", 0)));
  const std::vector<Case> cases = {
      {"not the last by number", numbered, {1}, 100, R"({"last": 3, "count": 250})", "2"},
      {"the last by number", numbered, {3}, 50, R"({"last": 3, "count": 250})", ""},
      {"beyond the last", numbered, {5}, 50, R"({"last": 3})", ""},
      {"a last page that is no number is reckoned", numbered, {1}, 100, R"({"last": "3", "count": 250})", "2"},
      {"not the last from 0", from_0, {1}, 100, R"({"last": 1})", "1"},
      {"the last from 0", from_0, {2}, 100, R"({"last": 1})", ""},
      {"the only one from 0", from_0, {1}, 1, R"({"last": 0})", ""},
      {"a last page beyond all measure", numbered, {1}, 100, R"({"last": 18446744073709551615})", "2"},
      {"the same from 0", from_0, {1}, 100, R"({"last": 18446744073709551615})", "1"},
      {"nobody", numbered, {1}, 0, R"({"last": 3})", ""},
      {"by the count", counted(by_page), {2}, 100, R"({"count": 250})", "3"},
      {"all that are counted", counted(by_page), {3}, 50, R"({"count": 250})", ""},
      {"exactly all that are counted", counted(by_page), {2}, 100, R"({"count": 200})", ""},
      {"fewer a page than asked for, and more to come", counted(by_page), {2}, 30, R"({"count": 100})", "3"},
      {"fewer a page than asked for, the last but one", counted(by_page), {3}, 30, R"({"count": 100})", "4"},
      {"fewer a page than asked for, and nobody more", counted(by_page), {5}, 0, R"({"count": 100})", ""},
      {"more a page than asked for", counted(by_page), {1}, 200, R"({"count": 350})", "2"},
      {"of no size", without_size(counted(by_page)), {2}, 30, R"({"count": 70})", "3"},
      {"full, by nothing else", by_page, {1}, 100, "{}", "2"},
      {"not full, by nothing else", by_page, {1}, 99, "{}", ""},
      {"of no size, by nothing else", without_size(by_page), {4}, 3, "{}", "5"},
      {"of no size, nobody", without_size(by_page), {5}, 0, "{}", ""},
      {"a smaller size, full", by_page, {1, 7}, 7, "{}", "2"},
      {"by offset", counted(by_offset), {1}, 100, R"({"count": 250})", "100"},
      {"by offset, fewer than asked for", counted(by_offset), {1}, 30, R"({"count": 250})", "30"},
      {"by offset, where the page before ended", counted(by_offset), {3, 0, "60"}, 30, R"({"count": 250})", "90"},
      {"by offset, all", counted(by_offset), {3, 0, "200"}, 50, R"({"count": 250})", ""},
      {"by offset from 1", counted(pages_by(PagingBy::offset, "from", 1)), {1}, 100, R"({"count": 101})", "101"},
      {"by offset from 1, all", counted(pages_by(PagingBy::offset, "from", 1)), {1}, 100, R"({"count": 100})", ""},
      {"by offset, by nothing else", by_offset, {2}, 100, "{}", "200"},
      {"by offset, not full", by_offset, {2}, 99, "{}", ""},
      {"a cursor", by_cursor, {}, 100, R"({"next": "abc"})", "abc"},
      {"a cursor, and nobody", by_cursor, {}, 0, R"({"next": "abc"})", "abc"},
      {"a cursor that is a number", by_cursor, {}, 100, R"({"next": 1234567890123})", "1234567890123"},
      {"no cursor", by_cursor, {}, 100, "{}", ""},
      {"null", by_cursor, {}, 100, R"({"next": null})", ""},
      {"an empty one", by_cursor, {}, 100, R"({"next": ""})", ""},
      {"false", by_cursor, {}, 100, R"({"next": false})", ""},
      {"through what is no object", by_place, {}, 100, R"({"links": "none"})", ""},
      {"an address", by_place, {}, 100, R"({"links": {"next": "/users?page=2"}})", "/users?page=2"},
      {"one page", counted(Paging{}), {}, 5, R"({"count": 5})", ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const PageFacts told = facts(one.paging, one.asked, one.users, one.body);
    CHECK(told.next == one.next);
    CHECK(told.page == one.asked.page);
  }
}

TEST_CASE("the Link header says where the next page is") {
  const std::string link = "<https://x/users?page=1>; rel=\"prev\", </users?page=3>; rel=next";
  CHECK(facts(by_link, {2}, 100, "[]", {{"Link", link}}).next == "/users?page=3");
  CHECK(facts(by_link, {2}, 100, "[]", {{"Link", "<https://x/>; rel=prev"}, {"link", "</b>; rel=next"}}).next == "/b");
  CHECK(facts(by_link, {2}, 100, R"({"links": {"next": "/b"}})").next.empty());
  CHECK(facts(by_place, {2}, 100, "{}", {{"Link", link}}).next.empty());
}

TEST_CASE("how many users there are, in the body or in a header") {
  CHECK(facts(counted(by_page), {}, 1, R"({"count": 17})").count == 17);
  CHECK_FALSE(facts(by_page, {}, 1, R"({"count": 17})").count);
  for (const std::string body : {"{}", R"({"count": "17"})", R"({"count": -1})", R"({"count": 1.5})",
                                 R"({"count": null})", R"({"count": [17]})", R"([17])", R"("17")"}) {
    CAPTURE(body);
    CHECK_FALSE(facts(counted(by_page), {}, 1, body).count);
  }
  Paging paging = by_page;
  paging.count = profile::Place{"", "X-Total-Count"};
  CHECK(facts(paging, {}, 1, R"({"count": 3})", {{"x-total-count", "17"}}).count == 17);
  CHECK(facts(paging, {}, 1, "{}", {{"X-Total-Count", "0"}}).count == 0);
  for (const std::string value : {"", "many", "1e3", "-1", "17, 17", "18446744073709551616", "0x11"}) {
    CAPTURE(value);
    CHECK_FALSE(facts(paging, {}, 1, "{}", {{"X-Total-Count", value}}).count);
  }
  CHECK_FALSE(facts(paging, {}, 1, R"({"count": 3})").count);
}
