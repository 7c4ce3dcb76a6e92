// A small remote API as a profile: one attribute of every kind that requests, answers and settling know.
#pragma once

#include <string>
#include <utility>

#include "profile/profile.hpp"

namespace rostersync::test {

// In the order of the schema's attributes.
enum : model::AttributeIndex { id, email, first_name, last_name, role, teams, city, title, disabled, phone, password };

inline const std::string base_url = "https://api.example.com/v2";

inline model::Schema api_schema() {
  model::Schema schema;
  const auto add = [&](const char* name, model::Type type) -> model::Attribute& {
    model::Attribute& made = schema.attributes.emplace_back();
    made.name = name;
    made.type = type;
    made.fold_case = type == model::Type::email;
    return made;
  };
  model::Attribute& the_id = add("id", model::Type::text);
  the_id.on_create = false;
  the_id.on_update = model::OnUpdate::no;
  add("email", model::Type::email).required = true;
  add("first_name", model::Type::text).required = true;
  add("last_name", model::Type::text).clearable = true;
  add("role", model::Type::text).privileged = {"ADMIN"};
  add("teams", model::Type::text_set).clearable = true;
  add("city", model::Type::text).clearable = true;
  add("title", model::Type::text).on_create = false;
  model::Attribute& off = add("disabled", model::Type::boolean);
  off.on_create = false;
  off.initial = "false";
  model::Attribute& telephone = add("phone", model::Type::text);
  telephone.readable = false;
  telephone.on_create = false;
  telephone.clearable = true;
  model::Attribute& word = add("password", model::Type::secret);
  word.readable = false;
  word.on_update = model::OnUpdate::on_request;
  schema.key = email;
  schema.name = {first_name, last_name};
  schema.deactivation = model::Deactivation{disabled, "true"};
  return schema;
}

inline profile::AttributePaths at(std::string read, std::string create, std::string update,
                                  json::Json cleared = nullptr) {
  profile::AttributePaths paths;
  paths.read = std::move(read);
  paths.create = std::move(create);
  paths.update = std::move(update);
  paths.cleared = std::move(cleared);
  return paths;
}

// Pages by number, of 100.
inline profile::Paging numbered_pages() {
  profile::Paging paging;
  paging.by = profile::PagingBy::page;
  paging.position = "page";
  paging.size_parameter = "size";
  paging.max_size = 100;
  paging.count = profile::Place{"/count", ""};
  paging.last_page = "/last";
  return paging;
}

inline profile::RequestTemplate request_of(std::string method, std::string path,
                                           std::vector<std::pair<std::string, std::string>> query = {}) {
  profile::RequestTemplate request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.query = std::move(query);
  return request;
}

inline profile::Wire api_wire() {
  profile::Wire wire;
  wire.base_url = base_url;
  wire.headers = {{"x-Key", "{credential.api_key}"}};
  wire.attributes = {
      at("/id", "", ""),
      at("/email", "/email", "/email"),
      at("/first_name", "/first_name", "/first_name"),
      at("/last_name", "/last_name", "/last_name", ""),
      at("/role", "/role", "/role"),
      at("/teams", "/teams", "/teams", json::Json::array()),
      at("/address/city", "/address/city", "/address/city", ""),
      at("/title", "", "/title"),
      at("/disabled", "", "/disabled"),
      at("", "", "/phone", ""),
      at("", "/password", "/password"),
  };
  wire.list.request = request_of("GET", "/users", {{"sort", "email"}});
  wire.list.items = "/users";
  wire.list.paging = numbered_pages();
  wire.find.request = request_of("GET", "/users", {{"email", "{key}"}});
  wire.find.items = "/users";
  wire.find_name.request = request_of("GET", "/users", {{"name", "{name}"}});
  wire.find_name.items = "/users";
  wire.find_name.paging = wire.list.paging;
  wire.read.request = request_of("GET", "/user/{id}");
  wire.me.request = request_of("GET", "/me");
  wire.create.request = request_of("POST", "/user");
  wire.create.names = profile::Names::id;
  wire.create.id = "/id";
  wire.update.request = request_of("POST", "/user/{id}");
  wire.errors.messages = {"/errors", "/error"};
  wire.errors.rules = {{{401}, {}, profile::Meaning::credentials},
                       {{409}, {}, profile::Meaning::exists},
                       {{400}, {"already"}, profile::Meaning::exists}};
  wire.rate.requests = 1000000;
  wire.rate.retry_after = std::chrono::seconds(60);
  return wire;
}

inline profile::Profile api_profile() {
  profile::Profile made;
  made.name = "example";
  made.title = "An API for tests";
  made.credentials = {"api_key"};
  made.schema = api_schema();
  made.wire = api_wire();
  return made;
}

// What a row or a plan says of one attribute.
inline model::AttributeChange is(model::AttributeIndex attribute, std::string after) {
  return {attribute, model::Presence::absent, {}, model::Presence::value, std::move(after)};
}
inline model::AttributeChange from(model::AttributeIndex attribute, std::string before, std::string after) {
  return {attribute, model::Presence::value, std::move(before), model::Presence::value, std::move(after)};
}
inline model::AttributeChange cleared(model::AttributeIndex attribute, std::string before) {
  return {attribute, model::Presence::value, std::move(before), model::Presence::clear, {}};
}

inline model::Change create_of(std::string key, std::vector<model::AttributeChange> more = {}) {
  model::Change change{0, model::Action::create, {}, key, {is(email, key), is(first_name, "Karadoc")}};
  for (auto& one : more) change.attributes.push_back(std::move(one));
  return change;
}
inline model::Change update_of(std::string user_id, std::vector<model::AttributeChange> changes) {
  return {0, model::Action::update, std::move(user_id), "someone@example.com", std::move(changes)};
}

}  // namespace rostersync::test
