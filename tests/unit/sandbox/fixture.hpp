// What the sandbox's tests share: a clock that stands still until it is moved, and short ways to ask.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "sandbox/partoo_account.hpp"
#include "sandbox/partoo_people.hpp"
#include "sandbox/profiles.hpp"
#include "sandbox/request.hpp"
#include "sandbox/store.hpp"

namespace rostersync::sandbox::testing {

class StoppedClock final : public base::Clock {
 public:
  base::Instant now() const override { return base::Instant(passed); }
  base::WallTime wall() const override {
    return base::WallTime(std::chrono::seconds(1'700'000'000)) +
           std::chrono::duration_cast<base::WallTime::duration>(passed);
  }
  base::Duration passed{0};
};

inline Store store_of(const std::vector<Account>& accounts) {
  Store store(&partoo::facts_of);
  for (const Account& account : accounts) store.add(account);
  return store;
}

inline std::vector<Account> seeded_people(std::size_t count, std::uint64_t seed) {
  std::vector<Account> people;
  partoo::seed_people(count, seed, [&](const Account& account) { people.push_back(account); });
  return people;
}

inline const std::string key = "test-key";

inline Access test_access() {
  Access access;
  access.key = {base::Secret(key), false};
  return access;
}

inline const Profile& partoo_profile() {
  static const auto profile = make_profile("partoo", test_access());
  return *profile;
}

inline Headers with_key(const std::string& value) {
  return {{"x-apikey", value}};
}

inline Request get(const std::string& target) {
  return make_request("GET", target, "", with_key(key), "");
}

inline Request post(const std::string& target, const std::string& body) {
  return make_request("POST", target, "application/json; charset=utf-8", with_key(key), body);
}

inline json::Json body_of(const Answer& answer) {
  return json::Json::parse(answer.body);
}

}  // namespace rostersync::sandbox::testing
