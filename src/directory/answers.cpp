#include "directory/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "directory/paging.hpp"
#include "directory/user_decoder.hpp"
#include "directory/words.hpp"
#include "http/url.hpp"
#include "json/place.hpp"
#include "json/view.hpp"
#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::directory {

using json::View;
using model::Presence;

namespace {

// Of an address, decoded; nothing if it has none.
std::optional<std::string> last_segment(std::string_view address) {
  std::string_view path = address.substr(0, address.find_first_of("?#"));
  if (const std::size_t host = path.find("//"); host != std::string_view::npos) {
    path.remove_prefix(std::min(path.find('/', host + 2), path.size()));
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::string segment = http::percent_decode(path.substr(path.rfind('/') + 1));
  return segment.empty() ? std::nullopt : std::optional(segment);
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

std::optional<Answers::Page> Answers::page(const profile::ListOperation& list, const http::Response& response,
                                           const ListPage& asked) const {
  const auto document = decoding_->reader.read(response.body);
  if (!document) return std::nullopt;
  const auto items = json::at(*document, json::pointer_parts(list.items));
  if (!items || !items->is_array()) return std::nullopt;
  const auto within = json::pointer_parts(list.user);
  Page page{model::Users(schema_.size(), wanted_), {}};
  for (const View item : json::items_of(*items)) {
    const auto user = within.empty() ? std::optional(item) : json::at(item, within);
    if (!user || !decoding_->users.add(*user, Presence::unknown, page.users)) return std::nullopt;
  }
  page.facts.page = asked.page;
  if (list.paging) page.facts = page_facts(*list.paging, asked, page.users.size(), *document, response);
  return page;
}

template <class Keep>
model::Users Answers::only(const model::Users& page, Keep keep) const {
  model::Users kept(schema_.size(), wanted_);
  for (model::Row row = 0; row < page.size(); ++row) {
    if (!keep(model::UserView{&page, row})) continue;
    const model::Row copy = kept.add();
    for (const auto column : wanted_) kept.set(copy, column, page.presence(row, column), page.text(row, column));
  }
  return kept;
}

std::optional<Answers::Page> Answers::found(const std::string& key, const http::Response& response,
                                            const ListPage& asked) const {
  auto page = this->page(wire_.find, response, asked);
  if (!page) return std::nullopt;
  for (model::Row row = 0; row < page->users.size(); ++row) {
    if (page->users.presence(row, schema_.key) == Presence::unknown) return std::nullopt;
  }
  const model::Attribute& attribute = schema_[schema_.key];
  const std::string wanted = model::comparable(attribute, key);
  page->users = only(page->users, [&](model::UserView user) {
    return model::comparable(attribute, user.text(schema_.key)) == wanted;
  });
  return page;
}

std::optional<model::Users> Answers::full_user(const http::Response& response) const {
  const auto document = decoding_->reader.read(response.body);
  const auto user = document ? json::at(*document, json::pointer_parts(wire_.read.user)) : std::nullopt;
  if (!user) return std::nullopt;
  model::Users users(schema_.size(), wanted_);
  if (!decoding_->users.add(*user, Presence::clear, users)) return std::nullopt;
  return users;
}

std::optional<model::Users> Answers::own_user(const std::string& name, const http::Response& response) const {
  const profile::OwnOperation& me = wire_.me;
  if (me.searches) {
    profile::ListOperation list;
    list.items = me.items;
    list.user = me.user;
    const auto page = this->page(list, response);
    if (!page) return std::nullopt;
    const std::string wanted = text::fold(name);
    return only(page->users, [&](model::UserView user) {
      return std::any_of(me.of.begin(), me.of.end(),
                         [&](model::AttributeIndex index) { return text::fold(user.text(index)) == wanted; });
    });
  }
  const auto document = decoding_->reader.read(response.body);
  const auto user = document ? json::at(*document, json::pointer_parts(me.user)) : std::nullopt;
  if (!user) return std::nullopt;
  model::Users users(schema_.size(), wanted_);
  if (!decoding_->users.add(*user, Presence::clear, users)) return std::nullopt;
  return users;
}

std::optional<std::string> Answers::created_id(const http::Response& response) const {
  if (wire_.create.names == profile::Names::location) return last_segment(response.header("Location").value_or(""));
  const auto document = decoding_->reader.read(response.body);
  if (!document) return std::nullopt;
  return id_text(json::at(*document, json::pointer_parts(wire_.create.id)));
}

std::optional<model::Users> Answers::written_user(const http::Response& response) const {
  const auto document = decoding_->reader.read(response.body);
  const auto user = document ? json::at(*document, json::pointer_parts(*wire_.update.user)) : std::nullopt;
  model::Users users(schema_.size(), wanted_);
  if (!user || !decoding_->users.add_part(*user, users)) return std::nullopt;
  return users;
}

std::optional<json::Json> Answers::user_object(const http::Response& response) const {
  const auto document = decoding_->reader.read(response.body);
  const auto user = document ? json::at(*document, json::pointer_parts(wire_.read.user)) : std::nullopt;
  if (!user || !user->is_object()) return std::nullopt;
  return json::to_json(*user);
}

bool Answers::is_json(const http::Response& response) const {
  return response.body.empty() ? response.status == 204 : decoding_->reader.read(response.body).has_value();
}

// Sentences, or objects that hold one each, are put side by side; anything else is as in_words has it.
std::string Answers::item_words(const json::Json& list) const {
  const std::string& inner = wire_.errors.item_message;
  if (!list.is_array() || list.empty()) return in_words(list);
  std::string all;
  for (const json::Json& item : list) {
    const json::Json* told = item.is_string() ? &item : inner.empty() ? nullptr : json::found_at(item, inner);
    if (told == nullptr) return in_words(list);
    all += (all.empty() ? "" : "; ") + in_words(*told);
  }
  return all;
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
    std::string words = found ? item_words(json::to_json(*found)) : std::string{};
    if (!words.empty()) return words;
  }
  return document->is_null() ? std::string{} : in_words(json::to_json(*document));
}

std::vector<std::pair<std::string, std::string>> Answers::fields(const http::Response& response) const {
  std::vector<std::pair<std::string, std::string>> said;
  const auto document = decoding_->reader.read(response.body);
  if (!document) return said;
  for (const std::string& pointer : wire_.errors.messages) {
    const auto list = json::at(*document, json::pointer_parts(pointer));
    if (wire_.errors.item_field.empty() || !list || !list->is_array()) continue;
    for (const View item : json::items_of(*list)) {
      const auto field = json::at(item, json::pointer_parts(wire_.errors.item_field));
      const auto message = json::at(item, json::pointer_parts(wire_.errors.item_message));
      if (!field || !field->is_string() || !message) continue;
      said.emplace_back(json::text_of(*field), shortened(redact_(in_words(json::to_json(*message)))));
    }
  }
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
  result.meaning = response.status == 401   ? profile::Meaning::credentials
                   : response.status == 404 ? profile::Meaning::absent
                                            : profile::Meaning::row;
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
