// The shipped profile, held to what Partoo v2 publishes: Update user, User information, Create user.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "profile/profile.hpp"

using namespace rostersync;
using model::OnUpdate;
using model::Type;

namespace {

const profile::Profile& partoo() {
  static const profile::Profile it = profile::load("partoo", std::filesystem::path(ROSTERSYNC_SOURCE_DIR) / "config");
  return it;
}

model::AttributeIndex index_of(const std::string& name) {
  const auto index = partoo().schema.find(name);
  REQUIRE_MESSAGE(index.has_value(), name);
  return *index;
}

const model::Attribute& attribute(const std::string& name) {
  return partoo().schema[index_of(name)];
}

}  // namespace

TEST_CASE("every published field is there, in its published directions and of its published type") {
  struct Row {
    const char* name;
    Type type;
    bool read;
    bool create;
    OnUpdate update;
    bool required;
    const char* cleared;  // JSON
  };
  constexpr OnUpdate yes = OnUpdate::yes;
  constexpr OnUpdate no = OnUpdate::no;
  const std::vector<Row> rows = {
      {"id", Type::text, true, false, no, false, "null"},
      {"email", Type::email, true, true, yes, true, "null"},
      {"first_name", Type::text, true, true, yes, true, "null"},
      {"last_name", Type::text, true, true, yes, true, "null"},
      {"org_id", Type::integer, true, true, yes, false, "null"},
      {"accesses", Type::integer_set_set, true, true, yes, false, "[]"},
      {"business_ids", Type::text_set, true, true, yes, false, "[]"},
      {"phone", Type::text, false, false, yes, false, "\"\""},
      {"role", Type::text, true, true, yes, true, "null"},
      {"custom_role", Type::text, true, true, yes, false, "null"},
      {"sidebar_pages", Type::text_set, true, true, yes, false, "[]"},
      {"status", Type::text, true, true, yes, false, "null"},
      {"disabled", Type::boolean, true, false, yes, false, "null"},
      {"password", Type::secret, false, true, OnUpdate::on_request, false, "null"},
      {"lang", Type::text, true, true, yes, false, "null"},
      {"sso_only", Type::boolean, true, true, yes, false, "null"},
      {"keywords", Type::text_set, false, false, yes, false, "[]"},
      {"receive_reviews_email_notifications", Type::boolean, false, false, yes, false, "null"},
      {"send_invitation", Type::boolean, false, true, no, false, "null"},
      {"available_features", Type::text_set, true, false, no, false, "null"},
      {"provider", Type::text, true, false, no, false, "null"},
      {"created_at", Type::integer, true, false, no, false, "null"},
      {"shadow_user_id", Type::text, true, false, no, false, "null"}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const model::Attribute& it = attribute(row.name);
    CHECK(it.type == row.type);
    CHECK(it.fold_case == (row.type == Type::email));
    CHECK(it.readable == row.read);
    CHECK(it.on_create == row.create);
    CHECK(it.on_update == row.update);
    CHECK(it.required == row.required);
    CHECK_FALSE(it.description.empty());
    const profile::AttributePaths& paths = partoo().wire.attributes[index_of(row.name)];
    const std::string path = "/" + it.name;
    CHECK(paths.read == (row.read ? path : ""));
    CHECK(paths.create == (row.create ? path : ""));
    CHECK(paths.update == (row.update == no ? "" : path));
    CHECK(paths.cleared == json::Json::parse(row.cleared));
    CHECK(it.clearable == !paths.cleared.is_null());
  }
  CHECK(partoo().schema.size() == rows.size());
  CHECK(partoo().wire.attributes.size() == rows.size());
}

TEST_CASE("permitted values are the published ones") {
  struct Row {
    const char* name;
    std::vector<std::string> values;
  };
  for (const Row& row : std::vector<Row>{
           {"role", {"ORG_ADMIN", "ORG_MANAGER", "GROUP_MANAGER", "BUSINESS_MANAGER", "PUBLISHER"}},
           {"status", {"active", "invited"}},
           {"lang",
            {"fr", "en", "es", "it", "pt-br", "de", "ar", "nl", "pl", "cs", "ca", "sk", "pt", "lv", "ro", "bg", "hu"}},
           {"sidebar_pages",
            {"bulk_modification", "diffusion", "feedback_management", "messages", "posts", "presence_analytics",
             "review_analytics", "review_invite", "review_management"}},
           {"available_features",
            {"diffusion", "feedback_management", "messages", "posts", "review_invite", "review_management"}},
           {"custom_role", {}}}) {
    CAPTURE(row.name);
    CHECK(attribute(row.name).values == row.values);
  }
}

