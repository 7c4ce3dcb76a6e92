#include "http/link_header.hpp"

#include <algorithm>

namespace rostersync::http {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool takes(char c) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Up to one of `ends`, which stays.
  std::string_view until(std::string_view ends) {
    const std::string_view taken = rest_.substr(0, std::min(rest_.find_first_of(ends), rest_.size()));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string value() {
    if (!takes('"')) return std::string(until(" \t,;"));
    std::string text;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    takes('"');
    return text;
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
  }
  std::string_view rest_;
};

// Whether one of the relations in `value`, parted by blanks, is `relation`.
bool names(std::string_view value, std::string_view relation) {
  Scanner words(value);
  while (!words.at_end()) {
    if (same(words.until(" "), relation)) return true;
    words.takes(' ');
  }
  return false;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string link_target(std::string_view field, std::string_view relation) {
  Scanner scan(field);
  while (!scan.at_end()) {
    if (!scan.takes('<')) {
      scan.until(",");
      scan.takes(',');
      continue;
    }
    const std::string_view target = scan.until(">");
    scan.takes('>');
    bool told = false;  // the first "rel" counts
    bool matches = false;
    while (scan.takes(';')) {
      scan.takes(' ');
      const std::string_view name = trimmed(scan.until("=;,"));
      const std::string value = scan.takes('=') ? (scan.takes(' '), scan.value()) : std::string();
      if (!told && same(name, "rel")) matches = names(value, relation);
      told = told || same(name, "rel");
    }
    if (matches) return std::string(target);
    scan.until(",");
    scan.takes(',');
  }
  return {};
}

}  // namespace rostersync::http
