#include "sandbox/faults.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "unit/sandbox/fixture.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using namespace rostersync::sandbox::testing;
using json::Json;

namespace {

Behaviour with(const char* settings) {
  return changed(Behaviour{}, Json::parse(settings), partoo_profile());
}

Request create(int number) {
  return post("/v2/user", R"({"email": "p)" + std::to_string(number) + R"(@example.com"})");
}

std::string drawn(Faults& faults, const Request& request) {
  return faults.draw(request, partoo_profile().route(request)).name;
}

}  // namespace

TEST_CASE("nothing is disturbed unless it is asked for") {
  Faults faults{Behaviour{}};
  for (int i = 0; i < 200; ++i) CHECK(drawn(faults, create(i)).empty());
}

TEST_CASE("the same request meets the same faults, in whatever order the requests come") {
  const Behaviour behaviour = with(R"({"disturb_writes": 40, "disturb_max": 100, "fault_seed": 7})");
  Faults forwards(behaviour);
  Faults backwards(behaviour);
  std::map<int, std::vector<std::string>> first, second;
  for (int attempt = 0; attempt < 4; ++attempt) {
    for (int i = 0; i < 100; ++i) first[i].push_back(drawn(forwards, create(i)));
  }
  for (int i = 99; i >= 0; --i) {
    for (int attempt = 0; attempt < 4; ++attempt) second[i].push_back(drawn(backwards, create(i)));
  }
  CHECK(first == second);

  Faults other(with(R"({"disturb_writes": 40, "disturb_max": 100, "fault_seed": 8})"));
  std::map<int, std::vector<std::string>> third;
  for (int attempt = 0; attempt < 4; ++attempt) {
    for (int i = 0; i < 100; ++i) third[i].push_back(drawn(other, create(i)));
  }
  CHECK(first != third);
}

TEST_CASE("about the asked share is disturbed, in every kind") {
  Faults faults(with(R"({"disturb_writes": 40})"));
  std::map<std::string, int> kinds;
  for (int i = 0; i < 2000; ++i) ++kinds[drawn(faults, create(i))];
  const int disturbed = 2000 - kinds[""];
  CHECK(disturbed > 700);
  CHECK(disturbed < 900);
  for (const char* kind : {"reset-before", "reset-after", "500-after", "truncated"}) {
    CAPTURE(kind);
    CHECK(kinds[kind] > 100);
  }
}

TEST_CASE("one write is disturbed so often and no oftener; the order of its keys makes no other write of it") {
  Faults faults(with(R"({"disturb_writes": 100, "disturb_max": 3})"));
  const Request one = post("/v2/user/1", R"({"lang": "fr", "role": "PUBLISHER"})");
  const Request same = post("/v2/user/1", R"({ "role":"PUBLISHER","lang":"fr" })");
  const Request other = post("/v2/user/2", R"({"lang": "fr", "role": "PUBLISHER"})");
  CHECK_FALSE(drawn(faults, one).empty());
  CHECK_FALSE(drawn(faults, same).empty());
  CHECK_FALSE(drawn(faults, one).empty());
  CHECK(drawn(faults, same).empty());
  CHECK(drawn(faults, one).empty());
  CHECK_FALSE(drawn(faults, other).empty());
}

TEST_CASE("reads are disturbed so often in a row") {
  Faults faults(with(R"({"disturb_reads": 100, "disturb_max": 2})"));
  const Request read = get("/v2/user/search?page=1");
  std::string pattern;
  for (int i = 0; i < 6; ++i) pattern += drawn(faults, read).empty() ? '.' : 'x';
  CHECK(pattern == "xx.xx.");
  CHECK(drawn(faults, create(1)).empty());
}

