// Listings in all the ways in which APIs page, and such as nothing proves.
#include <doctest/doctest.h>

#include <set>

#include "base/error.hpp"
#include "unit/sync/fetch_bench.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;
using profile::PagingBy;

namespace {

// The API in memory with another way of listing: for each pass those who belong to it, in pages of `size` at most.
struct Lists : FetchBench {
  explicit Lists(PagingBy by, bool counts = true) {
    profile::Paging& paging = *profile.wire.list.paging;
    paging.by = by;
    paging.last_page.clear();
    if (by == PagingBy::offset) paging.first = 0;
    if (by == PagingBy::offset) paging.position = "from";
    if (by == PagingBy::cursor) paging.position = "token";
    if (by == PagingBy::cursor) paging.next = "/next";
    if (by == PagingBy::none) paging.size_parameter.clear();
    if (!counts) paging.count.reset();
    reading.numbered = by == PagingBy::page || by == PagingBy::offset;
    reading.by_offset = by == PagingBy::offset;
    reading.provable = counts;
    handler = [this](const Request& request, int nth) {
      const bool is_list = request.method == "GET" && request.url.starts_with(base_url + "/users?sort");
      return is_list ? list(request) : api(request, nth);
    };
    restart();
  }

  Response list(const Request& request) {
    const std::string url = request.url;
    listed.push_back(url.substr(url.find("email") + 5));
    in_flight.push_back(transport.in_flight());
    const bool locked = url.find("status=locked") != std::string::npos;
    std::vector<Json> all;
    for (const Json& user : api.users) {
      const bool is_locked = user.value("status", "") == "locked";
      const bool shown = everywhere || profile.wire.list.passes.empty() || is_locked == locked;
      if (shown && !hidden.contains(user["id"])) all.push_back(user);
    }
    const std::size_t limit = std::min(number(url, "size=", size), size);
    std::size_t from = number(url, "token=", number(url, "from=", 0));
    if (profile.wire.list.paging->by == PagingBy::page) from = (number(url, "page=", 1) - 1) * limit;
    if (repeats) from = 0;
    Json body{{"users", Json::array()}};
    for (std::size_t i = from; i < std::min(from + limit, all.size()); ++i) body["users"].push_back(all[i]);
    for (Json& user : body["users"]) user.erase(left_out);
    if (counted) body["count"] = all.size() + (locked ? more_locked : 0);
    if (gaps > 0 && from > 0 && gap_after != from) {  // first an empty page
      --gaps;
      gap_after = gaps == 0 ? from : 0;
      body["users"].clear();
      body["next"] = std::to_string(from);
      return answer(200, body.dump());
    }
    const std::size_t then = from + limit;
    const bool more = repeats || then < all.size();
    http::Headers headers;
    if (more) body["next"] = std::to_string(repeats ? ++turns : then);
    if (more)
      headers = {{"Link",
                  "<?sort=email&token=" + std::to_string(then) + (locked ? "&status=locked" : "") + ">; rel=\"next\""}};
    return answer(200, body.dump(), headers);
  }

  static std::size_t number(const std::string& url, const std::string& name, std::size_t otherwise) {
    for (const char* before : {"?", "&"}) {
      const auto at = url.find(before + name);
      if (at != std::string::npos) return std::stoul(url.substr(at + 1 + name.size()));
    }
    return otherwise;
  }

  void in_two_passes() {
    profile.wire.list.passes = {{}, {{{"status", "locked"}}, nullptr}};
    reading.passes = 2;
  }

  std::size_t size = 100;
  bool counted = true;
  bool repeats = false;     // the first page for ever
  bool everywhere = false;  // in each of several listings
  unsigned gaps = 0;
  std::size_t gap_after = 0;
  std::size_t turns = 0;
  std::size_t more_locked = 0;  // who are counted and not shown
  std::set<std::string> hidden;
  std::string left_out;  // a member that no listing shows
  std::vector<std::string> listed;
  std::vector<std::size_t> in_flight;
};

std::string name_of(PagingBy by) {
  static constexpr const char* names[] = {"page", "offset", "cursor", "link", "none"};
  return names[static_cast<std::size_t>(by)];
}

constexpr PagingBy all_kinds[] = {PagingBy::page, PagingBy::offset, PagingBy::cursor, PagingBy::link, PagingBy::none};

}  // namespace

TEST_CASE("a whole listing is proved, however it pages") {
  for (const PagingBy by : all_kinds) {
    CAPTURE(name_of(by));
    Lists lists(by);
    lists.people(449);
    if (by == PagingBy::none) lists.size = 1000;
    const Fetched fetched = lists.fetch({same(1), same(449), new_person(1)}, Fetch::list);
    CHECK(fetched.coverage == Coverage::whole);
    CHECK(fetched.users == 450);
    CHECK(lists.listed.size() == (by == PagingBy::none ? 1 : 5));
    CHECK(lists.planner->orphans().size() == 448);
    CHECK(lists.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "unchanged", "create"});
    const bool side_by_side = by == PagingBy::page || by == PagingBy::offset;
    CHECK((*std::max_element(lists.in_flight.begin(), lists.in_flight.end()) > 0) == side_by_side);
  }
}

