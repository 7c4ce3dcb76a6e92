#include "roster/text_stream.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "text/text.hpp"

namespace rostersync::roster {

namespace {

constexpr std::size_t chunk_size = std::size_t{1} << 16;
constexpr std::size_t longest_character = 4;  // bytes of UTF-8
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view utf16_little_mark = "\xFF\xFE";
constexpr std::string_view utf16_big_mark = "\xFE\xFF";
constexpr std::string_view zip_magic = "PK\x03\x04";

std::string conversion(const std::string& name, std::string_view encoding) {
  const bool piped = name == "standard input";
  return fmt::format("iconv -f {} -t UTF-8 {} > roster-utf8", encoding, piped ? "FILE" : name);
}

}  // namespace

void TextStream::refuse(std::uint32_t line, std::string_view sentence) const {
  throw base::Refused(fmt::format("{}:{}: {}", name(), line, sentence));
}

int TextStream::peek() {
  if (at_ == buffer_.size() && !refill()) return end;
  return static_cast<unsigned char>(buffer_[at_]);
}

int TextStream::get() {
  const int byte = peek();
  if (byte != end) {
    count(buffer_[at_]);
    ++at_;
  }
  return byte;
}

void TextStream::count(char c) {
  if (c == '\r' || (c == '\n' && !after_cr_)) ++line_;
  after_cr_ = c == '\r';
}

bool TextStream::read_line(std::string& line) {
  line.clear();
  const std::uint32_t number = line_;
  while (peek() != end) {
    const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto stop = std::find_if(from, buffer_.end(), [](char c) { return c == '\r' || c == '\n'; });
    line.append(from, stop);
    at_ += static_cast<std::size_t>(stop - from);
    after_cr_ = after_cr_ && stop == from;
    if (line.size() > max_record) {
      refuse(number, fmt::format("the line is longer than {} MiB; this is no roster", max_record >> 20));
    }
    if (stop == buffer_.end()) continue;
    line += static_cast<char>(get());
    if (line.back() == '\r' && peek() == '\n') line += static_cast<char>(get());
    return true;
  }
  if (line.empty()) return false;
  line += '\n';
  return true;
}

std::optional<char> TextStream::first_solid() {
  for (;;) {
    const auto solid = buffer_.find_first_not_of(" \t\r\n", at_);
    if (solid != std::string::npos) return buffer_[solid];
    while (at_ < buffer_.size()) get();
    if (peek() == end) return std::nullopt;
  }
}

// Makes the next stretch of checked text the buffer; false at the end.
bool TextStream::refill() {
  buffer_.clear();
  at_ = 0;
  while (buffer_.empty() && !ended_) {
    buffer_.swap(carried_);
    carried_.clear();
    const std::size_t kept = buffer_.size();
    buffer_.resize(kept + chunk_size);
    const std::size_t got = source_.read(std::span(buffer_).subspan(kept));
    buffer_.resize(kept + got);
    ended_ = got < chunk_size;
    if (!opened_) open();
    check_text(buffer_);
    const auto invalid = text::first_invalid_utf8(buffer_);
    if (!invalid) continue;
    if (ended_ || buffer_.size() - *invalid >= longest_character) {
      refuse(line_of(*invalid),
             fmt::format(
                 "the byte 0x{:02X} is not UTF-8, which is needed; save the roster as UTF-8 (Excel: \"CSV UTF-8\"), "
                 "or convert it, for example: {}",
                 static_cast<unsigned char>(buffer_[*invalid]), conversion(name(), "WINDOWS-1252")));
    }
    carried_ = buffer_.substr(*invalid);
    buffer_.resize(*invalid);
  }
  return !buffer_.empty();
}

void TextStream::open() {
  opened_ = true;
  if (buffer_.starts_with(utf16_little_mark) || buffer_.starts_with(utf16_big_mark)) {
    refuse(1, fmt::format("this looks like UTF-16, and UTF-8 is needed; convert it, for example: {}",
                          conversion(name(), "UTF-16")));
  }
  if (buffer_.starts_with(zip_magic)) {
    refuse(1, "this is a ZIP archive or an Excel workbook, not text; unpack it, or save it as CSV (UTF-8)");
  }
  bom_ = buffer_.starts_with(utf8_mark);
  if (bom_) buffer_.erase(0, utf8_mark.size());
}

// NUL is well-formed UTF-8, but stands in no text: UTF-16 without a mark is full of it.
void TextStream::check_text(std::string_view bytes) const {
  const auto nul = bytes.find('\0');
  if (nul == std::string_view::npos) return;
  refuse(line_of(nul),
         fmt::format("there is a NUL byte: this looks like UTF-16 or is no text, and UTF-8 is needed; if it "
                     "is UTF-16, convert it, for example: {}",
                     conversion(name(), bytes.starts_with('\0') ? "UTF-16BE" : "UTF-16LE")));
}

std::uint32_t TextStream::line_of(std::size_t offset) const {
  std::uint32_t number = line_;
  bool after_cr = after_cr_;
  for (const char c : std::string_view(buffer_).substr(0, offset)) {
    if (c == '\r' || (c == '\n' && !after_cr)) ++number;
    after_cr = c == '\r';
  }
  return number;
}

}  // namespace rostersync::roster
