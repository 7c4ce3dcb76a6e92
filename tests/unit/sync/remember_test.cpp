// What a run remembers of values that cannot be read back, and of those that are not kept; however it ends.
#include "sync/remember.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/sync/bench.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

struct Nights : Bench {
  Nights() {
    people(4);
    order.job.http.timeout = 2s;
  }
  void phones(const std::string& first, const std::string& second) {
    roster(fmt::format("email,first_name,phone\np1@x.com,Karadoc,{}\np2@x.com,Karadoc,{}\n", first, second));
  }
  std::string told_of(Command command, model::Row row = 0) { return told(run(command), row); }
  std::filesystem::path state() const { return order.job.state_dir; }
};

}  // namespace

TEST_CASE_FIXTURE(Nights, "a value that was confirmed is not sent again, and another one is") {
  phones("1", "2");
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 2);
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 0);
  CHECK(code(Command::plan) == 0);
  phones("1", "3");
  CHECK(code(Command::plan) == 2);
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 1);
  CHECK(api.users[2]["phone"] == "3");
}

TEST_CASE_FIXTURE(Nights, "a value that was refused is not remembered, and makes what was confirmed unknown") {
  phones("1", "2");
  run(Command::sync);
  phones("9", "2");
  api.trouble["update"] = {status(422)};
  CHECK(told_of(Command::sync) == "failed/refused");
  phones("1", "2");  // as it was confirmed, once: but that may have changed since
  CHECK(told_of(Command::sync) == "updated/");
  CHECK(writes() == 1);
}

TEST_CASE_FIXTURE(Nights, "people beyond --limit are not remembered") {
  phones("1", "2");
  order.limit = 1;
  CHECK(told_of(Command::sync, 1) == "skipped/limit");
  order.limit.reset();
  CHECK(told_of(Command::sync, 1) == "updated/");
  CHECK(writes() == 1);
}

TEST_CASE_FIXTURE(Nights, "the night after a create sends nothing, whatever the create could not carry") {
  roster("email,first_name,phone\nnew@x.com,New,1\nother@x.com,New,\\N\n");
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 3);  // one of them completes a create
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Nights, "a password is remembered only where updates may carry it") {
  order.job.password_updates = false;
  roster("email,first_name,password\nnew@x.com,New,Secret-1\n");
  run(Command::sync);
  CHECK_FALSE(std::filesystem::exists(state() / "memory.key"));
  order.job.password_updates = true;
  CHECK(told_of(Command::sync) == "updated/");
  CHECK(told_of(Command::sync) == "unchanged/");
  roster("email,first_name,password\nnew@x.com,New,Secret-2\n");
  CHECK(told_of(Command::sync) == "updated/");
  CHECK(api.users.back()["password"] == "Secret-2");
}

TEST_CASE_FIXTURE(Nights, "what is assumed is remembered before anything is sent") {
  roster("email,first_name,phone\np1@x.com,Karadoc,1\np2@x.com,Perceval,2\n");
  order.assume_current = true;
  kill_at(3, false);  // the update of the name
  REQUIRE(killed(Command::sync));
  live_on();
  order.assume_current = false;
  CHECK(code(Command::resume) == 0);
  CHECK(writes() == 1);
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 0);
  CHECK_FALSE(api.users[1].contains("phone"));
}

TEST_CASE_FIXTURE(Nights, "what completes an interrupted create is remembered, whatever is assumed") {
  roster("email,first_name,phone\nnew@x.com,New,1\n");
  before_request = [this] {
    if (api.calls["create"] > 0) throw Killed{};  // before the completing update
  };
  REQUIRE(killed(Command::sync));
  live_on();
  roster("email,first_name,phone\nnew@x.com,New,2\n");
  order.assume_current = true;
  CHECK(code(Command::sync) == 0);
  CHECK(api.users.back()["phone"] == "1");
  CHECK(told_of(Command::sync) == "updated/");  // for it is known that this is not so
  CHECK(api.users.back()["phone"] == "2");
}

TEST_CASE_FIXTURE(Nights, "what was to complete a create of an interrupted run is not taken for sent") {
  roster("email,first_name,phone\nnew@x.com,New,1\n");
  before_request = [this] {
    if (api.calls["create"] > 0) throw Killed{};
  };
  REQUIRE(killed(Command::sync));
  live_on();
  CHECK(told_of(Command::sync) == "updated/");
  CHECK(api.users.back()["phone"] == "1");
  CHECK(writes() == 1);
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Nights, "a run that was killed before its plan assumes the same when it begins again") {
  phones("1", "2");
  order.assume_current = true;
  kill_at(2, false);  // the listing
  REQUIRE(killed(Command::sync));
  live_on();
  order.assume_current = false;
  CHECK(code(Command::resume) == 0);
  CHECK(writes() == 0);
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Nights, "a plan that a limit refuses remembers nothing, and says what spares the first sends") {
  for (int n = 5; n <= 40; ++n) api.add(fmt::format("p{}@x.com", n));
  std::string csv = "email,first_name,phone\n";
  for (int n = 1; n <= 30; ++n) csv += fmt::format("p{}@x.com,Karadoc,{}\n", n, n);
  roster(csv);
  CHECK(code(Command::sync) == 4);
  CHECK(message.find("--assume-current") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(state() / "memory.db"));
  order.assume_current = true;
  order.job.limits.updates = {std::nullopt, 0};
  CHECK(code(Command::sync) == 0);
  CHECK(writes() == 0);
}