TEST_CASE("a server that gives fewer users a page than it was asked for, however it pages") {
  for (const PagingBy by : {PagingBy::page, PagingBy::offset, PagingBy::cursor, PagingBy::link}) {
    CAPTURE(name_of(by));
    Lists lists(by);
    lists.people(99);
    lists.size = 30;
    CHECK(lists.fetch({same(1)}, Fetch::list).coverage == Coverage::whole);
    CHECK(lists.listed.size() == 4);
  }
}

TEST_CASE_FIXTURE(FetchBench, "a listing that is one page, and says no size") {
  profile.wire.list.paging.reset();
  reading.numbered = reading.provable = false;
  handler = [&](const Request& request, int nth) {
    return request.url == base_url + "/users?sort=email" ? answer(200, Json{{"users", api.users}}.dump())
                                                         : api(request, nth);
  };
  restart();
  people(3);
  CHECK(fetch({same(1), {{email, "p2@x.com"}, {title, "King"}}}).coverage == Coverage::targeted);
  CHECK(settled(Coverage::targeted) == std::vector<std::string>{"unchanged", "update u3"});
  CHECK(transport.sent.size() == 1);
}

TEST_CASE("a page that repeats itself ends a listing that cannot tell how long it is") {
  for (const PagingBy by : {PagingBy::page, PagingBy::offset, PagingBy::cursor}) {
    CAPTURE(name_of(by));
    Lists lists(by, false);
    lists.counted = false;
    lists.people(300);
    lists.repeats = true;
    CHECK(lists.fetch({same(1), same(250)}).coverage == Coverage::targeted);
    CHECK(lists.settled(Coverage::targeted) == std::vector<std::string>{"unchanged", "unchanged"});
    CHECK(lists.listed.size() == 2);
  }
  Lists lists(PagingBy::cursor);
  lists.people(300);
  lists.repeats = true;
  CHECK(lists.fetch({same(1), same(250)}, Fetch::list).coverage == Coverage::unproved);
  CHECK(lists.listed.size() == 3 * 2);
}

TEST_CASE("an empty page that leads on is not the end, and a hundred of them are") {
  Lists lists(PagingBy::cursor);
  lists.people(250);
  lists.gaps = 3;
  CHECK(lists.fetch({same(1)}, Fetch::list).coverage == Coverage::whole);
  CHECK(lists.listed.size() == 3 + 3);
  Lists endless(PagingBy::cursor, false);
  endless.people(250);
  endless.gaps = 1'000'000;
  CHECK(endless.fetch({same(1)}, Fetch::list).coverage == Coverage::targeted);
  CHECK(endless.listed.size() == 1 + 100);
}

TEST_CASE("a listing that nothing proves: all that it shows is taken, everybody else is looked up") {
  for (const PagingBy by : all_kinds) {
    for (const Fetch mode : {Fetch::automatic, Fetch::list}) {
      CAPTURE(name_of(by));
      Lists lists(by, false);
      lists.counted = false;
      lists.people(220);
      if (by == PagingBy::none) lists.size = 1000;
      lists.hidden = {"u101"};
      const Fetched fetched =
          lists.fetch({same(1), {{email, "p100@x.com"}, {title, "King"}}, new_person(1), {{id, "gone"}}}, mode);
      CHECK(fetched.coverage == Coverage::targeted);
      CHECK(fetched.users == 220);
      CHECK(lists.api.calls["find"] == 2);  // the hidden one, and the new one
      CHECK(lists.api.calls["read"] == 1);
      CHECK(lists.api.calls["search"] == 1);
      CHECK(lists.settled(fetched.coverage) ==
            std::vector<std::string>{"unchanged", "update u101", "create", "conflict/unknown_id"});
    }
  }
}

TEST_CASE("a listing that nothing proves is read no further than it saves look-ups, unless it is asked for") {
  for (const auto& [mode, pages] : {std::pair(Fetch::automatic, 3), {Fetch::list, 10}}) {
    Lists lists(PagingBy::cursor, false);
    lists.people(999);
    const Fetched fetched = lists.fetch({same(1), same(900)}, mode);
    CHECK(lists.listed.size() == pages);
    CHECK(lists.api.calls["find"] == (mode == Fetch::automatic ? 1 : 0));
    CHECK(lists.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "unchanged"});
  }
}

TEST_CASE("where nothing is proved and nobody can be searched for by name, nobody is created") {
  Lists lists(PagingBy::link, false);
  lists.searches = false;
  lists.people(20);
  const Fetched fetched = lists.fetch({same(1), new_person(1)});
  CHECK(lists.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "skipped/listing_incomplete"});
}

