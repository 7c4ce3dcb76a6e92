#include "json/pointer.hpp"

namespace rostersync::json {

std::string escape_pointer(std::string_view member) {
  std::string escaped;
  escaped.reserve(member.size());
  for (const char c : member) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string child_pointer(const std::string& parent, std::string_view member) {
  return parent + '/' + escape_pointer(member);
}

std::string child_pointer(const std::string& parent, std::size_t index) {
  return parent + '/' + std::to_string(index);
}

bool is_pointer(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
  }
  return true;
}

std::string readable_path(const std::string& pointer) {
  std::string path;
  for (std::size_t i = 1; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      path += '.';
    } else if (pointer[i] == '~' && i + 1 < pointer.size()) {
      path += pointer[++i] == '1' ? '/' : '~';
    } else {
      path += pointer[i];
    }
  }
  return path;
}

}  // namespace rostersync::json
