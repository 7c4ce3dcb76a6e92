#include "sandbox/partoo_published.hpp"

#include <initializer_list>
#include <string>

namespace rostersync::sandbox::partoo {

namespace {

// Every attribute as its page describes it. "role" is what may be granted; "role_read" is what may be read.
// A format is x-format, for body_check: the schema library fails where the value is a list, which has no text to look
// at.
constexpr const char* attributes = R"json({
  "id": {"type": "string"},
  "email": {"type": "string", "x-format": "email"},
  "first_name": {"type": "string"},
  "last_name": {"type": "string"},
  "org_id": {"type": "integer"},
  "accesses": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
  "business_ids": {"type": "array", "items": {"type": "string"}},
  "role": {"type": "string",
           "enum": ["ORG_ADMIN", "ORG_MANAGER", "GROUP_MANAGER", "BUSINESS_MANAGER", "PUBLISHER"]},
  "role_read": {"type": "string",
                "enum": ["PROVIDER", "ORG_ADMIN", "ORG_MANAGER", "GROUP_MANAGER", "BUSINESS_MANAGER", "PUBLISHER"]},
  "custom_role": {"type": "string"},
  "sidebar_pages": {"type": "array",
    "items": {"type": "string",
              "enum": ["bulk_modification", "diffusion", "feedback_management", "messages", "posts",
                       "presence_analytics", "review_analytics", "review_invite", "review_management"]}},
  "available_features": {"type": "array",
    "items": {"type": "string",
              "enum": ["diffusion", "feedback_management", "messages", "posts", "review_invite", "review_management"]}},
  "status": {"type": "string", "enum": ["active", "invited"]},
  "disabled": {"type": "boolean"},
  "password": {"type": "string", "x-format": "password", "minLength": 8, "x-secret": true},
  "lang": {"type": "string", "enum": ["fr", "en", "es", "it", "pt-br", "de", "ar", "nl", "pl", "cs", "ca", "sk", "pt",
                                      "lv", "ro", "bg", "hu"]},
  "sso_only": {"type": "boolean"},
  "send_invitation": {"type": "boolean"},
  "phone": {"type": "string"},
  "keywords": {"type": "array", "items": {"type": "string"}, "maxItems": 12},
  "receive_reviews_email_notifications": {"type": "boolean"},
  "provider": {"type": "string"},
  "created_at": {"type": "number"},
  "shadow_user_id": {"type": "string"},
  "me": {"type": "boolean"}
})json";

const json::Json& attribute(const std::string& name) {
  static const json::Json all = json::Json::parse(attributes);
  return all.at(name);
}

json::Json closed_object(std::initializer_list<const char*> names, std::initializer_list<const char*> required) {
  json::Json schema = {{"type", "object"}, {"properties", json::Json::object()}, {"additionalProperties", false}};
  for (const char* name : names) schema["properties"][name] = attribute(name);
  if (required.size() > 0) schema["required"] = required;
  return schema;
}

json::Json user_properties() {
  json::Json schema = closed_object({"id", "org_id", "first_name", "last_name", "email", "lang", "sidebar_pages",
                                     "available_features", "business_ids", "accesses", "provider", "status", "disabled",
                                     "created_at", "shadow_user_id", "custom_role", "sso_only"},
                                    {});
  schema["properties"]["role"] = attribute("role_read");
  return schema;
}

}  // namespace

const json::Json& create_body_schema() {
  static const json::Json schema = [] {
    json::Json made =
        closed_object({"email", "first_name", "last_name", "org_id", "accesses", "business_ids", "role", "custom_role",
                       "sidebar_pages", "send_invitation", "status", "password", "lang", "sso_only"},
                      {"email", "first_name", "last_name"});
    made["properties"]["sidebar_pages"]["type"] = {"array", "null"};  // null: all the features of the organization
    return made;
  }();
  return schema;
}

const json::Json& update_body_schema() {
  static const json::Json schema =
      closed_object({"email", "first_name", "last_name", "org_id", "accesses", "business_ids", "phone", "role",
                     "custom_role", "sidebar_pages", "status", "disabled", "password", "lang", "sso_only", "keywords",
                     "receive_reviews_email_notifications"},
                    {});
  return schema;
}

const json::Json& user_schema() {
  static const json::Json schema = user_properties();
  return schema;
}

const json::Json& person_schema() {
  static const json::Json schema = [] {
    json::Json made = user_properties();
    for (const char* name : {"phone", "keywords", "receive_reviews_email_notifications", "me"}) {
      made["properties"][name] = attribute(name);
    }
    made["required"] = {"email", "first_name", "last_name"};
    return made;
  }();
  return schema;
}

}  // namespace rostersync::sandbox::partoo
