// A user of Tenovos. What version 1 does not answer is kept apart, as what it does.
#pragma once

#include <string>
#include <vector>

#include "json/document.hpp"
#include "sandbox/account.hpp"
#include "sandbox/tenovos_version.hpp"

namespace rostersync::sandbox::tenovos {

// A text that looks like an id, the same for the same text.
std::string uuid_of(const std::string& text);

Facts facts_of(const Account& account);

// A user with `attributes`, named as they are answered; the others have their defaults. "me" and "accountType" may be
// among them.
Account account_from(const json::Json& attributes, Version version);

// Takes over attributes, named as they are answered.
void take_over(Account& account, const json::Json& attributes);

// Who signs in by `username`, where nobody else is.
Account caller(const std::string& username, Version version);

// A file of people: an array of user objects with the attributes of version 1.5's answer, "accountType" and "me". Where
// nobody is "me" it is who has `username` for an e-mail address or a user name, and else somebody is put first. Throws
// CannotRun naming file and line.
std::vector<Account> accounts_from(const json::Document& people, const std::string& username, Version version);

}  // namespace rostersync::sandbox::tenovos
