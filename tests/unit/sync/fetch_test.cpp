// Reading the directory: what is asked, what is proved, and what each row is matched to.
#include "sync/fetch.hpp"

#include <doctest/doctest.h>

#include "sync/listing_proof.hpp"
#include "unit/sync/fetch_bench.hpp"

using namespace rostersync;
using namespace rostersync::test;
using Bench = FetchBench;

TEST_CASE_FIXTURE(Bench, "a whole listing: pages side by side, the last one last, and proved") {
  people(449);
  std::vector<std::uint64_t> order;
  std::vector<std::size_t> in_flight;
  api.while_listing = [&](std::uint64_t page) {
    order.push_back(page);
    in_flight.push_back(transport.in_flight());
  };
  std::vector<Person> rows;
  for (int n = 1; n <= 20; ++n) rows.push_back(same(n));
  const Fetched fetched = fetch(rows);
  CHECK(fetched.coverage == Coverage::whole);
  CHECK(fetched.users == 450);
  CHECK(order == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
  CHECK(in_flight == std::vector<std::size_t>{0, 0, 1, 2, 0});
  CHECK(planner->orphans().size() == 430);
  CHECK(settled(fetched.coverage) == std::vector<std::string>(20, "unchanged"));
}

TEST_CASE("automatic reading takes the fewest requests") {
  struct Case {
    std::string name;
    int people;
    int rows;
    bool by_id;
    bool lacking;  // the listing lacks what decides
    std::map<std::string, int> calls;
  };
  const std::vector<Case> cases = {
      {"one page is all", 50, 1, false, false, {{"list", 1}}},
      {"few rows, by key", 999, 8, false, false, {{"list", 1}, {"find", 8}}},
      {"few rows, by id", 999, 8, true, false, {{"list", 1}, {"read", 8}}},
      {"as many pages as rows", 999, 9, false, false, {{"list", 10}}},
      {"more rows than pages", 999, 30, true, false, {{"list", 10}}},
      {"a listing that leaves much to read, by id", 299, 200, true, true, {{"list", 3}, {"read", 200}}},
      {"the same, by key", 299, 200, false, true, {{"list", 3}, {"read", 200}}},
      {"more rows than pages, but each would be read besides", 999, 12, true, true, {{"list", 1}, {"read", 1 + 12}}},
      {"a listing that leaves one in a hundred to read", 999, 10, false, true, {{"list", 10}, {"read", 10}}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Bench bench;
    bench.people(one.people);
    if (one.lacking) bench.api.not_listed = {"title"};
    std::vector<Person> rows;
    for (int n = 1; n <= one.rows; ++n) {
      const int whom = one.people * n / one.rows;
      rows.push_back(one.by_id ? Person{{id, "u" + std::to_string(whom + 1)}} : same(whom));
      if (one.lacking) rows.back().push_back({title, "Squire"});
    }
    const Fetched fetched = bench.fetch(rows);
    bench.api.calls.erase("");
    CHECK(bench.api.calls == one.calls);
    CHECK((fetched.coverage == Coverage::whole) == (one.calls.at("list") > 1 || one.people < 100));
    CHECK(bench.settled(fetched.coverage) == std::vector<std::string>(rows.size(), "unchanged"));
  }
}

TEST_CASE("a listing is read again until it is proved, three times at most") {
  using Lie = std::function<void(FakeApi&, json::Json&, std::uint64_t page, int pass)>;
  struct Case {
    std::string name;
    Lie lie;
    Coverage coverage;
    int passes;
  };
  const auto all = 250;
  const std::vector<Case> cases = {
      {"honest", [](auto&, auto&, auto, int) {}, Coverage::whole, 1},
      {"no last page is declared", [](auto&, auto& body, auto, int) { body.erase("last"); }, Coverage::whole, 1},
      {"no count is declared", [](auto&, auto& body, auto, int) { body.erase("count"); }, Coverage::unproved, 1},
      {"fewer than declared, once",
       [](auto&, auto& body, auto page, int pass) {
         if (page == 2 && pass == 1) body["users"].erase(3);
       },
       Coverage::whole, 2},
      {"fewer than declared, always",
       [](auto&, auto& body, auto page, int) {
         if (page == 2) body["users"].erase(3);
       },
       Coverage::unproved, 3},
      {"more than declared", [](auto&, auto& body, auto, int) { body["count"] = 249; }, Coverage::unproved, 3},
      {"the count changes on the way, twice",
       [](auto&, auto& body, auto page, int pass) {
         if (page == 3 && pass < 3) body["count"] = 251;
       },
       Coverage::whole, 3},
      {"somebody twice, somebody not at all",
       [](auto&, auto& body, auto page, int) {
         if (page == 2) body["users"][0] = {{"id", "u1"}, {"email", "admin@x.com"}};
       },
       Coverage::unproved, 3},
      {"an empty page",
       [](auto&, auto& body, auto page, int) {
         if (page == 2) body["users"].clear();
       },
       Coverage::unproved, 3},
      {"an empty page, once",
       [](auto&, auto& body, auto page, int pass) {
         if (page == 2 && pass == 1) body["users"].clear();
       },
       Coverage::whole, 2},
      {"page one, without end",
       [](FakeApi& api, auto& body, auto, int) {
         body["users"].clear();
         for (std::size_t i = 0; i < 100; ++i) body["users"].push_back(api.users[i]);
         body["last"] = 1'000'000'000'000;
       },
       Coverage::unproved, 3},
      {"nobody at all", [](auto&, auto& body, auto, int) { body["users"].clear(); }, Coverage::unproved, 3},
      {"the last page is declared too early", [](auto&, auto& body, auto, int) { body["last"] = 2; },
       Coverage::unproved, 3},
      {"the last page grows", [](auto&, auto& body, auto page, int) { body["last"] = page < 3 ? page + 1 : 3; },
       Coverage::whole, 1},
      {"page one for ever",
       [](FakeApi& api, auto& body, auto page, int) {
         body["users"].clear();
         for (std::size_t i = 0; i < 100; ++i) body["users"].push_back(api.users[i]);
         body["last"] = page + 1;
       },
       Coverage::unproved, 3},
      {"pages without end", [](auto&, auto& body, auto, int) { body["last"] = 1'000'000'000'000; }, Coverage::whole, 1},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Bench bench;
    bench.people(all - 1);
    int pass = 0;
    bench.api.lie = [&](json::Json& body, std::uint64_t page) {
      if (page == 1) ++pass;
      one.lie(bench.api, body, page, pass);
    };
    const Fetched fetched = bench.fetch({same(1), new_person(1)}, Fetch::list);
    CHECK(fetched.coverage == one.coverage);
    CHECK(pass == one.passes);
    CHECK(bench.api.calls["list"] <= 3 * all);
    if (one.coverage == Coverage::whole) {
      CHECK(fetched.users == all);
      CHECK(bench.planner->orphans().size() == all - 1);
      CHECK(bench.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "create"});
    } else {
      CHECK(bench.settled(fetched.coverage).at(1) == "skipped/listing_incomplete");
    }
  }
}

TEST_CASE_FIXTURE(Bench, "a server that gives fewer users a page than it was asked for") {
  people(99);
  api.most_per_page = 30;
  CHECK(fetch({same(1)}, Fetch::list).coverage == Coverage::whole);
  CHECK(api.calls["list"] == 4);
  api.lie = [](json::Json& body, std::uint64_t) { body.erase("last"); };
  CHECK(fetch({same(1)}, Fetch::list).coverage == Coverage::whole);
}

TEST_CASE_FIXTURE(Bench, "a directory that changes while it is listed: what was seen of a failed pass is forgotten") {
  people(250);
  bool first = true;
  api.while_listing = [&](std::uint64_t page) {
    if (page != 3 || !std::exchange(first, false)) return;
    std::erase_if(api.users,
                  [](const json::Json& one) { return one["email"] == "p1@x.com" || one["email"] == "p2@x.com"; });
  };
  const Fetched fetched =
      fetch({{{email, "p1@x.com"}, {first_name, "Other"}}, {{email, "p3@x.com"}, {first_name, "Other"}}}, Fetch::list);
  CHECK(fetched.coverage == Coverage::whole);
  CHECK(fetched.users == 249);
  CHECK(planner->orphans().size() == 248);
  CHECK(settled(fetched.coverage) == std::vector<std::string>{"create", "update u4"});
}

TEST_CASE_FIXTURE(Bench, "a row that could not be read in a failed pass is read again in the next") {
  people(150);
  api.not_listed = {"title"};
  int pass = 0;
  api.lie = [&](json::Json& body, std::uint64_t page) {
    if (page == 1) ++pass;
    if (page == 2 && pass == 1) body["count"] = 7;
  };
  api.trouble["read"] = {status(403)};
  const Fetched fetched = fetch({{{email, "p1@x.com"}, {title, "Knight"}}}, Fetch::list);
  CHECK(fetched.coverage == Coverage::whole);
  CHECK(settled(fetched.coverage) == std::vector<std::string>{"update u2"});
}

TEST_CASE("rows whose id and key disagree come to the same in every way of reading") {
  for (const Fetch mode : {Fetch::automatic, Fetch::list, Fetch::by_id, Fetch::by_key}) {
    CAPTURE(static_cast<int>(mode));
    Bench bench;
    bench.people(600);  // u2 is p1 …
    const Fetched fetched = bench.fetch({{{id, "u2"}, {email, "p2@x.com"}},
                                         {{id, "nobody"}, {email, "p7@x.com"}},
                                         {{id, "u5"}, {email, "renamed@x.com"}},
                                         {{id, "u10"}, {email, "P9@X.com"}, {title, "Knight"}},
                                         {{id, "gone"}},
                                         {{id, "gone-too"}, {email, "nobody@x.com"}}},
                                        mode);
    CHECK(fetched.coverage == (mode == Fetch::list || mode == Fetch::automatic ? Coverage::whole : Coverage::targeted));
    CHECK(bench.settled(fetched.coverage) == std::vector<std::string>{"conflict/ambiguous_match", "conflict/unknown_id",
                                                                      "update u5", "update u10", "conflict/unknown_id",
                                                                      "conflict/unknown_id"});
  }
}

TEST_CASE("rows that are linked come to the same in every way of reading") {
  for (const Fetch mode : {Fetch::automatic, Fetch::list, Fetch::by_id, Fetch::by_key}) {
    CAPTURE(static_cast<int>(mode));
    Bench bench;
    bench.people(800);  // u2 is p1 …
    bench.options.identity.stable_keys = bench.stable({"1", "2", "3", "4", "5", "6", "7"});
    bench.options.identity.links = {{"1", "u2"}, {"2", "u3"}, {"3", "gone"}, {"4", "gone"},
                                    {"5", "u6"}, {"6", "u9"}, {"7", "u8"}};
    const Fetched fetched = bench.fetch({{{email, "renamed@x.com"}},
                                         {{email, "p2@x.com"}, {title, "Squire"}},
                                         {{email, "p3@x.com"}},
                                         {{email, "nobody@x.com"}},
                                         {{email, "p9@x.com"}},
                                         {{id, "u7"}, {email, "p6@x.com"}},
                                         {{id, "u8"}, {email, "p7@x.com"}}},
                                        mode);
    CHECK(bench.settled(fetched.coverage) == std::vector<std::string>{"update u2", "unchanged", "unchanged", "rejected",
                                                                      "conflict/ambiguous_match",
                                                                      "conflict/ambiguous_match", "unchanged"});
  }
}

TEST_CASE("a link costs one request where it names the user with the row's key") {
  for (const Fetch mode : {Fetch::automatic, Fetch::by_id, Fetch::by_key}) {
    CAPTURE(static_cast<int>(mode));
    Bench bench;
    bench.people(999);
    bench.options.identity.stable_keys = bench.stable({"1"});
    bench.options.identity.links = {{"1", "u2"}};
    bench.fetch({same(1)}, mode);
    CHECK(bench.api.calls["read"] == (mode == Fetch::by_key ? 0 : 1));
    CHECK(bench.api.calls["find"] == (mode == Fetch::by_key ? 1 : 0));
  }
}

TEST_CASE_FIXTURE(Bench, "unproved: a link whose user was not listed is looked up before the key counts") {
  people(150);
  api.lie = [](json::Json& body, std::uint64_t page) {
    if (page == 2) body["users"].clear();
  };
  options.identity.stable_keys = stable({"1", "2", "3", "4"});
  options.identity.links = {{"1", "u141"}, {"2", "u142"}, {"3", "gone"}, {"4", "u5"}};
  const Fetched fetched = fetch({{{email, "renamed@x.com"}}, same(1), same(2), {{email, "p4@x.com"}}}, Fetch::list);
  CHECK(fetched.coverage == Coverage::unproved);
  CHECK(api.calls["read"] == 3);
  CHECK(settled(fetched.coverage) ==
        std::vector<std::string>{"update u141", "conflict/ambiguous_match", "unchanged", "unchanged"});
}

TEST_CASE("somebody who moved to another domain is found in every way of reading") {
  for (const Fetch mode : {Fetch::automatic, Fetch::list, Fetch::by_id, Fetch::by_key}) {
    CAPTURE(static_cast<int>(mode));
    Bench bench;
    bench.people(800);
    bench.options.identity.domains = {{"x.com", "new.example"}};
    const Fetched fetched = bench.fetch({{{email, "p1@new.example"}, {first_name, "Karadoc"}}, same(2)}, mode);
    CHECK(bench.settled(fetched.coverage) == std::vector<std::string>{"update u2", "unchanged"});
    if (mode != Fetch::list) CHECK(bench.api.calls["find"] == 3);
  }
}

TEST_CASE_FIXTURE(Bench, "whom nobody would create is not looked for under another key") {
  people(800);
  options.identity.domains = {{"x.com", "new.example"}};
  options.create = false;
  fetch({{{email, "p1@new.example"}, {first_name, "Karadoc"}}}, Fetch::by_key);
  CHECK(api.calls["find"] == 1);
}

TEST_CASE("nobody is created beside a user of the same name, in any way of reading") {
  for (const Fetch mode : {Fetch::automatic, Fetch::list, Fetch::by_id, Fetch::by_key}) {
    CAPTURE(static_cast<int>(mode));
    Bench bench;
    bench.people(800);
    bench.api.add("old@x.com", {{"first_name", "Ana"}, {"last_name", "Costa"}});
    const Person renamed = {{email, "new@x.com"}, {first_name, "ANA"}, {last_name, "costa"}};
    const Person other = {{email, "other@x.com"}, {first_name, "Ana"}, {last_name, "Silva"}};
    const Fetched fetched = bench.fetch({renamed, other, same(1)}, mode, {id, email, first_name, last_name});
    CHECK((fetched.coverage == Coverage::whole) == (mode == Fetch::list));
    CHECK(bench.settled(fetched.coverage) ==
          std::vector<std::string>{"conflict/probable_rename", "create", "unchanged"});
    if (mode != Fetch::list) CHECK(bench.api.calls["search"] == 1);
  }
}

TEST_CASE_FIXTURE(Bench, "a search is read to its last page") {
  people(800);  // all of them are called Karadoc
  api.add("old@x.com", {{"last_name", "Costa"}});
  fetch({{{email, "new@x.com"}, {first_name, "Karadoc"}, {last_name, "Costa"}}}, Fetch::by_key,
        {id, email, first_name, last_name});
  CHECK(api.calls["search"] == 9);
  CHECK(settled(Coverage::targeted) == std::vector<std::string>{"conflict/probable_rename"});
}

TEST_CASE_FIXTURE(Bench, "what a search leaves out of a user tells nothing of them") {
  people(800);
  api.add("old@x.com", {{"first_name", "Ana"}, {"last_name", "Costa"}});
  api.not_listed = {"last_name"};
  fetch({{{email, "new@x.com"}, {first_name, "Ana"}, {last_name, "Costa"}},
         {{email, "O.ld@new.example"}, {first_name, "Ana"}, {last_name, "Costa"}}},
        Fetch::by_key, {id, email, first_name, last_name});
  CHECK(settled(Coverage::targeted) == std::vector<std::string>{"create", "conflict/probable_rename"});
}

TEST_CASE_FIXTURE(Bench, "a name that cannot be searched for fails its rows, and the others go on") {
  people(800);
  api.trouble["search"] = {status(403)};
  fetch({{{email, "a@x.com"}, {first_name, "Ana"}},
         {{email, "b@x.com"}, {first_name, "Bea"}},
         {{email, "c@x.com"}, {first_name, "Ana"}}},
        Fetch::by_key);
  CHECK(settled(Coverage::targeted) == std::vector<std::string>{"failed/unreadable", "create", "failed/unreadable"});
}

TEST_CASE_FIXTURE(Bench, "whom nobody would create is not searched for") {
  people(800);
  rejected_rows = {4};
  options.only = {"p1@x.com", "e@x.com"};
  fetch({same(1),
         {{email, "a@x.com"}, {first_name, "Ana"}},
         {{id, "gone"}, {first_name, "Bea"}},
         {{email, "x@x.com"}},
         {{email, "e@x.com"}, {first_name, "Eva"}}},
        Fetch::by_key);
  CHECK(api.calls["search"] == 0);
  options.only.clear();
  options.create = false;
  fetch({same(1), {{email, "a@x.com"}, {first_name, "Ana"}}}, Fetch::by_key);
  CHECK(api.calls["search"] == 0);
}

TEST_CASE_FIXTURE(Bench, "many who may be new: the whole listing is cheaper than as many searches") {
  people(999);
  std::vector<Person> rows;
  for (int n = 1; n <= 9; ++n) {
    rows.push_back({{email, "new" + std::to_string(n) + "@x.com"}, {first_name, "New" + std::to_string(n)}});
  }
  CHECK(fetch({rows.begin(), rows.begin() + 8}).coverage == Coverage::targeted);
  CHECK(api.calls["list"] == 1);
  CHECK(api.calls["search"] == 8);
  api.calls.clear();
  rows.resize(8);
  for (auto& row : rows) row.push_back({title, "Squire"});
  api.not_listed = {"title"};  // and each listing leaves much to read
  CHECK(fetch(rows).coverage == Coverage::targeted);
}

TEST_CASE("an API that cannot be searched by name") {
  Bench bench;
  bench.searches = false;
  bench.people(999);
  const std::vector<Person> rows = {same(1), {{email, "a@x.com"}, {first_name, "Ana"}}};
  for (const Fetch mode : {Fetch::by_id, Fetch::by_key}) {
    const Fetched fetched = bench.fetch(rows, mode);
    CHECK(bench.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "skipped/listing_incomplete"});
  }
  CHECK(bench.fetch({same(1)}).coverage == Coverage::targeted);  // nobody is new
  bench.api.calls.clear();
  const Fetched fetched = bench.fetch(rows);
  CHECK(fetched.coverage == Coverage::whole);
  CHECK(bench.api.calls["list"] == 1 + 10);
  CHECK(bench.planner->orphans().size() == 999);
  CHECK(bench.settled(fetched.coverage) == std::vector<std::string>{"unchanged", "create"});
}

