#include "sandbox/partoo_account.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/hash.hpp"
#include "sandbox/partoo_published.hpp"
#include "sandbox/people_file.hpp"
#include "text/text.hpp"

namespace rostersync::sandbox::partoo {

namespace {

using json::Json;
using json::OrderedJson;

constexpr const char* own_email = "arthur.pendragon@kaamelott.example";

// The built-in custom roles, by the role whose default they are.
const std::map<std::string, std::string>& built_in_custom_roles() {
  static const std::map<std::string, std::string> roles = {{"GROUP_MANAGER", "default_group_manager"},
                                                           {"BUSINESS_MANAGER", "default_business_manager"}};
  return roles;
}

bool is_default_custom_role(const std::string& name) {
  const auto& roles = built_in_custom_roles();
  return name.empty() || std::any_of(roles.begin(), roles.end(), [&](const auto& pair) { return pair.second == name; });
}

Account account_from(const Json& person) {
  Account account;
  account.user = blank_user();
  for (const auto& [name, value] : person.items()) {
    if (name == "me") {
      account.me = value.get<bool>();
    } else if (account.user.contains(name)) {
      account.user[name] = value;
    } else {
      account.unseen[name] = value;
    }
  }
  if (account.user["role"] == "") account.user["role"] = account.me ? "ORG_ADMIN" : "BUSINESS_MANAGER";
  if (account.user["id"] == "") {
    const auto hash = base::wide_hash(account.user["email"].get_ref<const std::string&>());
    account.user["id"] = fmt::format("{:016x}{:08x}", hash.high, hash.low & 0xffffffff);
  }
  settle_by_role(account);
  return account;
}

Account own_account() {
  return account_from(Json{
      {"email", own_email}, {"first_name", "Arthur"}, {"last_name", "Pendragon"}, {"role", "ORG_ADMIN"}, {"me", true}});
}

}  // namespace

OrderedJson blank_user() {
  const OrderedJson features = {"diffusion", "feedback_management", "messages",
                                "posts",     "review_invite",       "review_management"};
  return OrderedJson{{"id", ""},
                     {"org_id", 42},
                     {"first_name", ""},
                     {"last_name", ""},
                     {"email", ""},
                     {"lang", "en"},
                     {"sidebar_pages", features},
                     {"available_features", features},
                     {"business_ids", OrderedJson::array()},
                     {"accesses", OrderedJson::array()},
                     {"role", ""},
                     {"provider", "partoo"},
                     {"status", "active"},
                     {"disabled", false},
                     {"created_at", 1615299414},
                     {"shadow_user_id", ""},
                     {"custom_role", ""},
                     {"sso_only", false}};
}

void settle_by_role(Account& account) {
  const auto role = account.user["role"].get<std::string>();
  if (role != "BUSINESS_MANAGER") account.user["business_ids"] = OrderedJson::array();
  if (role != "GROUP_MANAGER") account.user["accesses"] = OrderedJson::array();
  if (!is_default_custom_role(account.user["custom_role"].get<std::string>())) return;
  const auto built_in = built_in_custom_roles().find(role);
  account.user["custom_role"] = built_in == built_in_custom_roles().end() ? "" : built_in->second;
}

Facts facts_of(const Account& account) {
  const auto text = [&](const char* name) { return account.user.at(name).get<std::string>(); };
  Facts facts;
  facts.id = text("id");
  facts.email = text("email");
  facts.first_name = text("first_name");
  facts.last_name = text("last_name");
  facts.role = text("role");
  facts.status = text("status");
  facts.org_id = account.user.at("org_id").get<std::int64_t>();
  facts.disabled = account.user.at("disabled").get<bool>();
  return facts;
}

std::vector<Account> accounts_from(const json::Document& people) {
  const auto is_own = [](const Facts& facts) { return text::fold(facts.email) == own_email; };
  return sandbox::accounts_from(people, {person_schema(), "email", &facts_of, &account_from, is_own, &own_account});
}

}  // namespace rostersync::sandbox::partoo
