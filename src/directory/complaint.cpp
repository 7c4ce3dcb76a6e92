#include "directory/complaint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "json/place.hpp"
#include "json/view.hpp"

namespace rostersync::directory {

using json::Json;

namespace {

constexpr std::size_t most_names = 12;

std::string shape(const Json& value) {
  if (value.is_array()) return "a list";
  if (!value.is_object()) return value.is_null() ? "null" : "a single value";
  std::vector<std::string> names;
  for (const auto& [name, member] : value.items()) {
    if (names.size() == most_names) {
      names.emplace_back("…");
      break;
    }
    names.push_back(name);
  }
  return names.empty() ? "an empty object" : fmt::format("an object of {}", fmt::join(names, ", "));
}

std::string place_in_words(const std::string& place) {
  return place.empty() ? "as a whole" : "at " + place;
}

// What is wrong with one that should be a user, or hold one at `place`; empty: nothing.
std::string trouble_with_user(const Json& holder, const std::string& place, const std::string& id_place) {
  const Json* user = json::found_at(holder, place);
  if (user == nullptr || !user->is_object()) {
    return fmt::format("there is no user \"{}\" in it: it is {}", place, shape(holder));
  }
  const Json* id = json::found_at(*user, id_place);
  const bool is_id = id != nullptr && (id->is_number_integer() || (id->is_string() && *id != Json("")));
  return is_id ? "" : fmt::format("a user has no id at {}: it is {}", id_place, shape(*user));
}

std::string trouble_with_users(const Json& document, const std::string& items, const std::string& user,
                               const std::string& id_place) {
  const Json* list = json::found_at(document, items);
  if (list == nullptr || !list->is_array()) {
    return fmt::format("there is no list of users {} (\"items\"): it is {}", place_in_words(items), shape(document));
  }
  for (const Json& item : *list) {
    if (std::string why = trouble_with_user(item, user, id_place); !why.empty()) return why;
  }
  return {};
}

std::string trouble(const profile::Wire& wire, const Operation& operation, const Json& document) {
  const std::string& id = wire.attributes.front().read;
  const auto several = [&](const profile::ListOperation& list) {
    return trouble_with_users(document, list.items, list.user, id);
  };
  if (std::holds_alternative<FindUser>(operation)) return several(wire.find);
  if (std::holds_alternative<FindByName>(operation)) return several(wire.find_name);
  if (std::holds_alternative<ReadUser>(operation)) return trouble_with_user(document, wire.read.user, id);
  if (!std::holds_alternative<ReadOwnUser>(operation)) return several(wire.list);
  if (wire.me.searches) return trouble_with_users(document, wire.me.items, wire.me.user, id);
  return trouble_with_user(document, wire.me.user, id);
}

}  // namespace

std::string complaint(const profile::Wire& wire, const Operation& operation, const http::Response& response) {
  json::ViewReader reader;
  const auto document = reader.read(response.body);
  if (!document) return response.body.empty() ? "without a body" : "with a body that is not JSON, or not all of it";
  const std::string why = trouble(wire, operation, json::to_json(*document));
  return why.empty() ? "with a body that is not what this operation answers with" : "but " + why;
}

}  // namespace rostersync::directory