TEST_CASE_FIXTURE(Bench, "a listing that does not tell names: who may be the new person is read first") {
  people(20);
  api.add("old@x.com", {{"first_name", "Ana"}, {"last_name", "Costa"}});
  api.not_listed = {"last_name"};
  const Person renamed = {{email, "new@x.com"}, {first_name, "Ana"}, {last_name, "Costa"}};
  fetch({same(1), renamed}, Fetch::list, {id, email, first_name, last_name});
  CHECK(settled(Coverage::whole) == std::vector<std::string>{"unchanged", "conflict/probable_rename"});
  CHECK(api.calls["read"] == 1);  // nobody else is called Ana
  api.trouble["read"] = {status(403)};
  fetch({same(1), renamed}, Fetch::list, {id, email, first_name, last_name});
  CHECK(settled(Coverage::whole) == std::vector<std::string>{"unchanged", "failed/unreadable"});
  api.calls.clear();
  api.not_listed = {"first_name", "last_name"};
  fetch({same(1), renamed}, Fetch::list, {id, email, first_name, last_name});
  CHECK(settled(Coverage::whole) == std::vector<std::string>{"unchanged", "conflict/probable_rename"});
  CHECK(api.calls["read"] == 1 + 21);
  api.calls.clear();
  fetch({{{email, "p1@x.com"}}, {{email, "p2@x.com"}}}, Fetch::list, {id, email});
  CHECK(api.calls["read"] == 0);  // nobody is new
}

