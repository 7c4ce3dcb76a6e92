#include "http/message.hpp"

#include <algorithm>

namespace rostersync::http {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::optional<std::string_view> Response::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [name](const auto& candidate) { return same_name(candidate.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

}  // namespace rostersync::http
