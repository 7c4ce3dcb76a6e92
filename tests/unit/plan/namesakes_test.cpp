#include "plan/namesakes.hpp"

#include <doctest/doctest.h>

#include "unit/plan/run.hpp"

namespace rostersync::test {

namespace {

Person somebody(const std::string& id, const std::string& mail, const std::string& first, const std::string& last) {
  Person person{is(email, mail), is(first_name, first), is(last_name, last), is(role, "PUBLISHER")};
  if (!id.empty()) person.push_back(is(model::id_attribute, id));
  return person;
}

}  // namespace

TEST_CASE("a new person of an unmatched user's name is warned of, and created all the same") {
  Run run({somebody("", "ana.costa@example.com", "Ana", "Costa"), somebody("", "new@example.com", "Nele", "Neu")});
  run.list(
      {somebody("u1", "ana.silva@example.com", "ANA", "Costa"), somebody("u2", "other@example.com", "Nele", "Alt")});
  run.settle();
  CHECK(run.told() == std::vector<std::string>{"create", "create"});
  CHECK(run.warnings(0) == std::vector<std::string>{"possible_rename"});
  CHECK(run.out.find_detail(0)->warnings.at(0).message.find("u1 (ana.silva@example.com)") != std::string::npos);
  CHECK(run.warnings(1).empty());
}

TEST_CASE("a user whom a row points to is no namesake, nor is anybody of a listing that was forgotten") {
  Run run({somebody("", "ana.silva@example.com", "Ana", "Costa"), somebody("", "new@example.com", "Ana", "Costa")});
  run.list({somebody("u9", "gone@example.com", "Ana", "Costa")});
  run.planner.begin_listing();
  run.list({somebody("u1", "ana.silva@example.com", "Ana", "Costa")});
  run.settle();
  CHECK(run.told() == std::vector<std::string>{"unchanged", "create"});
  CHECK(run.warnings(1).empty());
}

}  // namespace rostersync::test