TEST_CASE_FIXTURE(Bench, "what people have said is looked up before anybody is searched for") {
  people(800);  // u2 is p1 …
  options.acceptances = {{{"a@x.com", "p1@x.com"}}, {"b@x.com"}, {{"c@x.com", "u4"}, {"d@x.com", "gone"}}};
  std::vector<Person> rows;
  for (const char* key : {"a@x.com", "b@x.com", "c@x.com", "d@x.com"})
    rows.push_back({{email, key}, {first_name, "Ana"}});
  fetch(rows, Fetch::by_key);
  CHECK(api.calls["find"] == 4 + 1);
  CHECK(api.calls["read"] == 2);
  CHECK(api.calls["search"] == 1);
  CHECK(settled(Coverage::targeted) == std::vector<std::string>{"update u2", "create", "update u4", "create"});
}

TEST_CASE("two rows that point to one user, in every way of reading") {
  for (const Fetch mode : {Fetch::list, Fetch::by_id, Fetch::by_key}) {
    CAPTURE(static_cast<int>(mode));
    Bench bench;
    bench.people(3);
    const Fetched fetched =
        bench.fetch({{{id, "u2"}, {title, "Knight"}}, {{email, "p1@x.com"}, {title, "King"}}}, mode);
    CHECK(bench.settled(fetched.coverage) == std::vector<std::string>(2, "conflict/ambiguous_match"));
  }
}

