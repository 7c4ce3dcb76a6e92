#include "json/view.hpp"

#include <charconv>
#include <new>

#include "json/depth.hpp"

namespace rostersync::json {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::optional<View> member(ViewObject object, std::string_view name) {
  std::optional<View> found;
  for (const auto field : object) {
    if (field.key == name) found = field.value;
  }
  return found;
}

// "0", "17"; never "01" or "-".
std::optional<View> item(ViewArray array, std::string_view part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc{} || end != part.data() + part.size() || (part.size() > 1 && part[0] == '0')) return {};
  for (const View one : array) {
    if (index-- == 0) return one;
  }
  return std::nullopt;
}

}  // namespace

ViewReader::ViewReader() {
  if (parser_.allocate(4096, deepest_nesting) != simdjson::SUCCESS) {
    throw std::bad_alloc();
  }
}

std::optional<View> ViewReader::parsed(std::string_view text) {
  View document;
  if (parser_.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS) return std::nullopt;
  return document;
}

std::optional<View> ViewReader::read(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (text.starts_with(byte_order_mark)) return std::nullopt;  // Json would skip it
  if (const auto document = parsed(text)) return document;
  // Whole numbers beyond 64 bits are JSON too, and simdjson does not take them; as Json they are rounded.
  const Json rounded = Json::parse(text, nullptr, false);
  if (rounded.is_discarded() || is_deeper_than(deepest_nesting, rounded)) return std::nullopt;
  return parsed(rounded.dump());
}

ViewArray items_of(View array) {
  return array.get_array().value_unsafe();
}

ViewObject members_of(View object) {
  return object.get_object().value_unsafe();
}

std::string_view text_of(View text) {
  return text.get_string().value_unsafe();
}

std::optional<View> at(View value, const std::vector<std::string>& parts, std::size_t first) {
  std::optional<View> found = value;
  for (std::size_t i = first; i < parts.size() && found; ++i) {
    if (found->is_object()) {
      found = member(members_of(*found), parts[i]);
    } else if (found->is_array()) {
      found = item(items_of(*found), parts[i]);
    } else {
      found = std::nullopt;
    }
  }
  return found;
}

Json to_json(View value) {
  switch (value.type()) {
    case simdjson::dom::element_type::ARRAY: {
      Json array = Json::array();
      for (const View one : items_of(value)) array.push_back(to_json(one));
      return array;
    }
    case simdjson::dom::element_type::OBJECT: {
      Json object = Json::object();
      for (const auto field : members_of(value)) object[std::string(field.key)] = to_json(field.value);
      return object;
    }
    case simdjson::dom::element_type::INT64: {
      const std::int64_t number = value.get_int64().value_unsafe();
      return number < 0 ? Json(number) : Json(static_cast<std::uint64_t>(number));
    }
    case simdjson::dom::element_type::UINT64:
      return value.get_uint64().value_unsafe();
    case simdjson::dom::element_type::DOUBLE:
      return value.get_double().value_unsafe();
    case simdjson::dom::element_type::STRING:
      return text_of(value);
    case simdjson::dom::element_type::BOOL:
      return value.get_bool().value_unsafe();
    case simdjson::dom::element_type::NULL_VALUE:
      break;
  }
  return nullptr;
}

}  // namespace rostersync::json
