// New people who may be there already under another key: nobody gets a second account by a change of e-mail.
#include "plan/namesakes.hpp"

#include <doctest/doctest.h>

#include "unit/plan/run.hpp"

using namespace rostersync;
using namespace rostersync::test;
using plan::Coverage;

namespace {

using Strings = std::vector<std::string>;
constexpr auto renamed = "conflict/probable_rename";

Person somebody(const std::string& mail, const std::string& first, const std::string& last,
                std::vector<Said> more = {}) {
  Person person{is(email, mail), is(first_name, first), is(last_name, last), is(role, "PUBLISHER")};
  person.insert(person.end(), more.begin(), more.end());
  return person;
}
Person user(const std::string& number, const std::string& mail, const std::string& first, const std::string& last,
            std::vector<Said> more = {}) {
  more.push_back(is(id, number));
  return somebody(mail, first, last, std::move(more));
}

bool says(const Run& run, model::Row row, const std::string& words) {
  return run.message(row).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("who may be one and the same") {
  struct Row {
    std::string name;
    Person desired;
    Person remote;
    const char* told;
  };
  const std::vector<Row> rows = {
      {"one name", somebody("new@k", "Ana", "Costa"), user("1", "old@k", "Ana", "Costa"), renamed},
      {"without case and composition", somebody("new@k", "ana", "COSTÁ"), user("1", "old@k", "Ana", "Costa\u0301"),
       renamed},
      {"disabled, all the same", somebody("new@k", "Ana", "Costa"),
       user("1", "old@k", "Ana", "Costa", {is(disabled, "true")}), renamed},
      {"another last name", somebody("new@k", "Ana", "Silva"), user("1", "old@k", "Ana", "Costa"), "create"},
      {"another last name, and the same stem", somebody("ana.c+x@new", "Ana", "Silva"),
       user("1", "ANAC@old", "Ana", "Costa"), renamed},
      {"another first name, and the same stem", somebody("ana.c@new", "Anna", "Costa"),
       user("1", "anac@old", "Ana", "Costa"), "create"},
      {"another last name, and the same sign", somebody("new@k", "Ana", "Silva", {is(custom_role, "+33 1-99")}),
       user("1", "old@k", "Ana", "Costa", {is(custom_role, "+33199")}), renamed},
      {"another last name, and another sign", somebody("new@k", "Ana", "Silva", {is(custom_role, "+33 1-98")}),
       user("1", "old@k", "Ana", "Costa", {is(custom_role, "+33199")}), "create"},
      {"another last name, and no sign on either side", somebody("new@k", "Ana", "Silva"),
       user("1", "old@k", "Ana", "Costa"), "create"},
      {"a stem of nothing", somebody("+x@new", "Ana", "Silva"), user("1", "+y@old", "Ana", "Costa"), "create"},
      {"a user without a last name", somebody("new@k", "Ana", "Costa"),
       user("1", "old@k", "Ana", "Costa", {cleared(last_name)}), "create"},
      {"a user without any name", somebody("new@k", "Ana", "Costa"),
       user("1", "old@k", "", "", {cleared(first_name), cleared(last_name)}), "create"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Run run({row.desired});
    run.schema.signs = {custom_role};
    run.list({row.remote});
    CHECK(run.orphans() == (row.told == std::string("create") ? Strings{"1"} : Strings{}));
    run.settle();
    CHECK(run.told() == Strings{row.told});
  }
}

TEST_CASE("who lacks what a new user needs is not told so, where they may be there already") {
  const Person incomplete = {is(email, "new@k"), is(first_name, "Ana"), is(last_name, "Costa")};  // no role
  Run run({incomplete});
  run.list({user("1", "old@k", "Ana", "Costa")});
  CHECK(run.orphans().empty());
  run.settle();
  CHECK(run.told() == Strings{renamed});
  CHECK(says(run, 0, "--accept-rename old@k=new@k"));
  REQUIRE(run.out.detail(0).faults.size() == 1);
  CHECK(run.out.detail(0).faults[0].reason == "missing_required");

  Run alone({incomplete});
  alone.list({user("1", "old@k", "Ana", "Silva")});
  alone.settle();
  CHECK(alone.told() == Strings{"rejected"});
}

TEST_CASE("who lacks what a new user needs may be somebody whom the listing did not show") {
  Run run({{is(email, "new@k"), is(first_name, "Ana"), is(last_name, "Costa")}});
  run.list({user("1", "old@k", "Ana", "Costa")});
  CHECK(run.settle(Coverage::unproved).told() == Strings{"skipped/listing_incomplete"});
}

TEST_CASE("the message shows both sides, and the line that settles it") {
  Run run({somebody("ana.costa@k", "Ana", "Costa")});
  run.list({user("u1", "ana.silva@k", "ANA", "Costa", {is(disabled, "true")})});
  run.settle();
  REQUIRE(run.told() == Strings{renamed});
  CHECK(says(run, 0, "ana.costa@k (Ana Costa)"));
  CHECK(says(run, 0, "user u1 ana.silva@k (ANA Costa, disabled)"));
  CHECK(says(run, 0, "--accept-rename ana.silva@k=ana.costa@k;"));
  CHECK(run.message(0).ends_with("--accept-new ana.costa@k"));
  CHECK(run.changes.empty());
}

TEST_CASE("what a shell would take apart is quoted, and who has no key is settled by id") {
  Run run({somebody("d'arcy@k", "Ana", "Costa")});
  run.list({user("u1", "o'neill@k", "Ana", "Costa"), user("u2", "", "Ana", "Costa", {cleared(email)})});
  run.settle();
  CHECK(says(run, 0, R"(--accept-rename 'o'\''neill@k=d'\''arcy@k')"));
  CHECK(says(run, 0, "or the id u2 in the row"));
  CHECK(run.message(0).ends_with(R"(--accept-new 'd'\''arcy@k')"));
}

TEST_CASE("several who may be the one are all named, and several rows that may be the one are all in conflict") {
  Run run({somebody("new@k", "Ana", "Costa"), somebody("newer@k", "Ana", "Costa"), somebody("other@k", "Nele", "Neu")});
  run.list({user("u1", "a@k", "Ana", "Costa"), user("u2", "b@k", "Ana", "Costa"), user("u3", "c@k", "Nele", "Alt")});
  CHECK(run.orphans() == Strings{"u3"});
  run.settle();
  CHECK(run.told() == Strings{renamed, renamed, "create"});
  for (const model::Row row : {0U, 1U}) {
    CHECK(says(run, row, "user u1 a@k"));
    CHECK(says(run, row, "user u2 b@k"));
  }
  CHECK(run.orphans() == Strings{"u3"});
}

TEST_CASE("a user whom a row points to is no namesake, nor is anybody of a listing that was forgotten") {
  Run run({somebody("ana.silva@k", "Ana", "Costa"),
           somebody("new@k", "Ana", "Costa"),
           {is(id, "u4"), is(email, "kept@k")},
           somebody("bad@k", "X", "Y")},
          {}, {false, false, false, true});
  run.list({user("u9", "gone@k", "Ana", "Costa")});
  run.planner.begin_listing();
  run.list({user("u1", "ana.silva@k", "Ana", "Costa"), user("u4", "other@k", "Ana", "Costa"),
            user("u5", "bad@k", "Ana", "Costa")});
  run.settle();
  CHECK(run.told(0) == "unchanged");
  CHECK(run.told(1) == "create");
}

TEST_CASE("seen under a key that no row has, and again under one that a row has: nobody's namesake") {
  Run run({somebody("b@k", "Ana", "Costa"), somebody("new@k", "Ana", "Costa")});
  run.list({user("1", "a@k", "Ana", "Costa"), user("1", "b@k", "Ana", "Costa")});
  CHECK(run.settle().told() == Strings{"unchanged", "create"});
}

TEST_CASE("rows that are not created are told why, and whom they may be is no orphan even so") {
  plan::Options options;
  options.only = {"x@k"};
  options.protect = {{"guarded@*", {}}};
  Run run({somebody("new@k", "Ana", "Costa"),
           somebody("off@k", "Bea", "Costa", {is(disabled, "true")}),
           somebody("faulty@k", "Cleo", "Costa"),
           {is(email, "x@k"), is(first_name, "Dora"), is(last_name, "Costa")}},
          options, {false, false, true, false});
  run.list({user("1", "a@k", "Ana", "Costa"), user("2", "b@k", "Bea", "Costa"), user("3", "c@k", "Cleo", "Costa"),
            user("4", "d@k", "Dora", "Costa"), user("5", "e@k", "Eva", "Costa")});
  CHECK(run.orphans() == Strings{"5"});
  CHECK(run.settle().told() == Strings{"skipped/only", "skipped/inactive", "rejected", renamed});
}

TEST_CASE("a default is nobody's name") {
  plan::Options options;
  options.defaults = {{last_name, "Costa"}, {role, "PUBLISHER"}};
  Run run({{is(email, "new@k"), is(first_name, "Ana")}}, options);
  run.list({user("1", "old@k", "Ana", "Costa")});
  CHECK(run.settle().told() == Strings{"create"});
}

TEST_CASE("without a listing nobody is created before the directory was searched for the name") {
  Run run(
      {somebody("new@k", "Ana", "Costa"), somebody("newer@k", "Bea", "Costa"), somebody("newest@k", "Cleo", "Neu")});
  for (const model::Row row : {0U, 1U, 2U}) REQUIRE(run.planner.would_create(row));
  CHECK(run.planner.searched_name(0) == "Ana");
  const model::Users found = directory_of({user("1", "old@k", "Ana", "Costa"), user("2", "x@k", "Cleo", "Alt")});
  for (const model::Row row : {0U, 1U}) run.planner.offer_namesake({&found, row});
  run.planner.searched(0);
  run.planner.searched(2);
  CHECK(run.settle(Coverage::targeted).told() == Strings{renamed, "skipped/listing_incomplete", "create"});
}

TEST_CASE("who is found by name and belongs to a row is nobody's namesake") {
  Run run({somebody("a@k", "Ana", "Costa"), {is(id, "2"), is(email, "b@k")}, somebody("new@k", "Ana", "Costa")});
  run.look_up(user("1", "a@k", "Ana", "Costa"));
  run.look_up(user("2", "other@k", "Ana", "Costa"));
  const model::Users found =
      directory_of({user("1", "a@k", "Ana", "Costa", {unread(email)}), user("2", "other@k", "Ana", "Costa")});
  for (const model::Row row : {0U, 1U}) run.planner.offer_namesake({&found, row});
  run.planner.searched(2);
  CHECK(run.settle(Coverage::targeted).told(2) == "create");
}

TEST_CASE("the stem of an e-mail") {
  CHECK(plan::email_stem("Jo.Doe+tag@example.com") == "jodoe");
  CHECK(plan::email_stem("jo@a@b") == "jo@a");
  CHECK(plan::email_stem("jodoe") == "jodoe");
  CHECK(plan::email_stem("+x@k").empty());
  CHECK(plan::email_stem("").empty());
}
