// A user of Partoo.
#pragma once

#include <vector>

#include "json/document.hpp"
#include "sandbox/account.hpp"

namespace rostersync::sandbox::partoo {

// The attributes of a user nobody has said anything about, in published order: empty texts and lists, active, no role.
json::OrderedJson blank_user();

Facts facts_of(const Account& account);

// Brings `account` in line with its role: business_ids are kept only for BUSINESS_MANAGER, accesses only for
// GROUP_MANAGER, and a role that has a built-in custom role gets it where none was chosen.
void settle_by_role(Account& account);

// A file of people: an array of user objects with the attributes of the published answer, the write-only ones, and
// "me". Missing attributes get their defaults; e-mails and ids must differ. Where nobody is "me", the key's own user is
// put first. Throws CannotRun naming file and line.
std::vector<Account> accounts_from(const json::Document& people);

}  // namespace rostersync::sandbox::partoo
