// Random trouble, many seeds: whatever happens on the way, nobody is there twice, and what is told is the truth. The
// API does not look after keys here.
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
  Disturbed(unsigned seed, double share) : engine(seed) {
    api.unique = false;
    transport.latency = [this](const Request&) { return std::chrono::milliseconds(1 + engine() % 200); };
    api.chance = [this, share](const std::string& operation, const Request&) -> std::optional<Trouble> {
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
