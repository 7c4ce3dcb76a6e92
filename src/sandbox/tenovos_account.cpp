#include "sandbox/tenovos_account.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "sandbox/body_check.hpp"
#include "sandbox/people_file.hpp"
#include "sandbox/tenovos_catalogue.hpp"
#include "sandbox/tenovos_published.hpp"
#include "text/text.hpp"

namespace rostersync::sandbox::tenovos {

namespace {

using json::Json;
using json::OrderedJson;

// The caller is in all groups but the last, so that version 1 shows that it does not show everybody.
OrderedJson groups_of_caller() {
  OrderedJson ids = OrderedJson::array();
  for (const Entry& group : groups()) ids.push_back(group.id);
  ids.erase(ids.size() - 1);
  return ids;
}

OrderedJson default_of(const std::string& name) {
  if (name == "customerId") return "1234567890";
  if (name == "roleId") return roles().front().id;
  if (name == "status") return "enabled";
  if (name == "groups") return OrderedJson::array({groups().front().id});
  return "";
}

void set(Account& account, const std::string& name, const OrderedJson& value) {
  (account.user.contains(name) ? account.user : account.unseen)[name] = value;
}

std::string text_of(const Account& account, const std::string& name) {
  const auto& holder = account.user.contains(name) ? account.user : account.unseen;
  return holder.value(name, "");
}

void complete(Account& account, const Json& attributes) {
  const auto email = text_of(account, "emailId");
  const auto give = [&](const char* name, const std::string& value) {
    if (!attributes.contains(name)) set(account, name, value);
  };
  give("userId", uuid_of(email));
  give("userName", email);
  give("friendlyName", text_of(account, "firstName") + " " + text_of(account, "lastName"));
  if (!account.me) return;
  give("roleId", roles()[1].id);
  if (!attributes.contains("groups")) set(account, "groups", groups_of_caller());
}

}  // namespace

std::string uuid_of(const std::string& text) {
  const auto hash = base::wide_hash(text);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", hash.high >> 32U, (hash.high >> 16U) & 0xffff,
                     hash.high & 0xffff, hash.low >> 48U, hash.low & 0xffff'ffff'ffff);
}

Facts facts_of(const Account& account) {
  Facts facts;
  facts.id = text_of(account, "userId");
  facts.email = text_of(account, "emailId");
  facts.user_name = text_of(account, "userName");
  facts.first_name = text_of(account, "firstName");
  facts.last_name = text_of(account, "lastName");
  facts.role = text_of(account, "roleId");
  facts.status = text_of(account, "status");
  facts.disabled = facts.status == "disabled";
  for (const auto& group : account.user.at("groups")) facts.groups.push_back(group.get<std::string>());
  return facts;
}

void take_over(Account& account, const Json& attributes) {
  for (const auto& [name, value] : attributes.items()) set(account, name, value);
}

Account account_from(const Json& attributes, Version version) {
  Account account;
  for (const auto& name : answered_names(version)) account.user[name] = default_of(name);
  for (const auto& name : answered_names(Version::v1_5)) set(account, name, default_of(name));
  Json others = attributes;
  others.erase("me");
  take_over(account, others);
  account.me = attributes.value("me", false);
  complete(account, attributes);
  return account;
}

Account caller(const std::string& username, Version version) {
  return account_from({{"emailId", is_email(username) ? username : "admin@example.com"},
                       {"firstName", "Arthur"},
                       {"lastName", "Pendragon"},
                       {"userName", username},
                       {"me", true}},
                      version);
}

std::vector<Account> accounts_from(const json::Document& people, const std::string& username, Version version) {
  const auto account = [&](const Json& person) {
    Json attributes = person;
    if (person.value("me", false)) attributes.emplace("userName", username);
    return account_from(attributes, version);
  };
  const auto is_own = [&](const Facts& facts) {
    const auto wanted = text::fold(username);
    return text::fold(facts.email) == wanted || text::fold(facts.user_name) == wanted;
  };
  return sandbox::accounts_from(
      people, {person_schema(), "emailId", &facts_of, account, is_own, [&] { return caller(username, version); }});
}

}  // namespace rostersync::sandbox::tenovos
