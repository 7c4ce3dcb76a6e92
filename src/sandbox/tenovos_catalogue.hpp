// The roles and groups that there are. No page says how they are made, so nobody can: they are always these.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rostersync::sandbox::tenovos {

struct Entry {
  std::string id;
  std::string name;
};

const std::vector<Entry>& roles();   // the first is what most people have, the second the administrator's
const std::vector<Entry>& groups();  // the last is one that the caller is not in

const Entry* find_id(const std::vector<Entry>& entries, std::string_view id);      // null: there is none
const Entry* find_name(const std::vector<Entry>& entries, std::string_view name);  // exact

}  // namespace rostersync::sandbox::tenovos
