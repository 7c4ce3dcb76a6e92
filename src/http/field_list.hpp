// A list of items with parameters, as RFC 9651 section 3.1 writes it: `"a";q=1;w=60, b;q=2`. Lenient: what is written
// otherwise yields members that mean nothing to anybody, never an error.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace rostersync::http {

// Points into the text that was parsed. Items and values are as written, strings with their quotes.
struct ListMember {
  std::string_view item;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;

  // The last one of that name, as section 4.2.3.2 has it; nothing if absent.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

std::vector<ListMember> parse_field_list(std::string_view text);

}  // namespace rostersync::http
