#include "sandbox/account.hpp"

namespace rostersync::sandbox {

json::OrderedJson person_object(const Account& account) {
  json::OrderedJson person = account.user;
  for (const auto& [name, value] : account.unseen.items()) person[name] = value;
  if (account.me) person["me"] = true;
  return person;
}

}  // namespace rostersync::sandbox
