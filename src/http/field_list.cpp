#include "http/field_list.hpp"

#include <algorithm>

namespace rostersync::http {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes what stands before the next `separator` outside quotes off the front of `text`, and the separator with it.
std::string_view take_until(char separator, std::string_view& text) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != separator); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '\\' && quoted && i + 1 < text.size()) ++i;
  }
  const std::string_view taken = text.substr(0, i);
  text.remove_prefix(std::min(i + 1, text.size()));
  return trimmed(taken);
}

}  // namespace

std::optional<std::string_view> ListMember::parameter(std::string_view name) const {
  const auto found =
      std::find_if(parameters.rbegin(), parameters.rend(), [&](const auto& one) { return one.first == name; });
  if (found == parameters.rend()) return std::nullopt;
  return found->second;
}

std::vector<ListMember> parse_field_list(std::string_view text) {
  std::vector<ListMember> members;
  while (!text.empty()) {
    std::string_view rest = take_until(',', text);
    ListMember member;
    member.item = take_until(';', rest);
    while (!rest.empty()) {
      const std::string_view parameter = take_until(';', rest);
      const auto equals = std::min(parameter.find('='), parameter.size());
      const auto value = parameter.substr(std::min(equals + 1, parameter.size()));
      member.parameters.emplace_back(trimmed(parameter.substr(0, equals)), trimmed(value));
    }
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace rostersync::http
