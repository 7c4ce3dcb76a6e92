// What the sandbox's tests share: a clock that stands still until it is moved, and short ways to ask.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "sandbox/people.hpp"
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
  Store store;
  for (const Account& account : accounts) store.add(account);
  return store;
}

inline std::vector<Account> seeded_people(std::size_t count, std::uint64_t seed) {
  std::vector<Account> people;
  seed_people(count, seed, [&](const Account& account) { people.push_back(account); });
  return people;
}

inline const std::string key = "test-key";

inline Request get(const std::string& target) {
  return make_request("GET", target, "", key, "");
}

inline Request post(const std::string& target, const std::string& body) {
  return make_request("POST", target, "application/json; charset=utf-8", key, body);
}

inline json::Json body_of(const Answer& answer) {
  return json::Json::parse(answer.body);
}

}  // namespace rostersync::sandbox::testing
