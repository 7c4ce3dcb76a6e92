#include "sandbox/tenovos_catalogue.hpp"

#include <algorithm>

namespace rostersync::sandbox::tenovos {

namespace {

template <class Matches>
const Entry* find(const std::vector<Entry>& entries, Matches matches) {
  const auto found = std::find_if(entries.begin(), entries.end(), matches);
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<Entry>& roles() {
  static const std::vector<Entry> all = {{"7d5620e0-f423-11e9-8071-89c0c4052141", "End user"},
                                         {"7d5620e1-f423-11e9-8071-89c0c4052141", "Administrator"},
                                         {"7d5620e2-f423-11e9-8071-89c0c4052141", "Librarian"},
                                         {"7d5620e3-f423-11e9-8071-89c0c4052141", "Contributor"},
                                         {"7d5620e4-f423-11e9-8071-89c0c4052141", "Reviewer"}};
  return all;
}

const std::vector<Entry>& groups() {
  static const std::vector<Entry> all = {{"7d6207c0-f423-11e9-8071-89c0c4052141", "Everyone"},
                                         {"7d6207c1-f423-11e9-8071-89c0c4052141", "Marketing"},
                                         {"7d6207c2-f423-11e9-8071-89c0c4052141", "Photo studio"},
                                         {"7d6207c3-f423-11e9-8071-89c0c4052141", "Agencies"},
                                         {"7d6207c4-f423-11e9-8071-89c0c4052141", "Press"},
                                         {"7d6207c5-f423-11e9-8071-89c0c4052141", "Retail partners"},
                                         {"7d6207c6-f423-11e9-8071-89c0c4052141", "Board"}};
  return all;
}

const Entry* find_id(const std::vector<Entry>& entries, std::string_view id) {
  return find(entries, [&](const Entry& entry) { return entry.id == id; });
}

const Entry* find_name(const std::vector<Entry>& entries, std::string_view name) {
  return find(entries, [&](const Entry& entry) { return entry.name == name; });
}

}  // namespace rostersync::sandbox::tenovos