TEST_CASE("by id or by key, an unproved listing is not read") {
  for (const Fetch mode : {Fetch::by_id, Fetch::by_key}) {
    Lists lists(PagingBy::cursor, false);
    lists.people(500);
    const Fetched fetched = lists.fetch({same(1), same(400)}, mode);
    CHECK(fetched.coverage == Coverage::targeted);
    CHECK(lists.listed.size() == 1);
    CHECK(lists.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "unchanged"});
  }
}

TEST_CASE("automatic reading reckons with the pages of a listing that leads from one to the next") {
  for (const PagingBy by : {PagingBy::cursor, PagingBy::link}) {
    CAPTURE(name_of(by));
    Lists lists(by);
    lists.people(999);
    CHECK(lists.fetch({same(1), same(2), same(3)}).coverage == Coverage::targeted);
    CHECK(lists.listed.size() == 1);
    CHECK(lists.api.calls["find"] == 3);
    lists.listed.clear();
    std::vector<Person> rows;
    for (int n = 1; n <= 30; ++n) rows.push_back(same(n));
    CHECK(lists.fetch(rows).coverage == Coverage::whole);
    CHECK(lists.listed.size() == 10);
  }
}

TEST_CASE("several listings show everybody together, and whoever is in two of them once") {
  for (const PagingBy by : all_kinds) {
    CAPTURE(name_of(by));
    Lists lists(by);
    lists.in_two_passes();
    lists.people(149);
    if (by == PagingBy::none) lists.size = 1000;
    for (int n = 1; n <= 120; ++n) lists.api.add("l" + std::to_string(n) + "@x.com", {{"status", "locked"}});
    const Person locked = {{email, "l7@x.com"}, {title, "King"}};
    Fetched fetched = lists.fetch({same(1), locked, new_person(1)}, Fetch::list);
    CHECK(fetched.coverage == Coverage::whole);
    CHECK(fetched.users == 270);
    CHECK(lists.planner->orphans().size() == 268);
    CHECK(lists.listed.size() == (by == PagingBy::none ? 2 : 4));
    CHECK(lists.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "update u157", "create"});
    lists.everywhere = true;
    fetched = lists.fetch({same(1), locked}, Fetch::list);
    CHECK(fetched.coverage == Coverage::whole);
    CHECK(fetched.users == 270);
    CHECK(lists.planner->orphans().size() == 268);
    CHECK(lists.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "update u157"});
    lists.left_out = "title";
    lists.api.calls.clear();
    lists.fetch({locked}, Fetch::list);
    CHECK(lists.api.calls["read"] == 1);
  }
}

TEST_CASE("one of several listings that is not proved leaves all of them unproved, and what they show is taken") {
  for (const bool the_first : {true, false}) {
    CAPTURE(the_first);
    Lists lists(PagingBy::page);
    lists.in_two_passes();
    lists.people(20);
    lists.api.add("l1@x.com", {{"status", "locked"}});
    lists.more_locked = 1;
    if (the_first) std::swap(lists.profile.wire.list.passes[0], lists.profile.wire.list.passes[1]);
    const Fetched fetched = lists.fetch(
        {{{email, "p1@x.com"}, {title, "King"}}, {{email, "l1@x.com"}, {title, "King"}}, new_person(1)}, Fetch::list);
    CHECK(fetched.coverage == Coverage::unproved);
    CHECK(lists.listed.size() == (the_first ? 7 : 6));  // once, the one who is missing is looked for on a page more
    CHECK(lists.settled(fetched.coverage) ==
          std::vector<std::string>{"update u2", "update u22", "skipped/listing_incomplete"});
  }
}

TEST_CASE("several listings that nothing proves are all read") {
  Lists lists(PagingBy::cursor, false);
  lists.counted = false;
  lists.profile.wire.list.passes = {{}, {}, {{{"status", "locked"}}, nullptr}};
  lists.reading.passes = 3;
  lists.people(20);
  lists.api.add("l1@x.com", {{"status", "locked"}});
  const Fetched fetched = lists.fetch({same(1), {{email, "l1@x.com"}, {title, "King"}}});
  CHECK(fetched.users == 22);
  CHECK(lists.listed.size() == 3);
  CHECK(lists.api.calls["find"] == 0);
  CHECK(lists.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "update u22"});
}

TEST_CASE("a listing that leads to another origin is not followed") {
  Lists lists(PagingBy::link);
  lists.people(20);
  lists.handler = [&](const Request& request, int) {
    CHECK(request.url.starts_with("https://api.example.com/"));
    return answer(200, R"({"count": 20, "users": [{"id": "u1", "email": "a@b.c"}]})",
                  {{"Link", "<https://elsewhere.example/users?page=2>; rel=\"next\""}});
  };
  lists.restart();
  CHECK_THROWS_WITH_AS(lists.fetch({same(1)}, Fetch::list), doctest::Contains("https://elsewhere.example:443"),
                       base::CannotRun);
  CHECK(lists.transport.sent.size() == 1);
}
