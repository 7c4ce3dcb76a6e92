#include "directory/user_decoder.hpp"

#include <algorithm>
#include <string_view>

#include "directory/body.hpp"
#include "directory/words.hpp"
#include "model/value.hpp"

namespace rostersync::directory {

using json::View;
using model::Presence;

namespace {

// The items, if all are texts.
std::optional<std::vector<std::string_view>> texts_of(json::ViewArray array) {
  std::vector<std::string_view> texts;
  texts.reserve(array.size());
  for (const View item : array) {
    if (!item.is_string()) return std::nullopt;
    texts.push_back(json::text_of(item));
  }
  return texts;
}

bool is_empty(View value) {
  return value.is_null() || (value.is_array() && json::items_of(value).begin() == json::items_of(value).end());
}

// What is common goes without the Json.
model::Canonical canonical(const model::Attribute& attribute, View value) {
  if (value.is_string()) return model::canonical_from_text(attribute, json::text_of(value));
  if (is_empty(value)) return {};
  if (value.is_bool() && attribute.type == model::Type::boolean) {
    return {Presence::value, value.get_bool().value_unsafe() ? "true" : "false", {}};
  }
  if (value.is_int64() && attribute.type == model::Type::integer) {
    return {Presence::value, std::to_string(value.get_int64().value_unsafe()), {}};
  }
  if (value.is_array() && attribute.type == model::Type::text_set) {
    if (const auto texts = texts_of(json::items_of(value))) return model::canonical_from_texts(*texts);
  }
  return model::canonical_from_json(attribute, json::to_json(value));
}

bool says_nothing(View value) {
  return is_empty(value) || (value.is_string() && json::text_of(value).empty());
}

// Of a value that has no code. It equals nothing that is desired, even where it reads like one.
std::string without_code(const profile::AttributePaths& paths, View value) {
  std::string words = shortened(in_words(json::to_json(value)));
  const bool misleads =
      std::any_of(paths.codes.begin(), paths.codes.end(), [&](const auto& code) { return code.first == words; });
  return misleads ? "no code: " + words : words;
}

}  // namespace

std::optional<std::string> id_text(std::optional<View> value) {
  if (!value) return std::nullopt;
  if (value->is_string() && !json::text_of(*value).empty()) return std::string(json::text_of(*value));
  if (value->is_int64() || value->is_uint64()) return json::to_json(*value).dump();
  return std::nullopt;
}

UserDecoder::UserDecoder(const model::Schema& schema, const profile::Wire& wire,
                         const std::vector<model::AttributeIndex>& wanted)
    : schema_(schema) {
  for (const auto index : wanted) {
    const profile::AttributePaths& paths = wire.attributes[index];
    columns_.push_back({index, json::pointer_parts(paths.read), {}, &paths});
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].path.empty()) continue;
    const std::size_t length = columns_[i].path.front().size();
    if (length >= by_length_.size()) by_length_.resize(length + 1);
    by_length_[length].push_back(i);
  }
}

// Goes through the object once, as its members have no index.
void UserDecoder::find_values(View item) {
  for (Column& column : columns_) column.value = column.path.empty() ? std::optional(item) : std::nullopt;
  for (const auto member : json::members_of(item)) {
    if (member.key.size() >= by_length_.size()) continue;
    for (const std::size_t i : by_length_[member.key.size()]) {
      Column& column = columns_[i];
      if (column.path.front() != member.key) continue;
      column.value = column.path.size() == 1 ? std::optional(member.value) : json::at(member.value, column.path, 1);
    }
  }
}

void UserDecoder::set(const Column& column, View value, model::Row row, model::Users& users) const {
  if (!column.paths->codes.empty()) {
    if (const auto coded = value_of_code(*column.paths, json::to_json(value))) {
      return users.set(row, column.attribute, Presence::value, *coded);
    }
    if (!says_nothing(value))
      return users.set(row, column.attribute, Presence::value, without_code(*column.paths, value));
  }
  const model::Canonical found = canonical(schema_[column.attribute], value);
  if (found.fault.empty() && found.text.size() <= model::TextPool::max_text) {
    users.set(row, column.attribute, found.presence, found.text);
  } else {  // of another type, or beyond all measure: it equals nothing that is desired
    users.set(row, column.attribute, Presence::value, shortened(in_words(json::to_json(value))));
  }
}

bool UserDecoder::add_part(View item, model::Users& users) {
  if (!item.is_object()) return false;
  find_values(item);
  const model::Row row = users.add();
  for (const Column& column : columns_) {
    if (column.value && column.attribute != model::id_attribute) {
      set(column, *column.value, row, users);
    } else {
      users.set(row, column.attribute, Presence::unknown);
    }
  }
  return true;
}

bool UserDecoder::add(View item, Presence where_missing, model::Users& users) {
  if (!item.is_object()) return false;
  find_values(item);
  const model::Row row = users.add();
  for (const Column& column : columns_) {
    if (column.attribute == model::id_attribute) {
      const auto id = id_text(column.value);
      if (!id) return false;
      users.set(row, column.attribute, Presence::value, *id);  // verbatim: writes are addressed by it
    } else if (!column.value) {
      users.set(row, column.attribute, where_missing);
    } else {
      set(column, *column.value, row, users);
    }
  }
  return true;
}

}  // namespace rostersync::directory
