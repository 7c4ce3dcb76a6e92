// A source as UTF-8 text with line numbers. CR, LF and CRLF each end a line; a byte order mark is taken off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "roster/source.hpp"

namespace rostersync::roster {

// The longest line, CSV record or JSON record: what an unclosed quote may hold in memory before it is refused.
inline constexpr std::size_t max_record = std::size_t{1} << 24;

// Every reading member throws base::Refused, naming the line, for bytes that are not UTF-8.
class TextStream {
 public:
  static constexpr int end = -1;

  explicit TextStream(Source& source) : source_(source) {}

  int peek();  // the next byte, or end
  int get();
  // Takes what comes before the next byte that ends a line or for which `stops` holds, as far as it is at hand, and
  // appends it to `text`. At the end of the text there is nothing to take.
  template <class Stops>
  void take_run(std::string& text, const Stops& stops) {
    if (peek() == end) return;
    const std::size_t from = at_;
    while (at_ < buffer_.size() && buffer_[at_] != '\n' && buffer_[at_] != '\r' && !stops(buffer_[at_])) ++at_;
    if (at_ > from) after_cr_ = false;
    text.append(buffer_, from, at_ - from);
  }
  // The physical line of the next byte, from 1.
  std::uint32_t line() const { return line_; }

  // Replaces `line` by the next physical line with the characters that end it ("\n" where the last line lacks them);
  // false at the end.
  bool read_line(std::string& line);

  // The first character that is no white space, which is not consumed; nothing if there is none.
  std::optional<char> first_solid();

  bool bom() const { return bom_; }
  const std::string& name() const { return source_.name(); }
  // Throws base::Refused as "name:line: sentence".
  [[noreturn]] void refuse(std::uint32_t line, std::string_view sentence) const;

 private:
  bool refill();
  void open();
  void check_text(std::string_view bytes) const;
  std::uint32_t line_of(std::size_t offset) const;
  void count(char c);

  Source& source_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::string carried_;  // the first bytes of a character that the buffer's end cut in two
  std::uint32_t line_ = 1;
  bool after_cr_ = false;
  bool opened_ = false;
  bool ended_ = false;
  bool bom_ = false;
};

}  // namespace rostersync::roster
