// Files of people: JSON arrays of users in the shape that the API answers.
#pragma once

#include <functional>
#include <vector>

#include "json/document.hpp"
#include "sandbox/account.hpp"

namespace rostersync::sandbox {

// What a file of people holds for one API.
struct PeopleShape {
  const json::Json& person;  // a JSON Schema of one
  const char* email;         // the attribute that holds it
  FactsOf facts;
  std::function<Account(const json::Json&)> account;  // a valid person with the defaults of what is left out
  std::function<bool(const Facts&)> is_own;           // whether it is the caller, where nobody is said to be "me"
  std::function<Account()> own;                       // the caller, where nobody is
};

// E-mails, ids and user names must differ, each without case but the ids. Where nobody is "me", somebody is made so, or
// the caller is put first. Throws CannotRun naming file and line.
std::vector<Account> accounts_from(const json::Document& people, const PeopleShape& shape);

}  // namespace rostersync::sandbox
