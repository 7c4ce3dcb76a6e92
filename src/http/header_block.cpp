#include "http/header_block.hpp"

#include <utility>

namespace rostersync::http {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

bool HeaderBlock::add(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > max_bytes) return false;
  const std::string_view text = trimmed(line);
  if (line.starts_with("HTTP/")) {
    headers_.clear();
    complete_ = false;
  } else if (text.empty()) {
    complete_ = true;
  } else if (complete_) {
    return true;
  } else if ((line.front() == ' ' || line.front() == '\t') && !headers_.empty()) {
    headers_.back().second.append(" ").append(text);  // RFC 9112 section 5.2
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    headers_.emplace_back(trimmed(text.substr(0, colon)), trimmed(text.substr(colon + 1)));
  }
  return true;
}

Headers HeaderBlock::take() {
  return std::exchange(headers_, {});
}

}  // namespace rostersync::http
