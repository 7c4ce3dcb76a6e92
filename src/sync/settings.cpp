#include "sync/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::sync {

namespace {

model::AttributeIndex attribute_named(const model::Schema& schema, const std::string& name, const std::string& where) {
  if (const auto found = schema.find(name)) return *found;
  std::vector<std::string> names;
  for (const auto& attribute : schema.attributes) names.push_back(attribute.name);
  const auto likely = text::nearest(name, names);
  throw base::CannotRun(fmt::format("{}: \"{}\" is no attribute of this profile{}", where, name,
                                    likely ? fmt::format("; did you mean \"{}\"?", *likely) : ""));
}

std::string canonical_value(const model::Attribute& attribute, const std::string& cell, const std::string& where) {
  const roster::CellValue value = roster::parse_cell(attribute, cell);
  if (!value.reason.empty()) throw base::CannotRun(fmt::format("{}.{}: {}", where, attribute.name, value.message));
  if (value.presence != model::Presence::value) {
    throw base::CannotRun(fmt::format("{}.{}: a value is needed", where, attribute.name));
  }
  return value.text;
}

roster::ManifestRule manifest_rule(job::Manifest manifest) {
  switch (manifest) {
    case job::Manifest::required:
      return roster::ManifestRule::required;
    case job::Manifest::off:
      return roster::ManifestRule::off;
    case job::Manifest::automatic:
      break;
  }
  return roster::ManifestRule::automatic;
}

plan::Limit limit_of(const job::Limit& limit) {
  return {limit.percent, limit.count};
}

bool finds_its_rate(const Order& order) {
  return order.job.http.rate ? order.job.http.rate->automatic : order.profile.wire.rate.requests == 0;
}

// What people are matched by anyway says nothing of who they are once it changes; and a secret would be remembered.
void check_stable_key(const Order& order) {
  const model::Schema& schema = order.profile.schema;
  for (model::AttributeIndex index = 0; index < schema.size(); ++index) {
    if (text::loose_name(schema[index].name) != text::loose_name(order.job.roster.key)) continue;
    if (index == schema.key) {
      throw base::CannotRun(fmt::format(
          "roster.key: people are matched by {} anyway; name a column that stays the same when their {} changes",
          schema[index].name, schema[index].name));
    }
    if (schema[index].type == model::Type::secret) {
      throw base::CannotRun(fmt::format("roster.key: {} is a secret, which is never remembered", schema[index].name));
    }
  }
}

void check_manage(const Order& order) {
  const model::Schema& schema = order.profile.schema;
  for (const auto& [name, globs] : order.job.manage) {
    if (schema[attribute_named(schema, name, "manage")].readable) continue;
    throw base::CannotRun(fmt::format(
        "manage.{}: this attribute cannot be read from the directory, so it cannot tell whom the roster speaks for",
        name));
  }
}

std::size_t max_in_flight(const Order& order) {
  return static_cast<std::size_t>(order.job.http.max_in_flight.value_or(order.profile.wire.rate.max_in_flight));
}

}  // namespace

roster::Options roster_options(const Order& order) {
  roster::Options options;
  options.key = order.job.roster.key;
  options.columns = order.job.roster.columns;
  options.delimiter = order.job.roster.delimiter;
  options.manifest = manifest_rule(order.job.roster.manifest);
  options.blank_clears["*"] = order.job.roster.blank == job::Blank::clear;
  for (const auto& [name, blank] : order.job.roster.blank_by_attribute) {
    attribute_named(order.profile.schema, name, "roster.blank");
    options.blank_clears[name] = blank == job::Blank::clear;
  }
  return options;
}

namespace {

plan::MissingOptions missing_options(const Order& order) {
  plan::MissingOptions options;
  options.deactivate = order.job.missing == job::Missing::deactivate;
  options.after = order.job.missing_after;
  for (const auto& [name, globs] : order.job.manage) {
    options.manage.emplace_back(attribute_named(order.profile.schema, name, "manage"), globs);
  }
  return options;
}

}  // namespace

