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

std::string_view name_of(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "answered";
    case Failure::never_left:
      return "never left";
    case Failure::lost:
      return "answer lost";
    case Failure::timed_out:
      return "timed out";
    case Failure::too_large:
      return "answer too large";
    case Failure::insecure:
      return "insecure";
  }
  return "";
}

std::optional<std::string_view> Response::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [name](const auto& candidate) { return same_name(candidate.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::string Response::list(std::string_view name) const {
  std::string values;
  for (const auto& [candidate, value] : headers) {
    if (!same_name(candidate, name)) continue;
    if (!values.empty()) values += ", ";
    values += value;
  }
  return values;
}

}  // namespace rostersync::http
