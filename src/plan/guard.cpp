#include "plan/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plan/diff.hpp"

namespace rostersync::plan {

namespace {

struct Counts {
  std::uint64_t creates = 0;
  std::uint64_t updates = 0;
  std::uint64_t deactivations = 0;
  std::uint64_t privileged = 0;
  std::map<std::string, std::uint64_t> attributes;
};

Counts count(const model::Schema& schema, const std::vector<model::Change>& changes) {
  Counts counts;
  for (const model::Change& change : changes) {
    if (grants_privilege(schema, change.attributes)) ++counts.privileged;
    if (change.action == model::Action::create) {
      ++counts.creates;
      continue;
    }
    if (change.action == model::Action::deactivate) {
      ++counts.deactivations;
      continue;
    }
    ++counts.updates;
    if (deactivates(schema, change.attributes)) ++counts.deactivations;
    for (const auto& attribute : change.attributes) ++counts.attributes[schema[attribute.attribute].name];
  }
  return counts;
}

struct Rule {
  std::string name;
  std::string doing;  // "would be created"
  Limit limit;
  std::uint64_t floor = 0;
  std::uint64_t base = 0;
  std::string of;  // what the share is of
};

std::string described(const Rule& rule, std::uint64_t permitted) {
  if (!rule.limit.percent) return fmt::format("{}", permitted);
  return fmt::format("{} ({:g}% of {} {})", permitted, *rule.limit.percent, rule.base, rule.of);
}

std::optional<Trip> check_rule(const Rule& rule, std::uint64_t count,
                               const std::map<std::string, std::uint64_t>& allowed) {
  std::uint64_t permitted = rule.limit.count;
  if (rule.limit.percent) {
    permitted =
        static_cast<std::uint64_t>(std::floor(*rule.limit.percent * static_cast<double>(rule.base) / 100.0 + 1e-9));
    if (count <= rule.floor) return std::nullopt;
  }
  if (count <= permitted) return std::nullopt;
  const auto raised = allowed.find(rule.name);
  if (raised != allowed.end() && count <= raised->second) return std::nullopt;
  const std::string still =
      raised == allowed.end() ? std::string{} : fmt::format(", raised to {} for this run", raised->second);
  return Trip{rule.name, count, permitted,
              fmt::format("{} {} {}, and the limit \"{}\" is {}{}; if that is intended, add --allow {}={}", count,
                          count == 1 ? "person" : "people", rule.doing, rule.name, described(rule, permitted), still,
                          rule.name, count)};
}

}  // namespace

std::vector<Trip> check(const model::Schema& schema, const std::vector<model::Change>& changes,
                        const Population& population, const Limits& limits) {
  const Counts counts = count(schema, changes);
  std::vector<Trip> trips;
  const auto apply = [&](const Rule& rule, std::uint64_t number) {
    if (auto trip = check_rule(rule, number, limits.allowed)) trips.push_back(std::move(*trip));
  };
  apply({"creates", "would be created", limits.creates, limits.floor, population.users, "users"}, counts.creates);
  apply({"updates", "would be updated", limits.updates, limits.floor, population.users, "users"}, counts.updates);
  apply({"deactivations", "would be disabled", limits.deactivations, limits.deactivations_floor, population.enabled,
         "enabled users"},
        counts.deactivations);
  apply({"privileged", "would be granted a privileged role", Limit{std::nullopt, limits.privileged}, 0, 0, ""},
        counts.privileged);
  for (const auto& [name, limit] : limits.attributes) {
    const auto found = counts.attributes.find(name);
    if (found == counts.attributes.end()) continue;
    apply({name, fmt::format("would have their {} changed", name), limit, limits.floor, population.users, "users"},
          found->second);
  }
  return trips;
}

}  // namespace rostersync::plan
