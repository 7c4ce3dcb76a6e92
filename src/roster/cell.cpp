#include "roster/cell.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "model/value.hpp"
#include "roster/value_rules.hpp"
#include "text/text.hpp"

namespace rostersync::roster {

using json::Json;
using model::Attribute;
using model::Presence;
using model::Type;

namespace {

constexpr std::string_view clear_mark = "\\N";
constexpr char item_separator = '|';

CellValue value(std::string text) {
  return {Presence::value, std::move(text), {}, {}};
}

CellValue invalid(std::string message) {
  return {Presence::absent, {}, "invalid_value", std::move(message)};
}

// The value as a message may show it: never that of a secret.
std::string shown(const Attribute& attribute, std::string_view given) {
  if (attribute.type == Type::secret) return attribute.name;
  return fmt::format("{} {}", attribute.name, text::quoted(given));
}

// `result`, unless its value breaks a rule of the attribute.
CellValue ruled(const Attribute& attribute, CellValue result, const std::vector<std::string>& texts = {}) {
  if (result.presence != Presence::value) return result;
  auto broken = broken_rule(attribute, result.text, texts);
  if (!broken) return result;
  return {Presence::absent, {}, std::move(broken->reason), std::move(broken->message)};
}

CellValue parse_boolean(const Attribute& attribute, std::string_view given) {
  const std::string word = text::fold(given);
  if (word == "true" || word == "yes" || word == "1") return value("true");
  if (word == "false" || word == "no" || word == "0") return value("false");
  return invalid(fmt::format("{} is neither true nor false (also: yes, no, 1, 0)", shown(attribute, given)));
}

CellValue parse_integer(const Attribute& attribute, std::string_view given) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
  if (error == std::errc{} && end == given.data() + given.size()) return value(std::to_string(number));
  return invalid(fmt::format("{} is no whole number{}", shown(attribute, given),
                             error == std::errc::result_out_of_range ? " of 64 bits" : ""));
}

// The canonical form of a list whose items are known to be right.
CellValue canonical(const Attribute& attribute, const Json& items) {
  auto result = model::canonical_from_json(attribute, items);
  if (!result.fault.empty()) return invalid(fmt::format("{} should be {}", attribute.name, result.fault));
  if (result.presence == Presence::clear) return clear_cell(attribute);
  return ruled(attribute, value(std::move(result.text)));
}

void add_text(std::vector<std::string>& texts, std::string_view written) {
  std::string text = text::nfc(text::trim(written));
  if (!text.empty()) texts.push_back(std::move(text));
}

// Of the items, blanks left out, of a list that was not empty.
CellValue text_set_of(const Attribute& attribute, std::vector<std::string> texts) {
  if (texts.empty()) return invalid(fmt::format("{} is a list of blanks", attribute.name));
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return ruled(attribute, value(model::canonical_from_texts({texts.begin(), texts.end()}).text), texts);
}

CellValue text_set_of(const Attribute& attribute, const Json& array) {
  if (array.empty()) return canonical(attribute, array);
  std::vector<std::string> texts;
  for (const Json& item : array) {
    if (!item.is_string() && !item.is_number()) {
      return invalid(fmt::format("{} should be a list of texts, such as [\"a\",\"b\"]; one of its items is {}",
                                 attribute.name, item.type_name()));
    }
    add_text(texts, item.is_string() ? item.get_ref<const std::string&>() : item.dump());
  }
  return text_set_of(attribute, std::move(texts));
}

bool is_whole(const Json& item) {
  return item.is_number_integer() && !(item.is_number_unsigned() && item.get<std::uint64_t>() > INT64_MAX);
}

CellValue integer_set_set_of(const Attribute& attribute, const Json& array) {
  for (const Json& inner : array) {
    if (!inner.is_array()) {
      return invalid(fmt::format("{} should be a list of lists, such as [[1,2],[1,3]]; this is a list of single values",
                                 attribute.name));
    }
    if (!std::all_of(inner.begin(), inner.end(), is_whole)) {
      return invalid(fmt::format("{} should hold whole numbers only, such as [[1,2],[1,3]]", attribute.name));
    }
  }
  return canonical(attribute, array);
}

CellValue parse_text_set(const Attribute& attribute, std::string_view given) {
  if (given.starts_with('[')) {
    const Json array = Json::parse(given.begin(), given.end(), nullptr, false);
    if (array.is_array()) return text_set_of(attribute, array);
    return invalid(
        fmt::format("{} begins like a JSON list and is none; write a|b or [\"a\",\"b\"]", shown(attribute, given)));
  }
  std::vector<std::string> texts;
  for (std::size_t from = 0; from <= given.size();) {
    const std::size_t to = std::min(given.find(item_separator, from), given.size());
    add_text(texts, given.substr(from, to - from));
    from = to + 1;
  }
  return text_set_of(attribute, std::move(texts));
}

CellValue parse_integer_set_set(const Attribute& attribute, std::string_view given) {
  const Json array = Json::parse(given.begin(), given.end(), nullptr, false);
  if (array.is_array()) return integer_set_set_of(attribute, array);
  return invalid(fmt::format("{} is no list of lists in JSON, such as [[1,2],[1,3]]", shown(attribute, given)));
}

// `given` is not blank.
CellValue parse_given(const Attribute& attribute, std::string_view given) {
  switch (attribute.type) {
    case Type::boolean:
      return parse_boolean(attribute, given);
    case Type::integer:
      return parse_integer(attribute, given);
    case Type::text_set:
      return parse_text_set(attribute, given);
    case Type::integer_set_set:
      return parse_integer_set_set(attribute, given);
    case Type::text:
    case Type::email:
      return value(text::nfc(given));
    case Type::secret:
      break;
  }
  return value(std::string(given));
}

CellValue parse_json_array(const Attribute& attribute, const Json& array) {
  if (array.empty()) return clear_cell(attribute);
  if (attribute.type == Type::text_set) return text_set_of(attribute, array);
  if (attribute.type == Type::integer_set_set) return integer_set_set_of(attribute, array);
  return invalid(fmt::format("{} is one value, not a list", attribute.name));
}

}  // namespace

