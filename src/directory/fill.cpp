#include "directory/fill.hpp"

namespace rostersync::directory {

std::string filled(std::string_view pattern, const Lookup& lookup) {
  std::string text;
  for (;;) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    text += pattern.substr(0, close == std::string_view::npos ? close : open);
    if (close == std::string_view::npos) return text;
    text += lookup(std::string(pattern.substr(open + 1, close - open - 1)));
    pattern.remove_prefix(close + 1);
  }
}

json::Json filled_within(const json::Json& pattern, const Lookup& lookup) {
  if (pattern.is_string()) return filled(std::string_view(pattern.get_ref<const std::string&>()), lookup);
  json::Json made = pattern;
  if (made.is_structured()) {
    for (json::Json& child : made) child = filled_within(child, lookup);
  }
  return made;
}

}  // namespace rostersync::directory
