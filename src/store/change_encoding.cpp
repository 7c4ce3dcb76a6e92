#include "store/change_encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "json/json.hpp"
#include "store/encoding.hpp"

namespace rostersync::store {

using json::Json;
using model::Presence;

namespace {

// One side of a change: no member for absent, null for clear, the text of a value, true for a value whose text is not
// told, false for unknown.
void put_side(Json& object, const char* name, bool secret, Presence presence, const std::string& text) {
  switch (presence) {
    case Presence::absent:
      return;
    case Presence::clear:
      object[name] = nullptr;
      return;
    case Presence::unknown:
      object[name] = false;
      return;
    case Presence::value:
      object[name] = secret ? Json(true) : Json(text);
  }
}

Presence take_side(const Json& object, const char* name, std::string& text) {
  const auto found = object.find(name);
  if (found == object.end()) return Presence::absent;
  if (found->is_null()) return Presence::clear;
  if (found->is_boolean()) return found->get<bool>() ? Presence::value : Presence::unknown;
  text = found->get<std::string>();
  return Presence::value;
}

model::AttributeIndex index_of(const model::Schema& schema, const std::string& name) {
  if (const auto index = schema.find(name)) return *index;
  throw base::CannotRun(
      fmt::format("the journal speaks of the attribute \"{}\", which the profile does not have any more; put it back "
                  "to go on with that run, or to report it",
                  name));
}

std::uint64_t half_of(const std::string& hash, std::size_t start) {
  std::uint64_t half = 0;
  const char* const end = hash.data() + start + 16;
  const bool whole = hash.size() == 32 && std::from_chars(hash.data() + start, end, half, 16).ptr == end;
  return whole ? half : throw Json::other_error::create(501, "not a hash", nullptr);
}

}  // namespace

std::string encode(const model::Schema& schema, const std::vector<model::AttributeChange>& changes) {
  if (changes.empty()) return {};
  Json array = Json::array();
  for (const model::AttributeChange& change : changes) {
    const bool secret = schema[change.attribute].type == model::Type::secret;
    Json object = {{"attribute", schema[change.attribute].name}};
    put_side(object, "before", secret, change.before_presence, change.before);
    put_side(object, "after", secret, change.after_presence, change.after);
    array.push_back(std::move(object));
  }
  return stored(array);
}

std::vector<model::AttributeChange> decode_changes(const model::Schema& schema, std::string_view text) {
  std::vector<model::AttributeChange> changes;
  if (text.empty()) return changes;
  const Json read = Json::parse(text);
  for (const Json& item : read) {
    model::AttributeChange& change = changes.emplace_back();
    change.attribute = index_of(schema, item.at("attribute").get<std::string>());
    change.before_presence = take_side(item, "before", change.before);
    change.after_presence = take_side(item, "after", change.after);
  }
  return changes;
}

std::string encode(const model::Schema& schema, const model::Fingerprint& planned_on) {
  if (planned_on.over.empty()) return {};
  Json names = Json::array();
  for (const model::AttributeIndex index : planned_on.over) names.push_back(schema[index].name);
  return stored(
      {{"over", std::move(names)}, {"hash", fmt::format("{:016x}{:016x}", planned_on.hash.high, planned_on.hash.low)}});
}

model::Fingerprint decode_fingerprint(const model::Schema& schema, std::string_view text) {
  model::Fingerprint planned_on;
  if (text.empty()) return planned_on;
  const Json read = Json::parse(text);
  for (const Json& name : read.at("over")) planned_on.over.push_back(index_of(schema, name.get<std::string>()));
  std::sort(planned_on.over.begin(), planned_on.over.end());
  const auto hash = read.at("hash").get<std::string>();
  planned_on.hash = {half_of(hash, 0), half_of(hash, 16)};
  return planned_on;
}

}  // namespace rostersync::store
