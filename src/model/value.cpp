#include "model/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "text/text.hpp"

namespace rostersync::model {

using json::Json;

namespace {

Canonical value(std::string text) {
  if (text.empty()) return {};
  return {Presence::value, std::move(text), {}};
}

Canonical fault(std::string sentence) {
  return {Presence::absent, {}, std::move(sentence)};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> integer_of(const Json& item) {
  if (item.is_number_unsigned() && item.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  if (item.is_number_integer()) return item.get<std::int64_t>();
  if (item.is_number_float()) {
    const double number = item.get<double>();
    if (std::floor(number) == number && std::fabs(number) < 9e15) return static_cast<std::int64_t>(number);
    return std::nullopt;
  }
  if (item.is_string()) return whole_number(text::trim(item.get_ref<const std::string&>()));
  return std::nullopt;
}

// The text of a scalar; nothing for arrays, objects and null.
std::optional<std::string> text_of(const Json& item) {
  if (item.is_string()) return text::nfc(item.get_ref<const std::string&>());
  if (item.is_number() || item.is_boolean()) return item.dump();
  return std::nullopt;
}

bool is_blank(const Attribute& attribute, const Json& input) {
  if (!input.is_string()) return false;
  const std::string_view text = input.get_ref<const std::string&>();
  return (attribute.type == Type::secret ? text : text::trim(text)).empty();
}

// Compact JSON that never throws: what an API sends may hold broken UTF-8.
std::string compact(const Json& array) {
  return array.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Item>
void make_set(std::vector<Item>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

Canonical canonical_text_set(const Json& input) {
  std::vector<std::string> items;
  const Json array = input.is_array() ? input : Json::array({input});
  for (const Json& item : array) {
    auto text = text_of(item);
    if (!text) return fault("a list of texts");
    const std::string_view trimmed = text::trim(*text);
    if (!trimmed.empty()) items.emplace_back(trimmed);
  }
  make_set(items);
  return items.empty() ? Canonical{} : value(compact(Json(items)));
}

Canonical canonical_integer_set_set(const Json& input) {
  const auto expected = "a list of lists of whole numbers, such as [[1,2],[1,3]]";
  if (!input.is_array()) return fault(expected);
  std::vector<std::vector<std::int64_t>> sets;
  for (const Json& inner : input) {
    if (!inner.is_array()) return fault(expected);
    std::vector<std::int64_t> set;
    for (const Json& item : inner) {
      const auto number = integer_of(item);
      if (!number) return fault(expected);
      set.push_back(*number);
    }
    make_set(set);
    if (!set.empty()) sets.push_back(std::move(set));
  }
  make_set(sets);
  return sets.empty() ? Canonical{} : value(compact(Json(sets)));
}

Canonical canonical_boolean(const Json& input) {
  if (input.is_boolean()) return value(input.get<bool>() ? "true" : "false");
  const auto text = text_of(input);
  const std::string word = text ? text::fold(text::trim(*text)) : std::string{};
  if (word == "true" || word == "yes" || word == "1") return value("true");
  if (word == "false" || word == "no" || word == "0") return value("false");
  return fault("true or false (also yes, no, 1, 0)");
}

Canonical canonical_scalar(const Attribute& attribute, const Json& input) {
  if (attribute.type == Type::integer) {
    const auto number = integer_of(input);
    return number ? value(std::to_string(*number)) : fault("a whole number");
  }
  auto text = text_of(input);
  if (!text) return fault("a text");
  return value(attribute.type == Type::secret ? std::move(*text) : std::string(text::trim(*text)));
}

}  // namespace

Canonical canonical_from_json(const Attribute& attribute, const Json& input) {
  if (input.is_null() || (input.is_array() && input.empty()) || is_blank(attribute, input)) return {};
  switch (attribute.type) {
    case Type::boolean:
      return canonical_boolean(input);
    case Type::text_set:
      return canonical_text_set(input);
    case Type::integer_set_set:
      return canonical_integer_set_set(input);
    case Type::text:
    case Type::email:
    case Type::integer:
    case Type::secret:
      break;
  }
  return canonical_scalar(attribute, input);
}

Json json_from_canonical(const Attribute& attribute, std::string_view text) {
  switch (attribute.type) {
    case Type::integer:
      if (const auto number = whole_number(text)) return *number;
      break;
    case Type::boolean:
      if (text == "true" || text == "false") return text == "true";
      break;
    case Type::text_set:
    case Type::integer_set_set: {
      Json parsed = Json::parse(text, nullptr, false);
      if (!parsed.is_discarded()) return parsed;
      break;
    }
    case Type::text:
    case Type::email:
    case Type::secret:
      break;
  }
  return std::string(text);
}

bool same_meaning(const Attribute& attribute, Presence a_presence, std::string_view a, Presence b_presence,
                  std::string_view b) {
  if (a_presence == Presence::unknown || b_presence == Presence::unknown) return false;
  if (a_presence != b_presence) return false;
  if (a_presence != Presence::value || a == b) return true;
  return attribute.fold_case && text::fold(a) == text::fold(b);
}

Meaning effective(const Attribute& attribute, Presence presence, std::string_view text) {
  if (presence == Presence::clear && attribute.initial) return {Presence::value, *attribute.initial};
  return {presence, text};
}

std::string comparable(const Attribute& attribute, std::string_view canonical) {
  return attribute.fold_case ? text::fold(canonical) : std::string(canonical);
}

}  // namespace rostersync::model
