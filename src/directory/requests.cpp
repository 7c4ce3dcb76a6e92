#include "directory/requests.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "directory/body.hpp"
#include "directory/fill.hpp"
#include "directory/paging.hpp"
#include "http/url.hpp"

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

Lookup Requests::lookup(const Values& values, bool escape) const {
  return [this, &values, escape](const std::string& name) {
    const bool is_credential = name.starts_with(profile::credential_prefix);
    const std::string& value =
        is_credential ? credential(name.substr(profile::credential_prefix.size())) : values.at(name);
    return escape ? http::percent_encode(value) : value;
  };
}

std::string Requests::fill(const profile::Template& pattern, const Values& values, bool escape) const {
  return filled(pattern, lookup(values, escape));
}

// A text of a body is filled in as it is: what is filled in is never taken for JSON.
json::Json Requests::fill_body(const json::Json& pattern, const Values& values) const {
  return filled_within(pattern, lookup(values, false));
}

std::string Requests::url(const profile::RequestTemplate& pattern, const Values& values) const {
  std::string url = base_url_ + fill(pattern.path, values, true);
  char separator = '?';
  for (const auto& [name, value] : pattern.query) {
    url += fmt::format("{}{}={}", separator, http::percent_encode(name), fill(value, values, true));
    separator = '&';
  }
  return url;
}

http::Request Requests::make(const profile::RequestTemplate& pattern, const Values& values, http::Effect effect) const {
  http::Request request;
  request.method = pattern.method;
  request.effect = effect;
  request.url = url(pattern, values);
  for (const auto& [name, value] : wire_.headers) request.headers.emplace_back(name, fill(value, values, false));
  request.headers.insert(request.headers.end(), auth_headers_.begin(), auth_headers_.end());
  request.headers.emplace_back("Accept", "application/json");
  if (effect == http::Effect::read && !pattern.body.is_null()) {
    request.headers.emplace_back("Content-Type", pattern.content_type);
    request.body = fill_body(pattern.body, values).dump();
  }
  return request;
}

http::Request Requests::page(const profile::ListOperation& list, const ListPage& asked, Values values) const {
  values["page"] = asked.after;
  const profile::RequestTemplate pattern = page_request(list, asked);
  http::Request request = make(pattern, values, http::Effect::read);
  const bool at_an_address = list.paging && list.paging->by == profile::PagingBy::link && !asked.after.empty();
  if (at_an_address) request.url = http::resolve(request.url, asked.after).value_or(request.url);
  return request;
}

std::optional<std::string> Requests::foreign(const profile::ListOperation& list, const std::string& next) const {
  if (next.empty() || !list.paging || list.paging->by != profile::PagingBy::link) return std::nullopt;
  const auto target = http::resolve(base_url_, next);
  if (!target) return "the page gives an address for the next one that is none";
  const std::string here = http::origin_of(base_url_).value_or("");
  const std::string there = http::origin_of(*target).value_or("an address that is neither http nor https");
  if (here == there) return std::nullopt;
  return fmt::format("the listing of {} goes on at another origin, {}, which is not followed: correct the base URL",
                     here, there);
}

http::Request Requests::list(const ListPage& asked) const {
  return page(wire_.list, asked, {});
}

http::Request Requests::find_by_name(const std::string& name, const ListPage& asked) const {
  return page(wire_.find_name, asked, {{"name", name}});
}

http::Request Requests::find(const std::string& key, const ListPage& asked) const {
  return page(wire_.find, asked, {{"key", key}});
}

http::Request Requests::read(const std::string& id) const {
  return make(wire_.read.request, {{"id", id}}, http::Effect::read);
}

std::optional<http::Request> Requests::own_user() const {
  if (wire_.me.request.method.empty()) return std::nullopt;
  if (wire_.me.searches && own_name().empty()) return std::nullopt;
  if (!has_credentials(wire_.me.request)) return std::nullopt;
  return make(wire_.me.request, {}, http::Effect::read);
}

std::string Requests::own_name() const {
  return has_credentials(wire_.me.is) ? fill(wire_.me.is, {}, false) : std::string();
}

bool Requests::has_credentials(const json::Json& pattern) const {
  bool all = true;
  filled_within(pattern, [&](const std::string& name) {
    const bool is_credential = name.starts_with(profile::credential_prefix);
    if (is_credential && !credentials_.contains(name.substr(profile::credential_prefix.size()))) all = false;
    return std::string();
  });
  return all;
}

bool Requests::has_credentials(const profile::RequestTemplate& pattern) const {
  const bool in_query = std::all_of(pattern.query.begin(), pattern.query.end(),
                                    [&](const auto& parameter) { return has_credentials(parameter.second); });
  return in_query && has_credentials(pattern.path) && has_credentials(pattern.body);
}

http::Request Requests::write(const profile::RequestTemplate& pattern, const Values& values,
                              const json::Json& body) const {
  http::Request request = make(pattern, values, http::Effect::write);
  request.headers.emplace_back("Content-Type", pattern.content_type);
  request.body = body.dump();
  return request;
}

http::Request Requests::create(const std::vector<model::AttributeChange>& changes) const {
  const profile::CreateOperation& create = wire_.create;
  return write(create.request, {},
               body_of(schema_, wire_, fill_body(create.request.body, {}), create.at, changes, Direction::create));
}

http::Request Requests::update(const std::string& id, const std::vector<model::AttributeChange>& changes) const {
  const profile::UpdateOperation& update = wire_.update;
  const Values values{{"id", id}};
  return write(update.request, values,
               body_of(schema_, wire_, fill_body(update.request.body, values), update.at, changes, Direction::update));
}

http::Request Requests::update_whole(const std::string& id, json::Json as_read,
                                     const std::vector<model::AttributeChange>& changes) const {
  const profile::UpdateOperation& update = wire_.update;
  const Values values{{"id", id}};
  return write(update.request, values,
               enclosed(fill_body(update.request.body, values), update.at,
                        whole_user_object(schema_, wire_, std::move(as_read), changes)));
}

}  // namespace rostersync::directory
