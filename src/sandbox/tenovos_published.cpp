#include "sandbox/tenovos_published.hpp"

#include "sandbox/tenovos_catalogue.hpp"

namespace rostersync::sandbox::tenovos {

namespace {

using json::Json;

Json text() {
  return {{"type", "string"}};
}

Json some_text() {
  return {{"type", "string"}, {"minLength", 1}};
}

Json email() {
  return {{"type", "string"}, {"x-format", "email"}};
}

Json secret() {
  return {{"type", "string"}, {"minLength", 1}, {"x-secret", true}};
}

// "number" on the page: a whole one, as no other is the number of a telephone.
Json telephone_number() {
  return {{"type", "integer"}, {"minimum", 0}};
}

Json group_ids() {
  return {{"type", "array"}, {"items", text()}};
}

// "These values are case sensitive."
Json status() {
  return {{"type", "string"}, {"enum", {"enabled", "disabled"}}};
}

Json account_type() {
  return {{"type", "string"}, {"enum", {"local", "federated"}}};
}

Json closed_object(Json properties, Json required) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"additionalProperties", false},
          {"required", std::move(required)}};
}

Json ids_of(const std::vector<Entry>& entries) {
  Json ids = Json::array();
  for (const Entry& entry : entries) ids.push_back(entry.id);
  return ids;
}

}  // namespace

const Json& sign_in_body_schema(Version version) {
  static const Json v1_5 = closed_object({{"username", text()}, {"password", secret()}}, {"username", "password"});
  static const Json v1 = closed_object({{"clientId", text()}, {"username", text()}, {"password", secret()}},
                                       {"clientId", "username", "password"});
  return version == Version::v1 ? v1 : v1_5;
}

const Json& refresh_body_schema() {
  static const Json schema = closed_object(
      {{"session",
        closed_object({{"accessToken", secret()}, {"refreshToken", secret()}}, {"accessToken", "refreshToken"})}},
      {"session"});
  return schema;
}

// The page is version 1.5's; for version 1, of which none is known, it is taken to be the same.
const Json& create_body_schema() {
  static const Json schema = [] {
    Json groups = group_ids();
    groups["minItems"] = 1;
    const Json custom = closed_object(
        {{"country", text()}, {"company", text()}, {"phone", text()}, {"contact", text()}}, Json::array());
    return closed_object({{"firstName", some_text()},
                          {"lastName", some_text()},
                          {"friendlyName", some_text()},
                          {"email", email()},
                          {"username", some_text()},
                          {"password", secret()},
                          {"accountType", account_type()},
                          {"userRoleId", text()},
                          {"groups", std::move(groups)},
                          {"customAttributes", custom}},
                         {"firstName", "lastName", "friendlyName", "email", "username", "password", "accountType",
                          "userRoleId", "groups"});
  }();
  return schema;
}

const Json& update_body_schema() {
  static const Json schema = closed_object({{"firstName", some_text()},
                                            {"lastName", some_text()},
                                            {"friendlyName", text()},
                                            {"email", email()},
                                            {"company", text()},
                                            {"country", text()},
                                            {"contact", telephone_number()},
                                            {"phone", telephone_number()},
                                            {"userRoleId", text()},
                                            {"userRoleName", text()},
                                            {"groups", group_ids()},
                                            {"status", status()}},
                                           Json::array());
  return schema;
}

const std::vector<std::string>& answered_names(Version version) {
  static const std::vector<std::string> v1 = {"userId",   "customerId", "emailId", "firstName",
                                              "lastName", "roleId",     "status",  "groups"};
  static const std::vector<std::string> v1_5 = [] {
    auto names = v1;
    names.insert(names.end(), {"userName", "phone", "contact", "country", "company", "friendlyName"});
    return names;
  }();
  return version == Version::v1 ? v1 : v1_5;
}

const Json& person_schema() {
  static const Json schema = [] {
    Json properties = Json::object();
    for (const auto& name : answered_names(Version::v1_5)) properties[name] = text();
    properties["roleId"]["enum"] = ids_of(roles());
    properties["groups"] = {{"type", "array"}, {"items", {{"type", "string"}, {"enum", ids_of(groups())}}}};
    properties["status"] = status();
    properties["accountType"] = account_type();
    properties["me"] = {{"type", "boolean"}};
    return closed_object(std::move(properties), {"emailId", "firstName", "lastName"});
  }();
  return schema;
}

}  // namespace rostersync::sandbox::tenovos
