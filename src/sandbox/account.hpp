// A user as the sandbox keeps it.
#pragma once

#include <string>
#include <vector>

#include "json/document.hpp"
#include "json/json.hpp"

namespace rostersync::sandbox {

struct Account {
  json::OrderedJson user;                                  // every attribute of the published answer, in its order
  json::OrderedJson unseen = json::OrderedJson::object();  // what is accepted but never answered (phone, keywords, ...)
  bool me = false;                                         // the user behind the API key
};

// The attributes of a user nobody has said anything about, in published order: empty texts and lists, active, no role.
json::OrderedJson blank_user();

// Brings `account` in line with its role: business_ids are kept only for BUSINESS_MANAGER, accesses only for
// GROUP_MANAGER, and a role that has a built-in custom role gets it where none was chosen.
void settle_by_role(Account& account);

// A file of people: an array of user objects with the attributes of the published answer, the write-only ones, and
// "me". Missing attributes get their defaults; e-mails and ids must differ. Where nobody is "me", the key's own user is
// put first. Throws CannotRun naming file and line.
std::vector<Account> accounts_from(const json::Document& people);
json::OrderedJson person_object(const Account& account);  // the inverse, for one

}  // namespace rostersync::sandbox
