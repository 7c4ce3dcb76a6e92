// Random trouble, many seeds: whatever happens on the way, and whenever the process is killed or stopped, nobody is
// there twice, and what is told is the truth. The API does not look after keys here.
#include <doctest/doctest.h>

#include <random>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

constexpr int people = 12;

std::string key_of(int n) {
  return "p" + std::to_string(n) + "@x.com";
}

// Disturbs a share of all requests, the reads that settle among them.
struct Disturbed : Remote {
  Disturbed(unsigned seed, double part) : engine(seed), share(part) {
    api.unique = false;
    transport.latency = [this](const Request&) { return std::chrono::milliseconds(1 + engine() % 200); };
    api.chance = [this](const std::string& operation, const Request&) -> std::optional<Trouble> {
      if (std::uniform_real_distribution<double>(0, 1)(engine) >= share) return std::nullopt;
      return operation == "create" || operation == "update" ? of_a_write() : of_a_read();
    };
  }

  Trouble of_a_write() {
    switch (engine() % 14) {
      case 0:
        return lost_before();
      case 1:
        return lost_after();
      case 2:
        return status(500);
      case 3:
        return status_after(500);
      case 4:
        return status_after(502);
      case 5:
        return status_after(408);
      case 6:
        return cut_off();
      case 7:
        return timed_out();
      case 8:
        return timed_out_but_done();
      case 9:
        return arrives_late(std::chrono::milliseconds(1 + engine() % 25000));
      case 10:
        return never_left();
      case 11:
        return throttled();
      case 12:
        return status_after(524);
      default:
        return page_of_a_proxy();
    }
  }

  Trouble of_a_read() {
    switch (engine() % 6) {
      case 0:
        return lost_before();
      case 1:
        return status(503);
      case 2:
        return cut_off();
      case 3:
        return timed_out();
      case 4:
        return throttled();
      default:
        return page_of_a_proxy();
    }
  }

  std::mt19937 engine;
  double share;
};

// What a kill is to a process in this test.
struct Killed {};

// One change over as many processes as it takes: each may be killed or stopped at any of its requests, and hands the
// next what a journal would.
struct Interrupted : Disturbed {
  Interrupted(unsigned seed) : Disturbed(seed, seed % 4 == 0 ? 0.7 : 0.3) {}

  Done to_its_end(const model::Change& change) {
    for (int process = 1;; ++process) {
      if (process == 6) share = 0;  // in the end the directory is well, and nobody interrupts
      Done last = one_process(change, process);
      if (last.status == Status::ok || process == 6) return last;
    }
  }

  Done one_process(const model::Change& change, int process) {
    restart();
    interrupt(process);
    Done done;
    try {
      const Approach approach = in_doubt       ? Approach::settle_first
                                : process == 1 ? Approach::send
                                               : Approach::check_first;
      done = change.action == model::Action::create ? create(change, approach, left_to_arrive())
                                                    : update(change, approach);
      in_doubt = done.in_doubt || (done.status != Status::ok && !done.user_id.empty() && is_create(change));
    } catch (const Killed&) {
      done.status = Status::stopped;
      in_doubt = in_doubt || transport.count("POST") > 0;
      ++killed;
    }
    api.meanwhile = nullptr;
    if (transport.count("POST") > 0) last_write = clock.now();
    clock.advance(std::chrono::milliseconds(engine() % 40000));
    return done;
  }

  // At one of the first requests, if at all.
  void interrupt(int process) {
    const auto at = process == 6 ? 0 : engine() % 5;
    const bool by_force = engine() % 3 > 0;
    api.meanwhile = [this, at, by_force, n = std::uint_fast32_t{0}]() mutable {
      if (++n != at) return;
      if (by_force) throw Killed{};
      ++stops;
      rest->stop("enough");
    };
  }

  // A time-out after the last write may have left, nothing of it can arrive any more.
  base::Duration left_to_arrive() const {
    return std::max(base::Duration{}, last_write + base::Duration(30s) - clock.now());
  }
  static bool is_create(const model::Change& change) { return change.action == model::Action::create; }

  bool in_doubt = false;
  base::Instant last_write{};
  int killed = 0;
  int stops = 0;
};

}  // namespace

