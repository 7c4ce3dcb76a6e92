#include <chrono>
#include <utility>
#include <vector>

#include "model/value.hpp"
#include "profile/profile.hpp"
#include "profile/words.hpp"

namespace rostersync::profile {
namespace {

using json::OrderedJson;
using model::Attribute;
using model::OnUpdate;
using model::Schema;

OrderedJson update_in_json(OnUpdate on_update) {
  if (on_update == OnUpdate::on_request) return "on_request";
  return on_update == OnUpdate::yes;
}

OrderedJson never_in_json(const std::vector<model::Never>& rules) {
  OrderedJson all = OrderedJson::array();
  for (const model::Never& rule : rules) {
    OrderedJson& one = all.emplace_back(OrderedJson::object());
    if (rule.from) one["from"] = *rule.from;
    if (rule.to) one["to"] = *rule.to;
    one["why"] = rule.why;
  }
  return all;
}

OrderedJson policy_in_json(const model::Policy& policy) {
  OrderedJson rules = OrderedJson::object();
  if (policy.min_length > 0) rules["min_length"] = policy.min_length;
  if (policy.max_length > 0) rules["max_length"] = policy.max_length;
  if (policy.max_items > 0) rules["max_items"] = policy.max_items;
  if (policy.upper) rules["upper"] = true;
  if (policy.lower) rules["lower"] = true;
  if (policy.special) rules["special"] = true;
  return rules;
}

// In the order in which they are tried.
OrderedJson auth_in_json(const Auth& ways) {
  OrderedJson all = OrderedJson::array();
  for (const AuthWay& way : ways) all.push_back({{"by", way.by}, {"credentials", way.credentials}});
  return all;
}

OrderedJson attribute_in_json(const Schema& schema, const Attribute& attribute) {
  OrderedJson it;
  it["name"] = attribute.name;
  it["type"] = type_name(attribute.type);
  it["read"] = attribute.readable;
  it["create"] = attribute.on_create;
  it["update"] = update_in_json(attribute.on_update);
  it["required"] = attribute.required;
  it["clearable"] = attribute.clearable;
  if (!attribute.values.empty()) it["values"] = attribute.values;
  if (attribute.initial) it["initial"] = OrderedJson(model::json_from_canonical(attribute, *attribute.initial));
  for (const model::AppliesWhen& condition : attribute.applies_when) {
    it["applies_when"][schema[condition.attribute].name] = condition.values;
  }
  if (!attribute.never.empty()) it["never"] = never_in_json(attribute.never);
  if (!attribute.privileged.empty()) it["privileged"] = attribute.privileged;
  if (OrderedJson policy = policy_in_json(attribute.policy); !policy.empty()) it["policy"] = std::move(policy);
  it["description"] = attribute.description;
  if (!attribute.why.empty()) it["why"] = attribute.why;
  if (!attribute.deprecated.empty()) it["deprecated"] = attribute.deprecated;
  return it;
}

}  // namespace

OrderedJson reference_json(const Profile& profile) {
  const Schema& schema = profile.schema;
  const Rate& rate = profile.wire.rate;
  OrderedJson it;
  it["name"] = profile.name;
  it["title"] = profile.title;
  it["description"] = profile.description;
  it["base_url"] = profile.wire.base_url;
  it["credentials"] = profile.credentials;
  if (!profile.wire.auth.empty()) it["auth"] = auth_in_json(profile.wire.auth);
  it["rate"] = OrderedJson::object();
  if (rate.requests > 0) {
    it["rate"]["requests"] = rate.requests;
    it["rate"]["per_seconds"] = std::chrono::duration<double>(rate.per).count();
    it["rate"]["share"] = rate.share;
  }
  it["rate"]["max_in_flight"] = rate.max_in_flight;
  it["key"] = schema[schema.key].name;
  it["name_attributes"] = OrderedJson::array();
  for (const auto index : schema.name) it["name_attributes"].push_back(schema[index].name);
  if (schema.deactivation) {
    const Attribute& attribute = schema[schema.deactivation->attribute];
    it["deactivation"][attribute.name] = OrderedJson(model::json_from_canonical(attribute, schema.deactivation->value));
  }
  it["attributes"] = OrderedJson::array();
  for (const Attribute& attribute : schema.attributes) {
    it["attributes"].push_back(attribute_in_json(schema, attribute));
  }
  return it;
}

}  // namespace rostersync::profile