TEST_CASE("the rules of single attributes") {
  const model::Schema& schema = partoo().schema;
  CHECK(schema[model::id_attribute].name == "id");
  CHECK(schema.key == index_of("email"));
  CHECK(schema.name == std::vector{index_of("first_name"), index_of("last_name")});
  REQUIRE(schema.deactivation.has_value());
  CHECK(schema.deactivation->attribute == index_of("disabled"));
  CHECK(schema.deactivation->value == "true");

  REQUIRE(attribute("accesses").applies_when.size() == 1);
  CHECK(attribute("accesses").applies_when[0].attribute == index_of("role"));
  CHECK(attribute("accesses").applies_when[0].values == std::vector<std::string>{"GROUP_MANAGER"});
  REQUIRE(attribute("business_ids").applies_when.size() == 1);
  CHECK(attribute("business_ids").applies_when[0].attribute == index_of("role"));
  CHECK(attribute("business_ids").applies_when[0].values == std::vector<std::string>{"BUSINESS_MANAGER"});

  CHECK(attribute("role").privileged == std::vector<std::string>{"ORG_ADMIN"});
  CHECK(attribute("role").why.find("ORG_ADMIN") != std::string::npos);
  REQUIRE(attribute("role").never.size() == 1);
  CHECK(attribute("role").never[0].from == "PROVIDER");
  CHECK_FALSE(attribute("role").never[0].to.has_value());
  REQUIRE(attribute("status").never.size() == 1);
  CHECK(attribute("status").never[0].from == "active");
  CHECK(attribute("status").never[0].to == "invited");

  CHECK(attribute("disabled").initial == "false");
  CHECK(attribute("sso_only").initial == "false");
  CHECK_FALSE(attribute("status").initial.has_value());
  const model::Policy& password = attribute("password").policy;
  CHECK(password.min_length == 8);
  CHECK(password.upper);
  CHECK(password.lower);
  CHECK(password.special);
  CHECK(attribute("keywords").policy.max_items == 12);
  CHECK_FALSE(attribute("sidebar_pages").deprecated.empty());
  CHECK(attribute("lang").deprecated.empty());
}

TEST_CASE("requests, paging, rate") {
  const profile::Wire& wire = partoo().wire;
  CHECK(partoo().name == "partoo");
  CHECK(partoo().credentials == std::vector<std::string>{"api_key"});
  CHECK(wire.base_url == "https://api.partoo.co/v2");
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(wire.headers == Pairs{{"x-APIKey", "{credential.api_key}"}});
  CHECK(wire.list.request.method == "GET");
  CHECK(wire.list.request.path == "/user/search");
  CHECK(wire.list.request.query == Pairs{{"order_by", "email"}, {"display_business_ids", "true"}});
  CHECK(wire.list.items == "/users");
  REQUIRE(wire.list.paging.has_value());
  CHECK(wire.list.paging->position == "page");
  CHECK(wire.list.paging->first == 1);
  CHECK(wire.list.paging->size_parameter == "per_page");
  CHECK(wire.list.paging->max_size == 100);
  CHECK(wire.list.paging->count->pointer == "/count");
  CHECK(wire.list.paging->last_page == "/max_page");
  CHECK(wire.find.request.path == "/user/search");
  CHECK(wire.find.request.query.front() == std::pair<std::string, std::string>{"email", "{key}"});
  CHECK(wire.find.items == "/users");
  CHECK(wire.find_name.request.query.front() == std::pair<std::string, std::string>{"query", "{name}"});
  REQUIRE(wire.find_name.paging.has_value());
  CHECK(wire.find_name.paging->last_page == "/max_page");
  CHECK(partoo().schema.signs.empty());  // nobody can read a phone number
  CHECK(wire.read.request.method == "GET");
  CHECK(wire.read.request.path == "/user/{id}");
  CHECK(wire.me.request.path == "/user/me");
  CHECK(wire.create.request.method == "POST");
  CHECK(wire.create.request.path == "/user");
  CHECK(wire.create.id == "/id");
  CHECK(wire.update.request.method == "POST");
  CHECK(wire.update.request.path == "/user/{id}");
  CHECK(wire.rate.requests == 300);
  CHECK(wire.rate.per == std::chrono::minutes(1));
  CHECK(wire.rate.shape == profile::RateShape::window);
  CHECK(wire.rate.share == 0.8);
  CHECK(wire.rate.retry_after == std::chrono::minutes(1));
  CHECK(wire.rate.max_in_flight == 16);
}

TEST_CASE("what error answers mean") {
  const profile::ErrorShapes& errors = partoo().wire.errors;
  CHECK(errors.messages == std::vector<std::string>{"/errors", "/error"});
  CHECK(errors.fields == std::vector<std::string>{"/errors/json", "/error/json"});
  // The first rule that fits, as the reader of the wire applies it.
  const auto meaning = [&](int status, const std::string& message) {
    for (const profile::ErrorRule& rule : errors.rules) {
      const auto& statuses = rule.statuses;
      if (std::find(statuses.begin(), statuses.end(), status) == statuses.end()) continue;
      bool fits = rule.message_contains.empty();
      for (const std::string& words : rule.message_contains) fits |= message.find(words) != std::string::npos;
      if (fits) return rule.meaning;
    }
    return profile::Meaning::row;
  };
  using profile::Meaning;
  CHECK(meaning(401, "User not authenticated") == Meaning::credentials);
  CHECK(meaning(409, "") == Meaning::exists);
  CHECK(meaning(400, "email already in use") == Meaning::exists);
  CHECK(meaning(400, "this user exists") == Meaning::exists);
  CHECK(meaning(400, "email must be unique") == Meaning::exists);
  CHECK(meaning(400, "group 7 does not exist") == Meaning::row);
  CHECK(meaning(400, "not a valid lang") == Meaning::row);
  CHECK(meaning(403, "email already in use") == Meaning::row);
  CHECK(meaning(404, "Resource not found") == Meaning::row);
}