TEST_CASE("two users with the row's key, in every way of reading") {
  for (const Fetch mode : {Fetch::list, Fetch::by_key}) {
    CAPTURE(static_cast<int>(mode));
    Bench bench;
    bench.people(1);
    bench.api.add("P1@x.com");
    const Fetched fetched = bench.fetch({{{email, "p1@x.com"}, {title, "Knight"}}}, mode);
    CHECK(bench.settled(fetched.coverage) == std::vector<std::string>{"conflict/ambiguous_match"});
  }
}

TEST_CASE_FIXTURE(Bench, "a user is read in full only where that decides") {
  people(50);
  api.not_listed = {"title", "first_name"};
  fetch({{{email, "p1@x.com"}, {title, "Squire"}}, {{email, "new@x.com"}, {title, "Squire"}}, {{email, "p2@x.com"}}},
        Fetch::list, {id, email, title});
  CHECK(api.calls["read"] == 1);
  CHECK(settled(Coverage::whole) == std::vector<std::string>{"unchanged", "rejected", "unchanged"});
}

TEST_CASE_FIXTURE(Bench, "what a look-up by key leaves out is read in full") {
  people(999);
  api.not_listed = {"title"};
  const Fetched fetched = fetch({{{email, "p1@x.com"}, {title, "Knight"}}}, Fetch::by_key);
  CHECK(settled(fetched.coverage) == std::vector<std::string>{"update u2"});
  CHECK(api.calls["find"] == 1);
  CHECK(api.calls["read"] == 1);
}

