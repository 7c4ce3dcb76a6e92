#include "directory/requests.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "directory/fill.hpp"
#include "http/url.hpp"
#include "model/value.hpp"

namespace rostersync::directory {

Requests::Requests(const model::Schema& schema, const profile::Wire& wire, std::string base_url,
                   Credentials credentials, std::string token_url)
    : schema_(schema),
      wire_(wire),
      base_url_(std::move(base_url)),
      credentials_(std::move(credentials)),
      token_url_(std::move(token_url)) {
  take_way();
}

const std::string& Requests::credential(const std::string& name) const {
  const auto found = credentials_.find(name);
  if (found != credentials_.end()) return found->second.reveal();
  throw base::CannotRun(fmt::format("the credential \"{}\" is missing", name));
}

std::string Requests::fill(const profile::Template& pattern, const Values& values, bool escape) const {
  return filled(pattern, [&](const std::string& name) {
    const bool is_credential = name.starts_with(profile::credential_prefix);
    const std::string& value =
        is_credential ? credential(name.substr(profile::credential_prefix.size())) : values.at(name);
    return escape ? http::percent_encode(value) : value;
  });
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
  request.headers.insert(request.headers.end(), auth_headers_.begin(), auth_headers_.end());
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
