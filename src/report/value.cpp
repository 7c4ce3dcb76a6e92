#include "report/value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "model/value.hpp"
#include "report/report.hpp"
#include "report/text.hpp"

namespace rostersync::report {

namespace {

// The word for what has no value to show; empty if there is one.
std::string_view mark(const model::Attribute& attribute, model::Presence presence) {
  if (presence == model::Presence::unknown) return unknown_mark;
  if (presence != model::Presence::value) return none_mark;
  return attribute.type == model::Type::secret ? secret_mark : std::string_view{};
}

// The items of a set's canonical text; a text that is no set, such as an API may have answered, is its own one item.
// Made well formed first: the parser refuses what is not.
json::Json items_of(const model::Attribute& attribute, std::string_view canonical) {
  return model::json_from_canonical(attribute, well_formed(canonical));
}

std::string shown_item(const json::Json& item) {
  if (item.is_string()) return in_quotes(item.get_ref<const std::string&>());
  if (!item.is_array()) return item.dump();
  std::vector<std::string> inner;
  for (const json::Json& each : item) inner.push_back(shown_item(each));
  return fmt::format("[{}]", fmt::join(inner, ", "));
}

}  // namespace

bool is_set(model::Type type) {
  return type == model::Type::text_set || type == model::Type::integer_set_set;
}

json::Json json_value(const model::Attribute& attribute, model::Presence presence, std::string_view canonical) {
  if (presence != model::Presence::value) return nullptr;
  if (attribute.type == model::Type::secret) return std::string(secret_mark);
  if (is_set(attribute.type)) return items_of(attribute, canonical);
  return model::json_from_canonical(attribute, canonical);
}

std::string plain_value(const model::Attribute& attribute, model::Presence presence, std::string_view canonical) {
  if (const std::string_view word = mark(attribute, presence); !word.empty()) return std::string(word);
  if (attribute.type != model::Type::text_set) return std::string(canonical);
  std::vector<std::string> items;
  const json::Json set = items_of(attribute, canonical);
  for (const json::Json& item : set) items.push_back(item.is_string() ? item.get<std::string>() : item.dump());
  return fmt::format("{}", fmt::join(items, "|"));
}

std::vector<std::string> shown_items(const model::Attribute& attribute, model::Presence presence,
                                     std::string_view canonical) {
  std::vector<std::string> items;
  if (presence != model::Presence::value) return items;
  const json::Json set = items_of(attribute, canonical);
  for (const json::Json& item : set) items.push_back(shown_item(item));
  return items;
}

std::string display(const model::Attribute& attribute, model::Presence presence, std::string_view canonical) {
  if (const std::string_view word = mark(attribute, presence); !word.empty()) return std::string(word);
  switch (attribute.type) {
    case model::Type::integer:
    case model::Type::boolean:
      return visible(canonical);
    case model::Type::text_set:
    case model::Type::integer_set_set:
      return fmt::format("[{}]", fmt::join(shown_items(attribute, presence, canonical), ", "));
    case model::Type::text:
    case model::Type::email:
    case model::Type::secret:
      break;
  }
  return in_quotes(canonical);
}

}  // namespace rostersync::report
