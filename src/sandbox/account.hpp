// A user as the sandbox keeps it, whatever the API that is played.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/json.hpp"

namespace rostersync::sandbox {

struct Account {
  json::OrderedJson user;                                  // every attribute of the published answer, in its order
  json::OrderedJson unseen = json::OrderedJson::object();  // what is accepted but never answered
  bool me = false;                                         // the user behind the credentials
};

// As a file of people has it: what is answered, what is not, and "me" where it is true.
json::OrderedJson person_object(const Account& account);

// What look-ups, filters and orders need of a user. What an API does not have stays empty.
struct Facts {
  std::string id, email;
  std::string user_name;  // the name to sign in by; "": none
  std::string first_name, last_name, role, status;
  std::vector<std::string> groups;
  std::int64_t org_id = 0;
  bool disabled = false;
};
using FactsOf = Facts (*)(const Account& account);

}  // namespace rostersync::sandbox