plan::Options plan_options(const Order& order, std::string own_user_id) {
  const model::Schema& schema = order.profile.schema;
  plan::Options options;
  options.create = order.job.create;
  options.update = order.job.update;
  options.own_user_id = std::move(own_user_id);
  options.limit = order.limit;
  options.missing = missing_options(order);
  for (const auto& protection : order.job.protect) {
    plan::Protection made;
    made.key_glob = protection.email_glob;
    for (const auto& [name, value] : protection.attributes) {
      const auto index = attribute_named(schema, name, "protect");
      made.attributes.emplace_back(index, canonical_value(schema[index], value, "protect"));
    }
    options.protect.push_back(std::move(made));
  }
  for (const auto& [name, cell] : order.job.roster.defaults) {
    const auto index = attribute_named(schema, name, "roster.defaults");
    if (!schema[index].writable()) {
      throw base::CannotRun(fmt::format("roster.defaults.{}: this attribute cannot be written", name));
    }
    options.defaults[index] = canonical_value(schema[index], cell, "roster.defaults");
  }
  const auto comparable = [&](const std::string& key) { return model::comparable(schema[schema.key], text::nfc(key)); };
  for (const auto& [key, former] : order.accept_renames) {
    options.acceptances.renames[comparable(key)] = comparable(former);
  }
  for (const auto& key : order.accept_new) options.acceptances.newcomers.insert(comparable(key));
  for (const auto& [before, after] : order.job.email_domains) {
    options.identity.domains[text::fold(before)] = text::fold(after);
  }
  for (const auto& key : order.only) options.only.insert(comparable(key));
  return options;
}

plan::Limits plan_limits(const Order& order) {
  const job::Limits& from = order.job.limits;
  plan::Limits limits;
  limits.creates = limit_of(from.creates);
  limits.updates = limit_of(from.updates);
  limits.floor = from.floor;
  limits.deactivations = limit_of(from.deactivations);
  limits.deactivations_floor = from.deactivations_floor;
  limits.privileged = from.privileged;
  const model::Schema& schema = order.profile.schema;
  for (const char* usual : {"email", "role"}) {
    if (schema.find(usual)) limits.attributes[usual] = plan::Limit{5.0, 0};
  }
  limits.attributes[schema[schema.key].name] = plan::Limit{5.0, 0};
  for (const auto index : schema.guarded) limits.attributes[schema[index].name] = plan::Limit{5.0, 0};
  for (const auto& [name, limit] : from.attributes) {
    attribute_named(order.profile.schema, name, "limits.attributes");
    limits.attributes[name] = limit_of(limit);
  }
  const auto own = {"creates", "updates", "deactivations", "privileged", "shrink"};
  for (const auto& [name, count] : order.allow) {
    if (std::find(own.begin(), own.end(), name) == own.end() && !order.profile.schema.find(name)) {
      throw base::CannotRun(fmt::format(
          "--allow {}={}: there is no limit \"{}\"; use creates, updates, deactivations, privileged, shrink or "
          "an attribute's name",
          name, count, name));
    }
    limits.allowed[name] = count;
  }
  return limits;
}

std::vector<model::AttributeIndex> merged_attributes(const Order& order) {
  const model::Schema& schema = order.profile.schema;
  std::vector<model::AttributeIndex> lists;
  for (const std::string& name : order.job.merge) {
    lists.push_back(attribute_named(schema, name, "merge"));
    const model::Type type = schema[lists.back()].type;
    if (type == model::Type::text_set || type == model::Type::integer_set_set) continue;
    throw base::CannotRun(fmt::format("merge: {} is one value, not a list, and cannot be united over rows", name));
  }
  return lists;
}

http::TransportOptions transport_options(const Order& order, int wake_up_descriptor) {
  http::TransportOptions options;
  options.max_in_flight = max_in_flight(order);
  options.timeout = order.job.http.timeout;
  options.wake_up_descriptor = wake_up_descriptor;
  return options;
}

bool writes(const Order& order) {
  switch (order.command) {
    case Command::plan:
    case Command::validate:
      return false;
    case Command::rollback:
      return order.carry_out;
    case Command::sync:
    case Command::resume:
    case Command::apply:
      break;
  }
  return true;
}

http::DispatcherOptions dispatcher_options(const Order& order, std::optional<base::Instant> deadline) {
  http::DispatcherOptions options;
  options.max_in_flight = max_in_flight(order);
  options.retry.retries = order.job.http.retries;
  options.retry.throttle_pause = order.profile.wire.rate.retry_after;
  if (finds_its_rate(order)) options.retry.throttle_pause = {};  // the limiter slows down by itself
  options.retry.max_wait = order.job.http.max_wait;
  options.dry_run = writes(order) ? http::DryRun::no : http::DryRun::yes;
  options.deadline = deadline;
  return options;
}

