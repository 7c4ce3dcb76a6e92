// Who the rows are: what a run learns of it, and what the next one makes of that.
#include "sync/identify.hpp"

#include <doctest/doctest.h>

#include "store/memory.hpp"
#include "unit/sync/bench.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

using Links = std::unordered_map<std::string, std::string>;

struct Nights : Bench {
  Nights() {
    people(4);  // u2 is p1 …
    order.job.roster.key = "number";
    order.job.limits.floor = 1000;
  }
  Links links() const {
    const auto memory = store::Memory::find(order.job.state_dir);
    return memory ? memory->links() : Links{};
  }
  std::unordered_map<std::string, std::optional<std::string>> settled() const {
    const auto memory = store::Memory::find(order.job.state_dir);
    return memory ? memory->settled() : std::unordered_map<std::string, std::optional<std::string>>{};
  }
};

constexpr auto night = "number,email,first_name,last_name\n";

}  // namespace

TEST_CASE_FIXTURE(Nights, "rows that were matched or created are linked by runs that write, and by no others") {
  roster(std::string(night) + "1,p1@x.com,Karadoc,\n2,new@x.com,New,One\n,p2@x.com,Karadoc,\n4,p3@x.com,Other,\n");
  run(Command::plan);
  CHECK(links().empty());
  CHECK(code(Command::sync) == 0);
  CHECK(links() == Links{{"1", "u2"}, {"2", "u6"}, {"4", "u4"}});
  CHECK(code(Command::sync) == 0);
  CHECK(links().size() == 3);
}

TEST_CASE_FIXTURE(Nights, "rows in conflict, rejected ones and people who were not created make no link") {
  api.add("old@x.com", {{"first_name", "Ana"}, {"last_name", "Costa"}});
  api.trouble["create"] = {status(422)};
  roster(
      std::string(night) +
      "1,p1@x.com,Karadoc,\n1,p1@x.com,Other,\n2,not an e-mail,X,\n3,refused@x.com,New,One\n4,new@x.com,Ana,Costa\n");
  CHECK(code(Command::sync) == 3);
  CHECK(links().empty());
}

TEST_CASE_FIXTURE(Nights, "an e-mail that changes is an update of the right account") {
  roster(std::string(night) + "1,p1@x.com,Karadoc,\n2,new@x.com,New,One\n");
  CHECK(code(Command::sync) == 0);
  roster(std::string(night) + "1,p1.new@x.com,Karadoc,\n2,newer@x.com,New,Two\n");
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 2);
  CHECK((*api.find("u2"))["email"] == "p1.new@x.com");
  CHECK((*api.find("u6"))["email"] == "newer@x.com");
  CHECK(api.users.size() == 6);
}

TEST_CASE_FIXTURE(Nights, "a number that HR gave anew takes the place of the one before") {
  roster(std::string(night) + "1,p1@x.com,Karadoc,\n");
  run(Command::sync);
  roster(std::string(night) + "9,p1@x.com,Karadoc,\n");
  run(Command::sync);
  CHECK(links() == Links{{"9", "u2"}});
  roster(std::string(night) + "9,p1@x.com,Karadoc,\n1,new@x.com,New,One\n");
  CHECK(code(Command::sync) == 0);
  CHECK(links() == Links{{"9", "u2"}, {"1", "u6"}});
}

TEST_CASE_FIXTURE(Nights, "killed and resumed: those who were created are linked, where the roster is still there") {
  bool still_there = true;
  SUBCASE("it is") {}
  SUBCASE("it is not") {
    still_there = false;
  }
  roster(std::string(night) + "1,new1@x.com,New,One\n2,new2@x.com,New,Two\n");
  kill_at(4, true);
  REQUIRE(killed(Command::sync));
  live_on();
  CHECK(links().empty());
  if (!still_there) roster("number,email\n");
  CHECK(code(Command::resume) == 0);
  CHECK(links() == (still_there ? Links{{"1", "u6"}, {"2", "u7"}} : Links{}));
  CHECK(api.users.size() == 7);
}

TEST_CASE_FIXTURE(Nights, "what was said of renames is remembered once the plan has passed its limits") {
  order.job.roster.key.clear();
  roster("email,first_name\nnew@x.com,Karadoc\nother@x.com,New\n");
  order.accept_renames = {{"New@x.com", "P1@x.com"}};
  order.accept_new = {"Other@x.com"};
  run(Command::plan);
  CHECK(settled().empty());
  order.job.limits.attributes["email"] = job::Limit{std::nullopt, 0};
  order.job.limits.floor = 0;
  CHECK(code(Command::sync) == 4);
  CHECK(settled().empty());
  order.job.limits.attributes.clear();
  order.job.limits.floor = 1000;
  order.limit = 0;
  CHECK(code(Command::sync) == 0);
  CHECK(settled() == decltype(settled()){{"new@x.com", "u2"}, {"other@x.com", std::nullopt}});
  order.limit.reset();
  order.accept_renames.clear();
  order.accept_new.clear();
  CHECK(code(Command::sync) == 0);
  CHECK((*api.find("u2"))["email"] == "new@x.com");
  CHECK(api.users.size() == 6);
}
