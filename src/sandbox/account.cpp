#include "sandbox/account.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "json/schema.hpp"
#include "sandbox/body_check.hpp"
#include "sandbox/published.hpp"
#include "text/text.hpp"

namespace rostersync::sandbox {

namespace {

using json::Json;
using json::OrderedJson;

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

// Throws for the second user who has a value that only one may have.
class Unique {
 public:
  Unique(const json::Document& people, const char* attribute) : people_(people), attribute_(attribute) {}

  void add(const std::string& key, std::size_t index) {
    const auto [seen, added] = indices_.emplace(key, index);
    if (added) return;
    throw base::CannotRun(fmt::format("{}: {} is that of another user too ({}); give each user one of their own",
                                      place(index), attribute_, place(seen->second)));
  }

 private:
  std::string place(std::size_t index) const { return people_.place(fmt::format("/{}", index)); }

  const json::Document& people_;
  const char* attribute_;
  std::unordered_map<std::string, std::size_t> indices_;
};

void refuse_bad_emails(const json::Document& people) {
  for (std::size_t i = 0; i < people.root.size(); ++i) {
    const auto& email = people.root[i]["email"].get_ref<const std::string&>();
    if (is_email(email)) continue;
    throw base::CannotRun(
        fmt::format("{}: email \"{}\" is no e-mail address", people.place(fmt::format("/{}/email", i)), email));
  }
}

Account own_account() {
  return account_from(Json{{"email", "arthur.pendragon@kaamelott.example"},
                           {"first_name", "Arthur"},
                           {"last_name", "Pendragon"},
                           {"role", "ORG_ADMIN"},
                           {"me", true}});
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

std::vector<Account> accounts_from(const json::Document& people) {
  json::require_schema(Json{{"type", "array"}, {"items", person_schema()}}, people);
  refuse_bad_emails(people);
  std::vector<Account> accounts;
  Unique emails(people, "the e-mail");
  Unique ids(people, "the id");
  for (std::size_t i = 0; i < people.root.size(); ++i) {
    accounts.push_back(account_from(people.root[i]));
    emails.add(text::fold(accounts.back().user["email"].get<std::string>()), i);
    ids.add(accounts.back().user["id"].get<std::string>(), i);
  }
  const auto owners = std::count_if(accounts.begin(), accounts.end(), [](const Account& one) { return one.me; });
  if (owners > 1)
    throw base::CannotRun(
        fmt::format("{}: \"me\" is true for {} users; the API key has one user", people.name, owners));
  if (owners == 0) {
    Account own = own_account();
    const auto email = own.user["email"].get<std::string>();
    const auto there = std::find_if(accounts.begin(), accounts.end(), [&](const Account& one) {
      return text::fold(one.user["email"].get<std::string>()) == email;
    });
    if (there != accounts.end()) {
      there->me = true;
    } else {
      accounts.insert(accounts.begin(), std::move(own));
    }
  }
  return accounts;
}

OrderedJson person_object(const Account& account) {
  OrderedJson person = account.user;
  for (const auto& [name, value] : account.unseen.items()) person[name] = value;
  if (account.me) person["me"] = true;
  return person;
}

}  // namespace rostersync::sandbox
