#include "text/text.hpp"

#include <fmt/format.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace rostersync::text {

namespace {

constexpr UChar32 byte_order_mark = 0xFEFF;

// How many bytes at the start are ASCII, eight at a time.
std::size_t ascii_prefix(std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t high_bits = 0x8080808080808080u;
  std::size_t at = 0;
  while (at + 8 <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (const std::uint64_t high = word & high_bits) return at + static_cast<std::size_t>(std::countr_zero(high)) / 8;
    at += 8;
  }
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
  return at;
}

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The code point at `at`, which is moved past it; negative where the bytes are not UTF-8.
UChar32 next_code_point(std::string_view text, std::size_t& at) {
  auto position = static_cast<std::int64_t>(at);
  const auto size = static_cast<std::int64_t>(text.size());
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 code_point = 0;
  U8_NEXT(bytes, position, size, code_point);
  at = static_cast<std::size_t>(position);
  return code_point;
}

// The code point that ends before `end`, which is moved to its start.
UChar32 previous_code_point(std::string_view text, std::size_t& end) {
  const std::size_t start = end - std::min<std::size_t>(end, U8_MAX_LENGTH);  // U8_PREV counts in 32 bits
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data()) + start;
  auto position = static_cast<std::int32_t>(end - start);
  UChar32 code_point = 0;
  U8_PREV(bytes, 0, position, code_point);
  end = start + static_cast<std::size_t>(position);
  return code_point;
}

bool is_blank(UChar32 code_point) {
  if (code_point < 0x80) return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
  return code_point == byte_order_mark || u_isUWhiteSpace(code_point);
}

icu::StringPiece piece(std::string_view text) {
  return {text.data(), static_cast<std::int32_t>(text.size())};
}

// ICU answers with a code where memory or its data is missing; neither leaves anything to go on with.
void require(UErrorCode status) {
  if (U_FAILURE(status)) throw std::runtime_error(fmt::format("ICU: {}", u_errorName(status)));
}

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) points += static_cast<char32_t>(next_code_point(text, at));
  return points;
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view bytes) {
  std::size_t at = 0;
  for (;;) {
    at += ascii_prefix(bytes.substr(at));
    if (at == bytes.size()) return std::nullopt;
    std::size_t next = at;
    if (next_code_point(bytes, next) < 0) return at;
    at = next;
  }
}

bool is_ascii(std::string_view bytes) {
  return ascii_prefix(bytes) == bytes.size();
}

std::string nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const normalizer = icu::Normalizer2::getNFCInstance(status);
  require(status);
  if (normalizer->isNormalizedUTF8(piece(text), status)) return std::string(text);
  std::string result;
  icu::StringByteSink<std::string> sink(&result, static_cast<std::int32_t>(text.size()));
  normalizer->normalizeUTF8(0, piece(text), sink, nullptr, status);
  require(status);
  return result;
}

std::string fold(std::string_view text) {
  std::string result;
  if (is_ascii(text)) {
    result = text;
    std::transform(result.begin(), result.end(), result.begin(), ascii_lower);
    return result;
  }
  const std::string composed = nfc(text);
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&result, static_cast<std::int32_t>(composed.size()));
  icu::CaseMap::utf8Fold(0, piece(composed), sink, nullptr, status);
  require(status);
  return nfc(result);
}

std::string_view trim(std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size() && is_blank(next_code_point(text, at));) begin = at;
  std::size_t end = text.size();
  for (std::size_t at = end; at > begin && is_blank(previous_code_point(text, at));) end = at;
  return text.substr(begin, end - begin);
}

std::size_t length(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_continuation));
}

std::string loose_name(std::string_view name) {
  const std::string folded = fold(name);
  std::string loose;
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t start = at;
    const UChar32 code_point = next_code_point(folded, at);
    if (code_point == '-' || code_point == '_' || is_blank(code_point)) continue;
    loose.append(folded, start, at - start);
  }
  return loose;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::u32string left = code_points(a);
  const std::u32string right = code_points(b);
  std::vector<std::size_t> before(right.size() + 1);
  std::vector<std::size_t> above(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row.back();
}

namespace {

enum Kind : std::uint8_t { upper = 1, lower = 2, special = 4, space = 8, control = 16, invisible = 32 };

unsigned kinds_of(UChar32 code_point) {
  const int category = u_charType(code_point);
  unsigned found = 0;
  if (is_blank(code_point)) {
    found = space;
  } else if (category == U_CONTROL_CHAR) {
    found = control;
  } else if (!u_isalnum(code_point)) {
    found = special;
  }
  if (category == U_FORMAT_CHAR) found |= invisible;
  if (category == U_UPPERCASE_LETTER || category == U_TITLECASE_LETTER) found |= upper;
  if (category == U_LOWERCASE_LETTER) found |= lower;
  return found;
}

// What ICU says of each ASCII character, asked once: every cell of a roster is looked at.
const std::array<std::uint8_t, 128>& ascii_kinds() {
  static const auto table = [] {
    std::array<std::uint8_t, 128> made{};
    for (std::size_t c = 0; c < made.size(); ++c)
      made[c] = static_cast<std::uint8_t>(kinds_of(static_cast<UChar32>(c)));
    return made;
  }();
  return table;
}

}  // namespace

Kinds kinds(std::string_view text) {
  const auto& of_ascii = ascii_kinds();
  unsigned found = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < of_ascii.size()) {
      found |= of_ascii[byte];
      ++at;
    } else {
      found |= kinds_of(next_code_point(text, at));
    }
  }
  return {.upper = (found & upper) != 0,
          .lower = (found & lower) != 0,
          .special = (found & special) != 0,
          .space = (found & space) != 0,
          .control = (found & control) != 0,
          .invisible = (found & invisible) != 0};
}

std::string quoted(std::string_view text, std::size_t limit) {
  std::string shown = "\"";
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    if (count == limit) {
      shown += "…";
      break;
    }
    const std::size_t start = at;
    const UChar32 code_point = next_code_point(text, at);
    const bool hidden =
        code_point < 0 || u_charType(code_point) == U_CONTROL_CHAR || u_charType(code_point) == U_FORMAT_CHAR;
    if (hidden) {
      shown += fmt::format("\\u{{{:04X}}}", code_point < 0 ? 0xFFFD : code_point);
      continue;
    }
    if (code_point == '"' || code_point == '\\') shown += '\\';
    shown.append(text, start, at - start);
  }
  return shown + '"';
}

bool glob_match(std::string_view pattern, std::string_view text) {
  const std::u32string wanted = code_points(fold(pattern));
  const std::u32string given = code_points(fold(text));
  std::size_t w = 0;
  std::size_t g = 0;
  std::size_t star = std::u32string::npos;  // where to fall back to: past the last '*', which takes one more each time
  std::size_t taken = 0;
  while (g < given.size()) {
    if (w < wanted.size() && wanted[w] == U'*') {
      star = ++w;
      taken = g;
    } else if (w < wanted.size() && (wanted[w] == U'?' || wanted[w] == given[g])) {
      ++w;
      ++g;
    } else if (star != std::u32string::npos) {
      w = star;
      g = ++taken;
    } else {
      return false;
    }
  }
  while (w < wanted.size() && wanted[w] == U'*') ++w;
  return w == wanted.size();
}

}  // namespace rostersync::text
