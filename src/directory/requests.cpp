#include "directory/requests.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "http/url.hpp"
#include "model/value.hpp"

namespace rostersync::directory {

namespace {

constexpr std::string_view credential_prefix = "credential.";

}  // namespace

Requests::Requests(const model::Schema& schema, const profile::Wire& wire, std::string base_url,
                   Credentials credentials)
    : schema_(schema), wire_(wire), base_url_(std::move(base_url)), credentials_(std::move(credentials)) {}

std::string without(std::string text, const std::string& secret) {
  constexpr std::string_view mask = "(secret)";
  if (secret.empty()) return text;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size())) {
    text.replace(at, secret.size(), mask);
  }
  return text;
}

std::string Requests::redacted(std::string text) const {
  for (const auto& [name, secret] : credentials_) text = without(std::move(text), secret.reveal());
  return text;
}

std::string Requests::fill(const profile::Template& pattern, const Values& values, bool escape) const {
  std::string filled;
  std::string_view rest = pattern;
  for (;;) {
    const std::size_t open = rest.find('{');
    const std::size_t close = open == std::string_view::npos ? open : rest.find('}', open);
    filled += rest.substr(0, close == std::string_view::npos ? close : open);
    if (close == std::string_view::npos) return filled;
    const std::string name(rest.substr(open + 1, close - open - 1));
    if (name.starts_with(credential_prefix)) {
      const auto found = credentials_.find(name.substr(credential_prefix.size()));
      if (found == credentials_.end()) throw base::CannotRun(fmt::format("the credential \"{}\" is missing", name));
      filled += escape ? http::percent_encode(found->second.reveal()) : found->second.reveal();
    } else {
      filled += escape ? http::percent_encode(values.at(name)) : values.at(name);
    }
    rest.remove_prefix(close + 1);
  }
}

http::Request Requests::make(const profile::RequestTemplate& pattern, const Values& values, http::Effect effect) const {
  http::Request request;
  request.method = pattern.method;
  request.effect = effect;
  request.url = base_url_ + fill(pattern.path, values, true);
  char separator = '?';
  for (const auto& [name, value] : pattern.query) {
    request.url += fmt::format("{}{}={}", separator, http::percent_encode(name), fill(value, values, true));
    separator = '&';
  }
  for (const auto& [name, value] : wire_.headers) request.headers.emplace_back(name, fill(value, values, false));
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

profile::RequestTemplate Requests::paged(const profile::ListOperation& list, std::uint64_t page, std::uint64_t size) {
  profile::RequestTemplate pattern = list.request;
  if (list.paging) {
    const auto& paging = *list.paging;
    pattern.query.emplace_back(paging.page_parameter, std::to_string(page - 1 + paging.first_page));
    pattern.query.emplace_back(paging.size_parameter, std::to_string(size == 0 ? paging.max_size : size));
  }
  return pattern;
}

http::Request Requests::list_page(std::uint64_t page, std::uint64_t size) const {
  return make(paged(wire_.list, page, size), {}, http::Effect::read);
}

http::Request Requests::find_by_name(const std::string& name, std::uint64_t page) const {
  return make(paged(wire_.find_name, page, 0), {{"name", name}}, http::Effect::read);
}

http::Request Requests::find(const std::string& key) const {
  return make(wire_.find.request, {{"key", key}}, http::Effect::read);
}

http::Request Requests::read(const std::string& id) const {
  return make(wire_.read, {{"id", id}}, http::Effect::read);
}

http::Request Requests::own_user() const {
  return make(wire_.me, {}, http::Effect::read);
}

std::string Requests::body(const std::vector<model::AttributeChange>& changes, Direction direction) const {
  json::Json document = json::Json::object();
  for (const model::AttributeChange& change : changes) {
    const profile::AttributePaths& paths = wire_.attributes[change.attribute];
    const std::string& path = direction == Direction::create ? paths.create : paths.update;
    if (path.empty()) continue;
    document[json::Json::json_pointer(path)] =
        change.after_presence == model::Presence::clear
            ? paths.cleared
            : model::json_from_canonical(schema_[change.attribute], change.after);
  }
  return document.dump();
}

http::Request Requests::create(const std::vector<model::AttributeChange>& changes) const {
  http::Request request = make(wire_.create.request, {}, http::Effect::write);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = body(changes, Direction::create);
  return request;
}

http::Request Requests::update(const std::string& id, const std::vector<model::AttributeChange>& changes) const {
  http::Request request = make(wire_.update, {{"id", id}}, http::Effect::write);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = body(changes, Direction::update);
  return request;
}

}  // namespace rostersync::directory
