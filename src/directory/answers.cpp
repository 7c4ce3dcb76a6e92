#include "directory/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "json/depth.hpp"
#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::directory {

using json::Json;
using model::Presence;

namespace {

constexpr std::size_t longest_message = 500;  // bytes of an API's words that a report repeats

std::optional<Json> parse(const std::string& body) {
  Json document = Json::parse(body, nullptr, false);
  if (document.is_discarded() || json::is_deeper_than(json::deepest_nesting, document)) return std::nullopt;
  return document;
}

const Json* at(const Json& document, const Json::json_pointer& pointer) {
  return document.is_structured() && document.contains(pointer) ? &document.at(pointer) : nullptr;
}

const Json* at(const Json& document, const std::string& pointer) {
  return at(document, Json::json_pointer(pointer));
}

std::optional<std::uint64_t> whole_number(const Json* value) {
  if (value != nullptr && value->is_number_unsigned()) return value->get<std::uint64_t>();
  return std::nullopt;
}

std::string in_words(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string shortened(const std::string& text) {
  if (text.size() <= longest_message) return text;
  std::size_t end = longest_message;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  return text.substr(0, end) + "…";
}

// The text of an id or number, whatever JSON type it has.
std::optional<std::string> id_text(const Json* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_string() && !value->get_ref<const std::string&>().empty()) return value->get<std::string>();
  if (value->is_number_integer()) return value->dump();
  return std::nullopt;
}

}  // namespace

Answers::Answers(const model::Schema& schema, const profile::Wire& wire, std::vector<model::AttributeIndex> wanted)
    : schema_(schema), wire_(wire), wanted_(std::move(wanted)) {
  for (const auto index : wanted_) paths_.emplace_back(wire_.attributes[index].read);
}

bool Answers::add(const Json& item, Presence where_missing, model::Users& users) const {
  if (!item.is_object()) return false;
  const model::Row row = users.add();
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const model::Attribute& attribute = schema_[wanted_[i]];
    const Json* value = at(item, paths_[i]);
    if (wanted_[i] == model::id_attribute) {
      const auto id = id_text(value);
      if (!id) return false;
      users.set(row, wanted_[i], Presence::value, *id);  // verbatim: writes are addressed by it
      continue;
    }
    if (value == nullptr) {
      users.set(row, wanted_[i], where_missing);
      continue;
    }
    const model::Canonical canonical = model::canonical_from_json(attribute, *value);
    if (canonical.fault.empty() && canonical.text.size() <= model::TextPool::max_text) {
      users.set(row, wanted_[i], canonical.presence, canonical.text);
    } else {  // of another type, or beyond all measure: it equals nothing that is desired
      users.set(row, wanted_[i], Presence::value, shortened(in_words(*value)));
    }
  }
  return true;
}

std::optional<Answers::Page> Answers::page(const profile::ListOperation& list, const http::Response& response) const {
  const auto document = parse(response.body);
  if (!document) return std::nullopt;
  const Json* items = list.items.empty() ? &*document : at(*document, list.items);
  if (items == nullptr || !items->is_array()) return std::nullopt;
  Page page{model::Users(schema_.size(), wanted_), {}};
  for (const Json& item : *items) {
    if (!add(item, Presence::unknown, page.users)) return std::nullopt;
  }
  if (list.paging) {
    page.facts.count = whole_number(at(*document, list.paging->count));
    const auto last = whole_number(at(*document, list.paging->last_page));
    if (last) page.facts.last = *last + 1 - std::min(list.paging->first_page, *last + 1);
  }
  return page;
}

std::optional<model::Users> Answers::found(const std::string& key, const http::Response& response) const {
  const auto page = this->page(wire_.find, response);
  if (!page) return std::nullopt;
  const model::Attribute& attribute = schema_[schema_.key];
  const std::string wanted = model::comparable(attribute, key);
  model::Users kept(schema_.size(), wanted_);
  for (model::Row row = 0; row < page->users.size(); ++row) {
    const model::UserView user{&page->users, row};
    if (user.presence(schema_.key) == Presence::unknown) return std::nullopt;
    if (model::comparable(attribute, user.text(schema_.key)) != wanted) continue;
    const model::Row copy = kept.add();
    for (const auto column : wanted_) kept.set(copy, column, user.presence(column), user.text(column));
  }
  return kept;
}

std::optional<model::Users> Answers::full_user(const http::Response& response) const {
  const auto document = parse(response.body);
  if (!document) return std::nullopt;
  model::Users users(schema_.size(), wanted_);
  if (!add(*document, Presence::clear, users)) return std::nullopt;
  return users;
}

std::optional<std::string> Answers::created_id(const http::Response& response) const {
  const auto document = parse(response.body);
  if (!document) return std::nullopt;
  return id_text(at(*document, wire_.create.id));
}

bool Answers::is_json(const http::Response& response) const {
  return response.body.empty() ? response.status == 204 : parse(response.body).has_value();
}

// What an error answer says: at the profile's pointers, else the whole body, unless that is a page for a browser.
std::string Answers::words(const http::Response& response) const {
  const auto document = parse(response.body);
  if (!document) {
    const std::string text(text::trim(response.body));
    return text::first_invalid_utf8(text) || text.starts_with('<') ? std::string{} : text;
  }
  for (const std::string& pointer : wire_.errors.messages) {
    const Json* found = at(*document, pointer);
    if (found != nullptr && !in_words(*found).empty()) return in_words(*found);
  }
  return document->is_null() ? std::string{} : in_words(*document);
}

std::vector<std::pair<std::string, std::string>> Answers::fields(const http::Response& response) const {
  std::vector<std::pair<std::string, std::string>> said;
  const auto document = parse(response.body);
  if (!document) return said;
  for (const std::string& pointer : wire_.errors.fields) {
    const Json* object = at(*document, pointer);
    if (object == nullptr || !object->is_object()) continue;
    for (const auto& [name, value] : object->items()) said.emplace_back(name, shortened(redact_(in_words(value))));
    break;
  }
  return said;
}

ErrorAnswer Answers::error(const http::Response& response) const {
  ErrorAnswer result;
  result.fields = fields(response);
  const std::string words = redact_(this->words(response));  // before it is cut: half a key is a key
  result.message = words.empty() ? fmt::format("HTTP {}", response.status)
                                 : fmt::format("HTTP {}: {}", response.status, shortened(words));
  const std::string folded = text::fold(words);
  for (const profile::ErrorRule& rule : wire_.errors.rules) {
    if (std::find(rule.statuses.begin(), rule.statuses.end(), response.status) == rule.statuses.end()) continue;
    const bool says_so = rule.message_contains.empty() ||
                         std::any_of(rule.message_contains.begin(), rule.message_contains.end(), [&](const auto& part) {
                           return folded.find(text::fold(part)) != std::string::npos;
                         });
    if (!says_so) continue;
    result.meaning = rule.meaning;
    break;
  }
  return result;
}

std::string request_id(const http::Response& response) {
  for (const char* name : {"X-Request-Id", "X-Correlation-Id", "Request-Id"}) {
    if (const auto value = response.header(name)) return std::string(value->substr(0, 200));
  }
  return {};
}

}  // namespace rostersync::directory