TEST_CASE("a run that was killed at any request is remembered by whichever goes on") {
  for (const Command next : {Command::sync, Command::resume}) {
    for (const bool reached : {false, true}) {
      for (std::size_t at = 3; at <= 6; ++at) {
        CAPTURE(at);
        CAPTURE(reached);
        Nights nights;
        nights.order.job.http.max_in_flight = 1;
        nights.roster(
            "email,first_name,phone\np1@x.com,Karadoc,1\np2@x.com,Karadoc,2\np3@x.com,Karadoc,3\np4@x.com,Karadoc,4\n");
        nights.kill_at(at, reached);
        REQUIRE(nights.killed(Command::sync));
        nights.live_on();
        CHECK(nights.code(next) == 0);
        for (std::size_t n = 1; n <= 4; ++n) CHECK(nights.api.users[n]["phone"] == std::to_string(n));
        const auto sent = static_cast<std::size_t>(nights.api.calls["update"]);
        CHECK(sent <= 5);  // one whose answer was lost leaves no trace that can be read
        CHECK(nights.code(Command::sync) == 0);
        CHECK(nights.writes() == 0);
      }
    }
  }
}

TEST_CASE_FIXTURE(Nights, "a run that cannot remember stays open, so that the next one can") {
  phones("1", "2");
  run(Command::sync);
  std::filesystem::rename(state() / "memory.key", folder.path() / "kept");
  std::filesystem::create_directory(state() / "memory.key");  // in the way
  phones("1", "3");
  CHECK(code(Command::sync) == 1);  // what was confirmed cannot be told: nothing is sent
  CHECK(writes() == 0);
  std::filesystem::remove(state() / "memory.key");
  std::filesystem::rename(folder.path() / "kept", state() / "memory.key");
  before_request = [this] {
    if (transport.count("POST") > 0) std::filesystem::resize_file(state() / "memory.key", 5);
  };
  api.meanwhile = [this] {
    if (transport.count("POST") > 0) std::filesystem::resize_file(state() / "memory.key", 5);
  };
  const auto& result = run(Command::sync);
  CHECK(told(result, 1) == "updated/");
  CHECK(result.run.exit_code == 6);
  CHECK(message.find("memory.key is damaged") != std::string::npos);
}

TEST_CASE_FIXTURE(Nights, "what is not kept is told of in each run that sends it again, and then given up") {
  roster("email,first_name\np1@x.com,Perceval\n");
  const auto lose = [this] { api.users[1]["first_name"] = "Karadoc"; };
  CHECK(told_of(Command::sync) == "updated/");
  for (int again = 0; again < 2; ++again) {
    lose();
    const auto& planned = run(Command::plan);
    CHECK(planned.run.exit_code == 3);
    CHECK(told(planned, 0) == "planned_update/");
    CHECK(told_of(Command::sync) == "failed/not_kept");
    CHECK(writes() == 1);
  }
  lose();
  const auto& result = run(Command::sync);
  CHECK(told(result, 0) == "skipped/not_kept");
  CHECK(result.run.exit_code == 3);
  CHECK(writes() == 0);
  CHECK(told_of(Command::sync) == "skipped/not_kept");
  api.users[1]["first_name"] = "Bohort";  // something changed
  CHECK(told_of(Command::sync) == "updated/");
  CHECK(code(Command::sync) == 0);
}

TEST_CASE_FIXTURE(Nights, "what the API refuses again is no value that it did not keep") {
  roster("email,first_name\np1@x.com,Perceval\n");
  run(Command::sync);
  api.users[1]["first_name"] = "Karadoc";
  api.trouble["update"] = {status(422)};
  CHECK(told_of(Command::sync) == "failed/refused");
  CHECK(told_of(Command::sync) == "failed/not_kept");
  api.users[1]["first_name"] = "Karadoc";
  CHECK(told_of(Command::sync) == "failed/not_kept");  // sent twice, not three times
  api.users[1]["first_name"] = "Karadoc";
  CHECK(told_of(Command::sync) == "skipped/not_kept");
}

TEST_CASE_FIXTURE(Nights, "a run that is killed and resumed counts as one") {
  roster("email,first_name\np1@x.com,Perceval\np2@x.com,Perceval\n");
  order.job.http.max_in_flight = 1;
  const auto lose = [this] { api.users[1]["first_name"] = api.users[2]["first_name"] = "Karadoc"; };
  run(Command::sync);
  lose();
  kill_at(4, false);
  REQUIRE(killed(Command::sync));
  live_on();
  const auto& resumed = run(Command::resume);
  CHECK(told(resumed, 0) == "failed/not_kept");
  CHECK(told(resumed, 1) == "failed/not_kept");
  lose();
  CHECK(told_of(Command::sync) == "failed/not_kept");
  lose();
  CHECK(told_of(Command::sync) == "skipped/not_kept");
}