TEST_CASE("what each fault does") {
  struct Row {
    const char* kind;
    bool carried_out;
    int status;
    Manner manner;
  };
  const Row rows[] = {{"reset-before", false, 0, Manner::reset},
                      {"reset-after", true, 0, Manner::reset},
                      {"500-after", true, 500, Manner::whole},
                      {"truncated", true, 0, Manner::truncated}};
  for (const Row& row : rows) {
    CAPTURE(row.kind);
    Behaviour behaviour = with(R"({"disturb_writes": 100})");
    behaviour.disturb_kinds = {row.kind};
    Faults faults(behaviour);
    const Fault fault = faults.draw(create(1), partoo_profile().route(create(1)));
    CHECK(fault.name == row.kind);
    CHECK(fault.carried_out == row.carried_out);
    CHECK(fault.status == row.status);
    CHECK(fault.manner == row.manner);
  }
}

TEST_CASE("latency and its jitter") {
  Faults plain(with(R"({"latency": 30})"));
  CHECK(plain.draw(create(1), partoo_profile().route(create(1))).delay == std::chrono::milliseconds(30));
  Faults jittered(with(R"({"latency": 30, "latency_jitter": 20})"));
  std::set<std::chrono::milliseconds> delays;
  for (int i = 0; i < 100; ++i) delays.insert(jittered.draw(create(i), partoo_profile().route(create(i))).delay);
  CHECK(*delays.begin() >= std::chrono::milliseconds(30));
  CHECK(*delays.rbegin() <= std::chrono::milliseconds(50));
  CHECK(delays.size() > 10);
}

TEST_CASE("settings say what is wrong with them") {
  struct Row {
    const char* settings;
    const char* said;
  };
  const Row rows[] = {
      {R"({"throttel": 5})", R"(did you mean "throttle"?)"},
      {R"({"throttle": 101})", "a percentage from 0 to 100"},
      {R"({"throttle": "5"})", "a percentage from 0 to 100"},
      {R"({"disturb_max": -1})", "a whole number"},
      {R"({"disturb_max": 1.5})", "a whole number"},
      {R"({"disturb_kinds": ["reset"]})", "reset-before"},
      {R"({"disturb_kinds": []})", "reset-before"},
      {R"({"listing_omits": ["nickname"]})", "attributes of a user"},
      {R"({"hide_disabled": 1})", "true or false"},
      {R"({"rate": "fast"})", "300/min"},
      {R"({"rate_kind": "fixd"})", "one of bucket, fixed, sliding"},
      {R"({"rate_headers": "X"})", "one of draft, legacy, none, x"},
      {R"({"retry_after": true})", "one of off, on"},
      {R"({"kill_before": 0})", "a whole number from 1"},
      {R"({"kill_after_write": -1})", "a whole number"},
      {R"([])", "JSON object"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.settings);
    try {
      with(row.settings);
      FAIL_CHECK("was accepted");
    } catch (const base::CannotRun& error) {
      CHECK(std::string(error.what()).find(row.said) != std::string::npos);
    }
  }
}

TEST_CASE("settings that are described can be set again") {
  const char* all =
      R"({"rate": "20/10s", "rate-kind": "bucket", "rate-headers": "legacy", "retry-after": "off",
      "retry-after-date": true, "kill-before": 1, "kill-after": 2, "kill-before-write": 3, "kill-after-write": null, "fault_seed": 18446744073709551615, "disturb_writes": 12.5,
      "disturb_reads": 3, "disturb_kinds": "truncated,500-after", "disturb_max": 1, "throttle": 2, "throttle_seconds": 0,
      "latency": 5, "latency_jitter": 6, "revoke_after": 7, "fail_after": null, "forbid": ["A@Example.com"],
      "listing_omits": ["lang"], "hide_disabled": true})";
  const auto described = describe(with(all), partoo_profile());
  CHECK(describe(changed(Behaviour{}, Json(described), partoo_profile()), partoo_profile()) == described);
  CHECK(described.at("forbid") == Json::parse(R"(["a@example.com"])"));
  CHECK(described.at("rate") == "20/10s");
  CHECK(described.at("fault_seed") == 18446744073709551615U);
}