std::size_t most_under_way(const Order& order) {
  return 2 * std::max<std::size_t>(16, max_in_flight(order));
}

std::unique_ptr<http::RateLimiter> rate_limiter(const Order& order, http::RateMemory* memory) {
  if (finds_its_rate(order)) {
    http::AdaptiveOptions options;
    options.max_in_flight = max_in_flight(order);
    return http::make_adaptive_limiter(options, memory);
  }
  const profile::Rate& published = order.profile.wire.rate;
  std::uint64_t requests =
      static_cast<std::uint64_t>(std::floor(static_cast<double>(published.requests) * published.share));
  base::Duration per = published.per;
  if (order.job.http.rate) {
    requests = order.job.http.rate->requests;
    per = order.job.http.rate->per;
  }
  requests = std::max<std::uint64_t>(requests, 1);
  return published.shape == profile::RateShape::window ? http::make_window_limiter(requests, per, memory)
                                                       : http::make_bucket_limiter(requests, per, memory);
}

namespace {

// Disabling people takes a way to do it, and a listing that shows who is missing.
void check_missing(const Order& order) {
  if (order.job.missing != job::Missing::deactivate) return;
  if (!order.profile.schema.deactivation) {
    throw base::CannotRun(fmt::format(
        "missing: the profile {} does not say how a user is disabled (\"deactivate\" under \"operations\"), so "
        "\"deactivate\" cannot be carried out; use \"report\"",
        order.profile.name));
  }
  const job::Fetch fetch = order.job.http.fetch;
  if (order.only.empty() && (fetch == job::Fetch::by_id || fetch == job::Fetch::by_key)) {
    throw base::CannotRun(
        "missing: whom the roster lacks shows in a whole listing only; with \"deactivate\", leave http.fetch and "
        "--fetch "
        "at \"auto\" or \"list\"");
  }
}

}  // namespace

job::Fetch fetch_mode(const Order& order) {
  const bool lists = order.job.missing == job::Missing::deactivate && order.job.http.fetch == job::Fetch::automatic;
  return lists ? job::Fetch::list : order.job.http.fetch;
}

void check_settings(const Order& order) {
  roster_options(order);
  plan_options(order, {});
  plan_limits(order);
  check_stable_key(order);
  merged_attributes(order);
  check_manage(order);
  check_missing(order);
}

std::vector<model::AttributeIndex> wanted_attributes(const Order& order,
                                                     const std::vector<model::AttributeIndex>& columns) {
  const model::Schema& schema = order.profile.schema;
  std::set<model::AttributeIndex> wanted(columns.begin(), columns.end());
  const plan::Options options = plan_options(order, {});
  for (const auto& [index, value] : options.defaults) wanted.insert(index);
  for (const auto& [index, globs] : options.missing.manage) wanted.insert(index);
  for (const auto& protection : options.protect) {
    for (const auto& [index, value] : protection.attributes) wanted.insert(index);
  }
  if (schema.deactivation) wanted.insert(schema.deactivation->attribute);
  const std::set<model::AttributeIndex> named = wanted;
  for (const auto index : named) {
    for (const auto& rule : schema[index].applies_when) wanted.insert(rule.attribute);
  }
  for (model::AttributeIndex index = 0; index < schema.size(); ++index) {  // a change of one may take another's effect
    const auto& rules = schema[index].applies_when;
    if (std::any_of(rules.begin(), rules.end(), [&](const auto& rule) { return named.contains(rule.attribute); })) {
      wanted.insert(index);
    }
  }
  wanted.insert(schema.name.begin(), schema.name.end());
  wanted.insert(schema.signs.begin(), schema.signs.end());
  if (schema.organization) wanted.insert(*schema.organization);
  wanted.insert(order.profile.wire.me.of.begin(), order.profile.wire.me.of.end());
  wanted.insert(model::id_attribute);
  wanted.insert(schema.key);
  std::vector<model::AttributeIndex> readable;
  for (const auto index : wanted) {
    if (schema[index].readable) readable.push_back(index);
  }
  return readable;
}

}  // namespace rostersync::sync
