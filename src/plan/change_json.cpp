#include "plan/change_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "model/value.hpp"

namespace rostersync::plan {

using json::Json;
using json::OrderedJson;
using model::Action;
using model::Attribute;
using model::AttributeChange;
using model::Presence;

namespace {

[[noreturn]] void malformed(const char* what) {
  throw Json::other_error::create(501, what, nullptr);
}

Action action_of(const std::string& word) {
  const auto action = model::action_named(word);
  if (!action) malformed("an action that there is not");
  return *action;
}

OrderedJson value_json(const Attribute& attribute, Presence presence, const std::string& text) {
  if (presence == Presence::unknown) return {{"unknown", true}};
  if (presence != Presence::value) return nullptr;
  if (attribute.type == model::Type::secret) return {{"secret", true}};
  const Json typed = model::json_from_canonical(attribute, text);
  const model::Canonical back = model::canonical_from_json(attribute, typed);
  const bool comes_back = back.fault.empty() && back.presence == Presence::value && back.text == text;
  return comes_back ? OrderedJson(typed) : OrderedJson{{"canonical", text}};
}

std::pair<Presence, std::string> value_from(const Attribute& attribute, const Json& read) {
  if (read.is_null()) return {Presence::clear, {}};
  if (read.is_object()) {
    if (read == Json{{"unknown", true}}) return {Presence::unknown, {}};
    if (read == Json{{"secret", true}}) return {Presence::value, {}};
    if (read.size() != 1) malformed("a value of no known form");
    return {Presence::value, read.at("canonical").get<std::string>()};
  }
  model::Canonical value = model::canonical_from_json(attribute, read);
  if (!value.fault.empty() || value.presence != Presence::value || attribute.type == model::Type::secret) {
    malformed("a value that is none of its attribute's");
  }
  return {value.presence, std::move(value.text)};
}

AttributeChange attribute_change_from(const model::Schema& schema, const Json& read) {
  const auto name = read.at("attribute").get<std::string>();
  const auto index = schema.find(name);
  if (!index) {
    throw base::CannotRun(
        fmt::format("the plan speaks of the attribute \"{}\", which the profile does not have", name));
  }
  AttributeChange change;
  change.attribute = *index;
  if (read.contains("before")) {
    std::tie(change.before_presence, change.before) = value_from(schema[*index], read["before"]);
  }
  std::tie(change.after_presence, change.after) = value_from(schema[*index], read.at("after"));
  return change;
}

// Bytes that are no UTF-8 are replaced, never thrown at.
std::string compact(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace

OrderedJson change_json(const model::Schema& schema, const model::Change& change) {
  std::vector<const AttributeChange*> by_name;
  for (const AttributeChange& one : change.attributes) by_name.push_back(&one);
  std::sort(by_name.begin(), by_name.end(),
            [&](const auto* a, const auto* b) { return schema[a->attribute].name < schema[b->attribute].name; });
  OrderedJson attributes = OrderedJson::array();
  for (const AttributeChange* one : by_name) {
    const Attribute& attribute = schema[one->attribute];
    OrderedJson& told = attributes.emplace_back();
    told["attribute"] = attribute.name;
    if (one->before_presence != Presence::absent) {
      told["before"] = value_json(attribute, one->before_presence, one->before);
    }
    told["after"] = value_json(attribute, one->after_presence, one->after);
  }
  return {{"action", model::to_string(change.action)},
          {"user_id", change.user_id.empty() ? OrderedJson() : OrderedJson(change.user_id)},
          {"email", change.key},
          {"changes", std::move(attributes)}};
}

model::Change change_from_json(const model::Schema& schema, const Json& read) {
  model::Change change;
  change.action = action_of(read.at("action").get<std::string>());
  if (!read.at("user_id").is_null()) change.user_id = read["user_id"].get<std::string>();
  if ((change.action == Action::create) != change.user_id.empty())
    malformed("a change to nobody, or a create to somebody");
  change.key = read.at("email").get<std::string>();
  for (const Json& one : read.at("changes")) change.attributes.push_back(attribute_change_from(schema, one));
  return change;
}

std::string changes_digest(const model::Schema& schema, const std::vector<model::Change>& changes) {
  std::vector<std::string> lines;
  lines.reserve(changes.size());
  for (const model::Change& change : changes) lines.push_back(compact(change_json(schema, change)));
  std::sort(lines.begin(), lines.end());
  base::Sha256 digest;
  for (const std::string& line : lines) digest.update(line + "\n");
  return digest.hex_digest();
}

}  // namespace rostersync::plan