TEST_CASE("creates under random trouble") {
  int told_ok = 0;
  int told_else = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    Disturbed remote(seed, seed % 4 == 0 ? 0.7 : 0.4);
    std::vector<model::Change> changes;
    for (int n = 0; n < people; ++n)
      changes.push_back(create_of(key_of(n), {is(teams, R"(["a","b"])"), is(phone, "1")}));
    std::map<directory::Ticket, int> whose;
    for (int n = 0; n < people; ++n) {
      whose[remote.rest->start(directory::CreateUser{&changes[static_cast<std::size_t>(n)]})] = n;
    }
    for (const auto& [ticket, done] : remote.finish()) {
      const std::string key = key_of(whose.at(ticket));
      CAPTURE(key);
      CAPTURE(done.message);
      const std::size_t there = remote.api.count_of(key);
      REQUIRE(there <= 1);
      if (done.status == Status::ok) {
        ++told_ok;
        REQUIRE(there == 1);
        const Json* person = remote.api.find(done.user_id);
        REQUIRE(person != nullptr);
        CHECK((*person)["email"] == key);
        CHECK((*person)["phone"] == "1");
      } else {
        ++told_else;
        const bool made = !done.user_id.empty();
        CHECK((done.status == Status::unsettled || done.status == Status::gave_up));
        if (done.status == Status::gave_up) CHECK(there == (made ? 1 : 0));
        if (made) CHECK(there == 1);
        CHECK_FALSE(done.message.empty());
      }
    }
  }
  CHECK(told_ok > 5 * told_else);  // it insists
  CHECK(told_else > 0);            // and the trouble was real
}

TEST_CASE("updates under random trouble") {
  int told_ok = 0;
  int told_else = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    Disturbed remote(seed, seed % 4 == 0 ? 0.7 : 0.4);
    std::vector<model::Change> changes;
    for (int n = 0; n < people; ++n) {
      const std::string user = remote.api.add(key_of(n), {{"title", "Squire"}, {"last_name", "x"}});
      changes.push_back(update_of(user, {from(title, "Squire", "Knight"), cleared(last_name, "x"), is(phone, "1")}));
    }
    std::map<directory::Ticket, const model::Change*> whose;
    for (const auto& change : changes) whose[remote.rest->start(directory::UpdateUser{&change})] = &change;
    for (const auto& [ticket, done] : remote.finish()) {
      const Json& person = *remote.api.find(whose.at(ticket)->user_id);
      CAPTURE(done.message);
      if (done.status == Status::ok) {
        ++told_ok;
        CHECK(person["title"] == "Knight");
        CHECK(person["last_name"] == "");
        CHECK(person["phone"] == "1");
      } else {
        ++told_else;
        CHECK((done.status == Status::unsettled || done.status == Status::gave_up));
        CHECK(done.in_doubt == (done.status == Status::unsettled));
      }
    }
    CHECK(remote.api.users.size() == people);
  }
  CHECK(told_ok > 10 * told_else);
  CHECK(told_else > 0);
}

TEST_CASE("a create goes on over any number of processes, and makes one user") {
  int killed = 0;
  int stops = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    CAPTURE(seed);
    Interrupted remote(seed);
    const auto change = create_of(key_of(1), {is(teams, R"(["a","b"])"), is(title, "Knight"), is(phone, "1")});
    const Done done = remote.to_its_end(change);
    CAPTURE(done.message);
    REQUIRE(done.status == Status::ok);
    remote.clock.advance(1h);
    remote.api.arrive_late();
    REQUIRE(remote.api.created[key_of(1)] == 1);
    REQUIRE(remote.api.users.size() == 1);
    CHECK(remote.api.users[0]["id"] == done.user_id);
    CHECK(remote.api.users[0]["title"] == "Knight");
    CHECK(remote.api.users[0]["phone"] == "1");
    killed += remote.killed;
    stops += remote.stops;
  }
  CHECK(killed > 500);
  CHECK(stops > 250);
}

TEST_CASE("an update goes on over any number of processes, and takes effect") {
  int killed = 0;
  int stops = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    CAPTURE(seed);
    Interrupted remote(seed);
    const std::string user = remote.api.add(key_of(1), {{"title", "Squire"}, {"last_name", "x"}});
    auto change = update_of(user, {from(title, "Squire", "Knight"), cleared(last_name, "x"), is(phone, "1")});
    const double share = std::exchange(remote.share, 0);
    change.planned_on = remote.as_read(user);
    remote.share = share;
    const Done done = remote.to_its_end(change);
    CAPTURE(done.message);
    REQUIRE(done.status == Status::ok);
    remote.clock.advance(1h);
    remote.api.arrive_late();
    REQUIRE(remote.api.users.size() == 1);
    CHECK(remote.api.users[0]["title"] == "Knight");
    CHECK(remote.api.users[0]["last_name"] == "");
    CHECK(remote.api.users[0]["phone"] == "1");
    killed += remote.killed;
    stops += remote.stops;
  }
  CHECK(killed > 500);
  CHECK(stops > 250);
}
