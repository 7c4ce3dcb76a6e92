#include "profile/placeholders.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "json/pointer.hpp"
#include "text/text.hpp"

namespace rostersync::profile {
namespace {

void note_unknown(Reader& reader, const std::string& name, const std::string& pointer,
                  const std::vector<std::string>& known) {
  const auto near = text::nearest(name, known);
  const std::string hint = near            ? fmt::format("; did you mean {{{}}}?", *near)
                           : known.empty() ? std::string("; none can stand there")
                                           : fmt::format("; what can stand there: {{{}}}", fmt::join(known, "}, {"));
  reader.fault(pointer, fmt::format("{{{}}} is no placeholder here{}", name, hint));
}

}  // namespace

std::vector<std::string> check_placeholders(Reader& reader, const std::string& pattern, const std::string& pointer,
                                            const std::vector<std::string>& known) {
  std::vector<std::string> found;
  for (std::size_t open = pattern.find_first_of("{}"); open != std::string::npos;
       open = pattern.find_first_of("{}", open + 1)) {
    const std::size_t close = pattern.find_first_of("{}", open + 1);
    if (pattern[open] == '}' || close == std::string::npos || pattern[close] == '{') {
      reader.fault(pointer, fmt::format("a brace without its partner in \"{}\"", pattern));
      return found;
    }
    found.push_back(pattern.substr(open + 1, close - open - 1));
    if (std::find(known.begin(), known.end(), found.back()) == known.end()) {
      note_unknown(reader, found.back(), pointer, known);
    }
    open = close;
  }
  return found;
}

std::vector<std::string> check_placeholders_within(Reader& reader, const std::string& pointer,
                                                   const std::vector<std::string>& known) {
  const json::Json& value = reader.at(pointer);
  if (value.is_string()) return check_placeholders(reader, value.get<std::string>(), pointer, known);
  std::vector<std::string> found;
  const auto look_into = [&](const std::string& child) {
    const auto more = check_placeholders_within(reader, child, known);
    found.insert(found.end(), more.begin(), more.end());
  };
  if (value.is_object()) {
    for (const std::string& name : reader.members(pointer)) look_into(json::child_pointer(pointer, name));
  }
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) look_into(json::child_pointer(pointer, i));
  }
  return found;
}

std::vector<std::string> common_credentials(const Reader& reader) {
  std::vector<std::string> known;
  for (const std::string& name : reader.texts("/credentials")) known.push_back("credential." + name);
  return known;
}

}  // namespace rostersync::profile
