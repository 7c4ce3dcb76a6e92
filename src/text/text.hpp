// Unicode text as the roster and the directories need it; the only place that knows ICU. All text is UTF-8.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rostersync::text {

// Where the first byte lies that is not part of well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates);
// nothing if all of it is well formed.
std::optional<std::size_t> first_invalid_utf8(std::string_view bytes);

bool is_ascii(std::string_view bytes);

// Unicode normalisation form C (UAX #15). `text` must be well-formed UTF-8; pure ASCII is returned as it is, fast.
std::string nfc(std::string_view text);

// Full Unicode default case folding of the NFC form, normalised again: equal for texts that differ in case only.
std::string fold(std::string_view text);

// Without Unicode white space (incl. no-break space, zero-width no-break space U+FEFF) at either end.
std::string_view trim(std::string_view text);

// The number of Unicode code points.
std::size_t length(std::string_view text);

// Header and option names compare alike when case, spaces, '-' and '_' are set aside: "First Name" ~ "first_name".
std::string loose_name(std::string_view name);

// The candidate nearest to `name` (Damerau-Levenshtein over loose names; at most a third of its length, at least 1 edit
// away allowed), for "did you mean"; nothing if none is near.
template <class Range>
std::optional<std::string> nearest(std::string_view name, const Range& candidates);
std::size_t edit_distance(std::string_view a, std::string_view b);

// What kinds of characters a text holds, by Unicode general category and properties.
struct Kinds {
  bool upper = false;      // an upper-case letter
  bool lower = false;      // a lower-case letter
  bool special = false;    // a character that is neither letter nor digit nor white space nor a control
  bool space = false;      // white space, the line ends and tab among it
  bool control = false;    // a control character (Cc) other than tab and the line ends
  bool invisible = false;  // a character that formats and shows nothing (Cf), such as a zero-width space
};
Kinds kinds(std::string_view text);

// `text` in double quotes for a message: at most `limit` code points of it ("…" says that it goes on), quotes and
// backslashes escaped, controls and invisible characters as \u{…}.
std::string quoted(std::string_view text, std::size_t limit = 60);

// Whether `text` matches a glob of '*' (any run) and '?' (any one code point), both folded.
bool glob_match(std::string_view pattern, std::string_view text);

template <class Range>
std::optional<std::string> nearest(std::string_view name, const Range& candidates) {
  const std::string wanted = loose_name(name);
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(wanted.size() / 3, 1);
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(wanted, loose_name(candidate));
    if (distance > best_distance || (best && distance == best_distance)) continue;
    best = std::string(candidate);
    best_distance = distance;
  }
  return best;
}

}  // namespace rostersync::text
