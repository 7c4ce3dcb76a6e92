// Texts from rosters and APIs made fit to be read: whatever they hold, they cannot play with a terminal or a line's
// layout.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rostersync::report {

inline constexpr std::size_t page_width = 100;  // columns, where it can be kept

// The text with every byte that is not part of UTF-8 replaced by U+FFFD.
std::string well_formed(std::string_view text);

// Well-formed text with what has no shape of its own spelt out: control characters (\n, \x1b), bidirectional controls
// (Unicode Bidi_Control), line separators and invisible characters (\u202e). Always one line.
std::string visible(std::string_view text);

// visible(), in double quotes, with " and \ escaped so that it cannot be misread.
std::string in_quotes(std::string_view text);

// At most `columns` code points of well-formed text, the last one an ellipsis where something was cut.
std::string shorten(std::string_view text, std::size_t columns);

// As a word of a POSIX shell's command line, quoted where that is needed.
std::string shell_word(std::string_view text);

// The lines of `text` made visible, broken at spaces to fit the page, each indented by `indent` and ended by a newline.
std::string paragraph(std::string_view text, std::size_t indent);

}  // namespace rostersync::report
