#include "directory/redaction.hpp"

#include <algorithm>

#include "json/json.hpp"

namespace rostersync::directory {

std::string without(std::string text, const std::string& secret) {
  constexpr std::string_view mask = "(secret)";
  if (secret.empty()) return text;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size())) {
    text.replace(at, secret.size(), mask);
  }
  return text;
}

void Redaction::add(const std::string& secret) {
  const std::string quoted = json::Json(secret).dump(-1, ' ', false, json::Json::error_handler_t::replace);
  for (const std::string& one : {secret, quoted.substr(1, quoted.size() - 2)}) {
    if (one.empty() || std::find(secrets_.begin(), secrets_.end(), one) != secrets_.end()) continue;
    const auto shorter = [&](const std::string& other) { return other.size() < one.size(); };
    secrets_.insert(std::find_if(secrets_.begin(), secrets_.end(), shorter), one);
  }
}

std::string Redaction::apply(std::string text) const {
  for (const std::string& secret : secrets_) text = without(std::move(text), secret);
  return text;
}

}  // namespace rostersync::directory