TEST_CASE_FIXTURE(Bench, "a listing that does not say whose users they are: each is read, none is created again") {
  people(120);
  api.not_listed = {"email"};
  const Fetched fetched = fetch({same(1), same(120), new_person(1)}, Fetch::list);
  CHECK(fetched.coverage == Coverage::whole);
  CHECK(settled(fetched.coverage) == std::vector<std::string>{"unchanged", "unchanged", "create"});
  CHECK(planner->orphans().size() == 119);
  CHECK(planner->listed() == 121);

  api.trouble["read"] = {status(403)};  // once: the listing is read again
  CHECK(fetch({same(1), new_person(1)}, Fetch::list).coverage == Coverage::whole);

  api.calls.clear();
  api.chance = [](const std::string& operation, const Request& request) -> std::optional<Trouble> {
    if (operation != "read" || !request.url.ends_with("/u2")) return std::nullopt;
    return status(403);
  };
  const Fetched again = fetch({same(1), same(2), new_person(1)}, Fetch::list);
  CHECK(again.coverage == Coverage::unproved);
  CHECK(settled(again.coverage) ==
        std::vector<std::string>{"skipped/listing_incomplete", "unchanged", "skipped/listing_incomplete"});
}

TEST_CASE_FIXTURE(Bench, "a row whose user cannot be read fails, and the others go on") {
  people(999);
  api.trouble["find"] = {status(403), status(500), status(500), status(500), status(500)};
  transport.latency = [](const Request&) { return 0s; };
  const Fetched fetched = fetch({same(1), {{email, "p2@x.com"}, {title, "Knight"}}}, Fetch::by_key);
  CHECK(settled(fetched.coverage) == std::vector<std::string>{"failed/unreadable", "failed/unreadable"});

  api.trouble["read"] = {status(404)};
  api.not_listed = {"title"};
  const Fetched listed =
      fetch({{{email, "p1@x.com"}, {title, "x"}}, {{email, "p2@x.com"}, {title, "Knight"}}}, Fetch::list);
  CHECK(settled(listed.coverage) == std::vector<std::string>{"failed/vanished", "update u3"});
}

