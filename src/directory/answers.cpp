#include "directory/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "directory/user_decoder.hpp"
#include "directory/words.hpp"
#include "json/view.hpp"
#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::directory {

using json::View;
using model::Presence;

namespace {

std::optional<std::uint64_t> whole_number(std::optional<View> value) {
  if (value && value->is_uint64()) return value->get_uint64().value_unsafe();
  return std::nullopt;
}

}  // namespace

struct Answers::Decoding {
  json::ViewReader reader;
  UserDecoder users;
};

Answers::Answers(const model::Schema& schema, const profile::Wire& wire, std::vector<model::AttributeIndex> wanted)
    : schema_(schema),
      wire_(wire),
      wanted_(std::move(wanted)),
      decoding_(new Decoding{{}, UserDecoder(schema, wire, wanted_)}) {}
Answers::Answers(Answers&&) noexcept = default;
Answers::~Answers() = default;

std::optional<Answers::Page> Answers::page(const profile::ListOperation& list, const http::Response& response) const {
  const auto document = decoding_->reader.read(response.body);
  if (!document) return std::nullopt;
  const auto items = json::at(*document, json::pointer_parts(list.items));
  if (!items || !items->is_array()) return std::nullopt;
  Page page{model::Users(schema_.size(), wanted_), {}};
  for (const View item : json::items_of(*items)) {
    if (!decoding_->users.add(item, Presence::unknown, page.users)) return std::nullopt;
  }
  if (list.paging) {
    page.facts.count = whole_number(json::at(*document, json::pointer_parts(list.paging->count)));
    const auto last = whole_number(json::at(*document, json::pointer_parts(list.paging->last_page)));
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
  const auto document = decoding_->reader.read(response.body);
  if (!document) return std::nullopt;
  model::Users users(schema_.size(), wanted_);
  if (!decoding_->users.add(*document, Presence::clear, users)) return std::nullopt;
  return users;
}

std::optional<std::string> Answers::created_id(const http::Response& response) const {
  const auto document = decoding_->reader.read(response.body);
  if (!document) return std::nullopt;
  return id_text(json::at(*document, json::pointer_parts(wire_.create.id)));
}

bool Answers::is_json(const http::Response& response) const {
  return response.body.empty() ? response.status == 204 : decoding_->reader.read(response.body).has_value();
}

// What an error answer says: at the profile's pointers, else the whole body, unless that is a page for a browser.
std::string Answers::words(const http::Response& response) const {
  const auto document = decoding_->reader.read(response.body);
  if (!document) {
    const std::string text(text::trim(response.body));
    return text::first_invalid_utf8(text) || text.starts_with('<') ? std::string{} : text;
  }
  for (const std::string& pointer : wire_.errors.messages) {
    const auto found = json::at(*document, json::pointer_parts(pointer));
    const std::string words = found ? in_words(json::to_json(*found)) : std::string{};
    if (!words.empty()) return words;
  }
  return document->is_null() ? std::string{} : in_words(json::to_json(*document));
}

std::vector<std::pair<std::string, std::string>> Answers::fields(const http::Response& response) const {
  std::vector<std::pair<std::string, std::string>> said;
  const auto document = decoding_->reader.read(response.body);
  if (!document) return said;
  for (const std::string& pointer : wire_.errors.fields) {
    const auto object = json::at(*document, json::pointer_parts(pointer));
    if (!object || !object->is_object()) continue;
    const json::Json members = json::to_json(*object);  // by name, each once
    for (const auto& [name, value] : members.items()) said.emplace_back(name, shortened(redact_(in_words(value))));
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
