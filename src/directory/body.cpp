#include "directory/body.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "json/place.hpp"
#include "json/pointer.hpp"
#include "model/value.hpp"

namespace rostersync::directory {

using json::Json;
using model::AttributeChange;

namespace {

// As many as a double tells apart, in which many an API reads numbers.
constexpr std::size_t most_digits = 15;

bool is_plain_number(std::string_view text) {
  return !text.empty() && text.size() <= most_digits && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Json said(const model::Attribute& attribute, const profile::AttributePaths& paths, const AttributeChange& change,
          Direction direction) {
  if (change.after_presence == model::Presence::clear) return paths.cleared;
  for (const auto& [value, code] : paths.codes) {
    if (value == change.after) return code;
  }
  const bool as_number = direction == Direction::create ? paths.number_on_create : paths.number_on_update;
  if (as_number && is_plain_number(change.after)) return Json(std::stoll(change.after));
  return model::json_from_canonical(attribute, change.after);
}

const std::string& path_of(const profile::AttributePaths& paths, Direction direction) {
  return direction == Direction::create ? paths.create : paths.update;
}

void lay_over(Json& object, const model::Schema& schema, const profile::Wire& wire,
              const std::vector<AttributeChange>& changes, Direction direction) {
  for (const AttributeChange& change : changes) {
    const profile::AttributePaths& paths = wire.attributes[change.attribute];
    const std::string& path = path_of(paths, direction);
    if (!path.empty()) json::made_at(object, path) = said(schema[change.attribute], paths, change, direction);
  }
}

// What stands at `path` goes out of `object`, and with it an object that holds nothing else. An array stays as it is:
// without one of its items, it would say something else.
void take_out(Json& object, const std::string& path) {
  const std::vector<std::string> parts = json::pointer_parts(path);
  std::vector<Json*> holders;
  for (Json* at = &object; holders.size() < parts.size(); at = &(*at)[parts[holders.size() - 1]]) {
    if (!at->is_object() || !at->contains(parts[holders.size()])) return;
    holders.push_back(at);
  }
  for (std::size_t i = parts.size(); i > 0; --i) {
    holders[i - 1]->erase(parts[i - 1]);
    if (!holders[i - 1]->empty()) return;
  }
}

// Whether an update has the attribute in another place than a read.
bool is_moved(const profile::AttributePaths& paths) {
  return !paths.read.empty() && !paths.update.empty() && paths.read != paths.update;
}

}  // namespace

Json body_of(const model::Schema& schema, const profile::Wire& wire, const Json& constants, const std::string& at,
             const std::vector<AttributeChange>& changes, Direction direction) {
  Json body = constants.is_null() ? Json::object() : constants;
  Json& user = json::made_at(body, at);
  if (!user.is_object()) user = Json::object();
  lay_over(user, schema, wire, changes, direction);
  return body;
}

Json whole_user_object(const model::Schema& schema, const profile::Wire& wire, Json as_read,
                       const std::vector<AttributeChange>& changes) {
  std::vector<std::pair<std::string, Json>> moved;
  for (model::AttributeIndex index = 0; index < schema.size(); ++index) {
    const profile::AttributePaths& paths = wire.attributes[index];
    if (!is_moved(paths)) continue;
    const Json* value = json::found_at(as_read, paths.read);
    if (value != nullptr && !value->is_null()) moved.emplace_back(paths.update, *value);
  }
  for (model::AttributeIndex index = 0; index < schema.size(); ++index) {
    if (is_moved(wire.attributes[index])) take_out(as_read, wire.attributes[index].read);
  }
  for (const std::string& place : wire.update.without) take_out(as_read, place);
  for (auto& [path, value] : moved) json::made_at(as_read, path) = std::move(value);
  lay_over(as_read, schema, wire, changes, Direction::update);
  return as_read;
}

Json enclosed(const Json& constants, const std::string& at, Json user) {
  Json body = constants.is_null() ? Json::object() : constants;
  Json& place = json::made_at(body, at);
  if (place.is_object()) {
    place.update(user, true);
  } else {
    place = std::move(user);
  }
  return body;
}

std::optional<std::string> value_of_code(const profile::AttributePaths& paths, const Json& said) {
  const auto as_text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
  for (const auto& [value, code] : paths.codes) {
    if (code == said || (said.is_primitive() && !said.is_null() && as_text(code) == as_text(said))) return value;
  }
  return std::nullopt;
}

}  // namespace rostersync::directory
