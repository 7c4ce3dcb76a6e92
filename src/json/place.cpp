#include "json/place.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>

#include "json/pointer.hpp"

namespace rostersync::json {

namespace {

// "0", "17"; never "01", "-" or "".
std::optional<std::size_t> index_in(std::string_view part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  const bool whole = error == std::errc{} && end == part.data() + part.size();
  if (!whole || (part.size() > 1 && part.front() == '0')) return std::nullopt;
  return index;
}

// An index that something may be made for: a longer number is a name, such as that of a custom field.
std::optional<std::size_t> index_to_make(std::string_view part) {
  return part.size() <= 2 ? index_in(part) : std::nullopt;
}

Json& made_within(Json& value, const std::string& part) {
  const auto index = index_to_make(part);
  if (value.is_object()) return value[part];
  if (value.is_array()) {
    const auto there = index_in(part);
    if (there && *there < value.size()) return value[*there];
  }
  if (!value.is_array() || !index) value = index ? Json::array() : Json::object();
  return index ? value[*index] : value[part];
}

}  // namespace

const Json* found_at(const Json& document, std::string_view pointer) {
  const Json* value = &document;
  for (const std::string& part : pointer_parts(pointer)) {
    if (value->is_object()) {
      const auto member = value->find(part);
      if (member == value->end()) return nullptr;
      value = &*member;
      continue;
    }
    const auto index = value->is_array() ? index_in(part) : std::nullopt;
    if (!index || *index >= value->size()) return nullptr;
    value = &(*value)[*index];
  }
  return value;
}

Json* found_at(Json& document, std::string_view pointer) {
  return const_cast<Json*>(found_at(static_cast<const Json&>(document), pointer));
}

Json& made_at(Json& document, std::string_view pointer) {
  Json* value = &document;
  for (const std::string& part : pointer_parts(pointer)) value = &made_within(*value, part);
  return *value;
}

}  // namespace rostersync::json