TEST_CASE_FIXTURE(Bench, "unproved: ids that the listing lacks are looked up, keys are not") {
  people(150);
  api.lie = [](json::Json& body, std::uint64_t page) {
    if (page == 2) body["users"].clear();
  };
  const Fetched fetched = fetch({{{id, "u141"}, {title, "Knight"}}, same(130), {{id, "gone"}}, same(1)}, Fetch::list);
  CHECK(fetched.coverage == Coverage::unproved);
  CHECK(fetched.users == 151);
  CHECK(api.calls["find"] == 0);
  CHECK(settled(fetched.coverage) ==
        std::vector<std::string>{"update u141", "skipped/listing_incomplete", "conflict/unknown_id", "unchanged"});
}

TEST_CASE("what ends the reading") {
  struct Case {
    std::string name;
    const char* operation;
    Trouble trouble;
    Fetch mode;
    base::ExitCode code;
    std::string words;
  };
  const auto wait_for_ever = before(answer(429, "", {{"Retry-After", "86400"}}));
  const std::vector<Case> cases = {
      {"a dead key, listing", "list", status(401), Fetch::list, base::ExitCode::could_not_run, "credentials"},
      {"a dead key, by id", "read", status(401), Fetch::by_id, base::ExitCode::could_not_run, "credentials"},
      {"a dead key, by key", "find", status(401), Fetch::by_key, base::ExitCode::could_not_run, "credentials"},
      {"a listing that is refused", "list", status(403), Fetch::list, base::ExitCode::could_not_run, "no luck"},
      {"a listing that is not there", "list", status(404), Fetch::list, base::ExitCode::could_not_run,
       "cannot be listed"},
      {"a listing that fails", "list", status(500), Fetch::list, base::ExitCode::could_not_run, "after 4 attempts"},
      {"a listing that makes no sense", "list", page_of_a_proxy(), Fetch::list, base::ExitCode::could_not_run,
       "HTTP 200"},
      {"a count that cannot be read", "list", status(500), Fetch::by_key, base::ExitCode::could_not_run,
       "cannot be listed"},
      {"too many failures, by key", "find", never_left(), Fetch::by_key, base::ExitCode::could_not_run,
       "too many reads"},
      {"too long a wait", "list", wait_for_ever, Fetch::list, base::ExitCode::stopped, "max_wait"},
      {"too long a wait, by key", "find", wait_for_ever, Fetch::by_key, base::ExitCode::stopped, "max_wait"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Bench bench;
    bench.people(999);
    bench.api.chance = [&](const std::string& operation, const Request&) -> std::optional<Trouble> {
      if (operation != one.operation) return std::nullopt;
      return one.trouble;
    };
    std::vector<Person> rows;
    for (int n = 1; n <= 300; ++n)
      rows.push_back(one.mode == Fetch::by_id ? Person{{id, "u" + std::to_string(n)}} : same(n));
    try {
      bench.fetch(rows, one.mode);
      FAIL("it went on");
    } catch (const base::Error& error) {
      CHECK(error.code() == one.code);
      CHECK(std::string(error.what()).find(one.words) != std::string::npos);
    }
  }
}

TEST_CASE_FIXTURE(Bench, "a wish to stop ends the reading") {
  people(999);
  stop_requested = [this]() -> std::optional<std::string> {
    if (api.calls["list"] < 3) return std::nullopt;
    return "SIGINT was received";
  };
  CHECK_THROWS_WITH_AS(fetch({same(1)}, Fetch::list), "SIGINT was received", sync::Stopped);
  CHECK(api.calls["list"] < 1000);
}

TEST_CASE("the proof of a listing") {
  sync::ListingProof proof;
  proof.begin();
  CHECK_FALSE(proof.proved());
  proof.declared(2);
  proof.user("a");
  proof.user("b");
  CHECK(proof.proved());
  proof.user("a");
  CHECK(proof.distinct() == 2);
  CHECK(proof.proved());
  proof.declared(3);
  CHECK_FALSE(proof.proved());
  proof.user("c");
  CHECK_FALSE(proof.proved());
  proof.declared(2);
  CHECK_FALSE(proof.proved());
  proof.begin();
  proof.declared(std::nullopt);
  CHECK_FALSE(proof.proved());
  proof.begin();
  proof.declared(0);
  CHECK(proof.proved());
}
