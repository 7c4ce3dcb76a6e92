#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "text/text.hpp"

namespace rostersync::report {

namespace {

enum class Quotes { no, yes };

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 1;  // bytes
};

// The code point that starts at `at` of well-formed text.
CodePoint decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i])); };
  const auto tail = [&](std::size_t i) { return byte(i) & 0x3FU; };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xE0) return {(byte(0) & 0x1FU) << 6 | tail(1), 2};
  if (byte(0) < 0xF0) return {(byte(0) & 0x0FU) << 12 | tail(1) << 6 | tail(2), 3};
  return {(byte(0) & 0x07U) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4};
}

bool shapeless(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point <= 0x9F) ||       // C0, DEL, C1
         point == 0x61C || point == 0x200E || point == 0x200F ||   // bidirectional marks,
         (point >= 0x202A && point <= 0x202E) ||                   // embeddings and overrides,
         (point >= 0x2066 && point <= 0x2069) ||                   // isolates
         point == 0x2028 || point == 0x2029 ||                     // line and paragraph separators
         point == 0x200B || point == 0x2060 || point == 0xFEFF ||  // zero width
         (point >= 0xFFF9 && point <= 0xFFFB) ||                   // interlinear annotation
         (point >= 0xE0000 && point <= 0xE007F);                   // tags
}

std::string spelt(std::uint32_t point) {
  if (point == '\n') return "\\n";
  if (point == '\r') return "\\r";
  if (point == '\t') return "\\t";
  if (point < 0x100) return fmt::format("\\x{:02x}", point);
  if (point < 0x10000) return fmt::format("\\u{:04x}", point);
  return fmt::format("\\U{:08x}", point);
}

void append_visible(std::string& out, std::string_view raw, Quotes quotes) {
  const std::string text = well_formed(raw);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode(text, at);
    if (shapeless(point.value)) {
      out += spelt(point.value);
    } else {
      if (quotes == Quotes::yes && (point.value == '"' || point.value == '\\')) out += '\\';
      out.append(text, at, point.size);
    }
    at += point.size;
  }
}

// Takes what comes before the next `separator`, and the separator, off the front of `text`.
std::string_view take(std::string_view& text, char separator) {
  const std::string_view taken = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), taken.size() + 1));
  return taken;
}

}  // namespace

std::string well_formed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (const auto bad = text::first_invalid_utf8(text)) {
    out.append(text.substr(0, *bad)).append("\xEF\xBF\xBD");
    text.remove_prefix(*bad + 1);
  }
  return out.append(text);
}

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text, Quotes::no);
  return out;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  append_visible(out, text, Quotes::yes);
  return out += '"';
}

std::string shorten(std::string_view text, std::size_t columns) {
  if (text.size() <= columns || text::length(text) <= columns) return std::string(text);
  std::size_t at = 0;
  for (std::size_t kept = 1; kept < columns; ++kept) at += decode(text, at).size;
  return std::string(text.substr(0, at)) + "…";
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
  std::string shown = visible(text);
  if (!shown.empty() && shown.find_first_not_of(plain) == std::string::npos) return shown;
  std::string out = "'";
  for (const char c : shown) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out += '\'';
}

std::string paragraph(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    std::size_t column = 0;  // 0: nothing is on the line yet
    while (!line.empty()) {
      const std::string word = visible(take(line, ' '));
      if (word.empty()) continue;
      const std::size_t size = text::length(word);
      const bool breaks = column > 0 && column + 1 + size > page_width;
      if (breaks) out += '\n';
      const bool starts = breaks || column == 0;
      out += starts ? margin : " ";
      out += word;
      column = (starts ? indent : column + 1) + size;
    }
    if (column > 0) out += '\n';
  }
  return out;
}

}  // namespace rostersync::report