CellValue clear_cell(const Attribute& attribute, std::string_view because) {
  if (attribute.clearable) return {Presence::clear, {}, {}, {}};
  const std::string why =
      attribute.required && !attribute.why.empty() ? fmt::format(": {}", attribute.why) : std::string();
  return {Presence::absent,
          {},
          "not_clearable",
          fmt::format("{} cannot be emptied{}; {}", attribute.name, why,
                      because.empty() ? "give a value, or leave the cell blank to keep what is there" : because)};
}

CellValue parse_cell(const Attribute& attribute, std::string_view cell) {
  const std::string_view trimmed = text::trim(cell);
  if (trimmed.empty()) return {};
  if (trimmed == clear_mark) return clear_cell(attribute);
  return ruled(attribute, parse_given(attribute, attribute.type == Type::secret ? cell : trimmed));
}

CellValue parse_json_cell(const Attribute& attribute, const Json& value_given) {
  switch (value_given.type()) {
    case Json::value_t::null:
      return clear_cell(attribute);
    case Json::value_t::string:
      return parse_cell(attribute, value_given.get_ref<const std::string&>());
    case Json::value_t::array:
      return parse_json_array(attribute, value_given);
    case Json::value_t::boolean:
      if (attribute.type == Type::boolean) return value(value_given.get<bool>() ? "true" : "false");
      return invalid(
          fmt::format("{} is not a true-or-false attribute; true and false must not stand here bare", attribute.name));
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return parse_cell(attribute, value_given.dump());
    default:
      return invalid(fmt::format("{} is one value, not an object", attribute.name));
  }
}

}  // namespace rostersync::roster
