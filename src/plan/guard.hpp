// Safety limits, checked on the whole plan before the first write, in a dry run too. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"

namespace rostersync::plan {

// A share of a number of users, or a count; rounded down; tripped by more than that.
struct Limit {
  std::optional<double> percent;
  std::uint64_t count = 0;
};

struct Limits {
  Limit creates{20.0, 0};
  Limit updates{20.0, 0};
  std::uint64_t floor = 25;  // at or under it a share does not apply
  Limit deactivations{5.0, 0};
  std::uint64_t deactivations_floor = 3;
  std::map<std::string, Limit> attributes;  // updates that change this attribute
  std::uint64_t privileged = 0;             // grants of a privileged value, no floor
  std::map<std::string, std::uint64_t>
      allowed;  // raised for this run by name: creates, updates, deactivations, privileged, an attribute
};

struct Population {
  std::uint64_t users = 0;    // in the directory
  std::uint64_t enabled = 0;  // of those; what deactivations are a share of
};

struct Trip {
  std::string limit;        // the name that --allow takes
  std::uint64_t count = 0;  // what the plan would do
  std::uint64_t permitted = 0;
  std::string message;  // one sentence with the exact --allow
};

// Every limit that the changes would pass; empty: go on.
std::vector<Trip> check(const model::Schema& schema, const std::vector<model::Change>& changes,
                        const Population& population, const Limits& limits);

}  // namespace rostersync::plan
