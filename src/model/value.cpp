#include "model/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <list>
#include <optional>

#include "json/quote.hpp"
#include "text/text.hpp"

namespace rostersync::model {

using json::Json;

namespace {

constexpr const char* set_of_sets = "a list of lists of whole numbers, such as [[1,2],[1,3]]";

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
  if (item.is_string()) return item.get<std::string>();
  if (item.is_number() || item.is_boolean()) return item.dump();
  return std::nullopt;
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

std::string compact(const std::vector<std::string_view>& texts) {
  std::size_t size = 1;
  for (const std::string_view text : texts) size += text.size() + 3;
  std::string result;
  result.reserve(size);
  for (const std::string_view text : texts) {
    result += result.empty() ? '[' : ',';
    json::append_quoted(result, text);
  }
  return result += ']';
}

Canonical canonical_text_set(const Json& input) {
  std::vector<std::string> items;
  for (const Json& item : input) {
    auto text = text_of(item);
    if (!text) return fault("a list of texts");
    items.push_back(std::move(*text));
  }
  return canonical_from_texts({items.begin(), items.end()});
}

Canonical canonical_integer_set_set(const Json& input) {
  if (!input.is_array()) return fault(set_of_sets);
  std::vector<std::vector<std::int64_t>> sets;
  for (const Json& inner : input) {
    if (!inner.is_array()) return fault(set_of_sets);
    std::vector<std::int64_t> set;
    for (const Json& item : inner) {
      const auto number = integer_of(item);
      if (!number) return fault(set_of_sets);
      set.push_back(*number);
    }
    make_set(set);
    if (!set.empty()) sets.push_back(std::move(set));
  }
  make_set(sets);
  return sets.empty() ? Canonical{} : value(compact(Json(sets)));
}

// What should have stood there.
std::string scalar_of(Type type) {
  if (type == Type::boolean) return "true or false (also yes, no, 1, 0)";
  return type == Type::integer ? "a whole number" : "a text";
}

Canonical canonical_boolean(std::string_view text) {
  const std::string word = text::fold(text::trim(text));
  if (word == "true" || word == "yes" || word == "1") return value("true");
  if (word == "false" || word == "no" || word == "0") return value("false");
  return fault(scalar_of(Type::boolean));
}

Canonical canonical_scalar(const Attribute& attribute, const Json& input) {
  if (attribute.type == Type::integer) {
    const auto number = integer_of(input);
    return number ? value(std::to_string(*number)) : fault(scalar_of(attribute.type));
  }
  const auto text = text_of(input);
  return text ? canonical_from_text(attribute, *text) : fault(scalar_of(attribute.type));
}

}  // namespace

Canonical canonical_from_texts(const std::vector<std::string_view>& texts) {
  std::vector<std::string_view> items;
  items.reserve(texts.size());
  std::list<std::string> composed;  // those that NFC changes
  for (const std::string_view text : texts) {
    const std::string_view item = text::trim(text::is_ascii(text) ? text : composed.emplace_back(text::nfc(text)));
    if (!item.empty()) items.push_back(item);
  }
  make_set(items);
  return items.empty() ? Canonical{} : value(compact(items));
}

Canonical canonical_from_text(const Attribute& attribute, std::string_view text) {
  const std::string_view trimmed = text::trim(text);
  if ((attribute.type == Type::secret ? text : trimmed).empty()) return {};
  switch (attribute.type) {
    case Type::boolean:
      return canonical_boolean(text);
    case Type::text_set:
      return canonical_from_texts({text});
    case Type::integer_set_set:
      return fault(set_of_sets);
    case Type::integer: {
      const auto number = whole_number(trimmed);
      return number ? value(std::to_string(*number)) : fault(scalar_of(attribute.type));
    }
    case Type::secret:
      return value(text::nfc(text));
    case Type::text:
    case Type::email:
      break;
  }
  return value(text::nfc(trimmed));
}

Canonical canonical_from_json(const Attribute& attribute, const Json& input) {
  if (input.is_null() || (input.is_array() && input.empty())) return {};
  if (input.is_string()) return canonical_from_text(attribute, input.get_ref<const std::string&>());
  switch (attribute.type) {
    case Type::text_set:
      return canonical_text_set(input.is_array() ? input : Json::array({input}));
    case Type::integer_set_set:
      return canonical_integer_set_set(input);
    case Type::boolean:
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
