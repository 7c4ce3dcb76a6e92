#include "roster/json_reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace rostersync::roster {

using json::Json;

namespace {

bool is_space(int c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool opens(int c) {
  return c == '{' || c == '[';
}

bool closes(int c) {
  return c == '}' || c == ']';
}

bool ends_scalar(int c) {
  return c == ',' || closes(c);
}

bool holds_objects(const Json& value) {
  return value.is_array() && !value.empty() && value.front().is_object();
}

}  // namespace

JsonReader::JsonReader(TextStream& stream, const Known& known) : stream_(stream) {
  skip_space();
  if (stream_.peek() == '[') {
    stream_.get();
    return;
  }
  wrapped_ = open_object(known);
  if (wrapped_) return;
  skip_space();
  ended_ = empty_array_ && stream_.peek() == TextStream::end;
  if (ended_) {  // its only record is none, and it must be JSON all the same
    std::vector<JsonField> none;
    parse(none);
  }
  lines_ = !ended_;
  pending_ = lines_;
}

// Reads the first object up to its array of records, and says so; or to its end, when it is a record itself.
bool JsonReader::open_object(const Known& known) {
  text_line_ = stream_.line();
  text_ = static_cast<char>(stream_.get());
  for (;;) {
    gather_space();
    const int next = stream_.peek();
    if (next == '}' || next == ',') {
      take();
      if (next == '}') return false;
      continue;
    }
    if (next != '"') refuse_here();
    const std::size_t name_at = text_.size();
    gather_string();
    const Json name = Json::parse(text_.begin() + static_cast<std::ptrdiff_t>(name_at), text_.end(), nullptr, false);
    gather_space();
    if (stream_.peek() != ':' || !name.is_string()) refuse_here();
    take();
    gather_space();
    if (stream_.peek() != '[') {
      gather();
    } else if (at_records(name.get<std::string>(), known)) {
      return true;
    }
  }
}

// At the '[' of a member's value: is this where the records are? If not, reads over it.
bool JsonReader::at_records(const std::string& name, const Known& known) {
  const std::size_t array_at = text_.size();
  take();
  gather_space();
  const int first = stream_.peek();
  if (first != '{' || known(name)) {
    empty_array_ = empty_array_ || (first == ']' && !known(name));
    gather(1);
    return false;
  }
  text_.resize(array_at);
  text_ += "[]}";  // so that what stands before the records is checked
  std::vector<JsonField> before;
  parse(before);
  return true;
}

bool JsonReader::next(JsonRecord& record) {
  if (ended_) return false;
  if (!pending_ && !(lines_ ? next_line() : next_item())) {
    ended_ = true;
    return false;
  }
  pending_ = false;
  record.line = text_line_;
  parse(record.fields);
  return true;
}

bool JsonReader::next_line() {
  skip_space();
  if (stream_.peek() == TextStream::end) return false;
  if (stream_.peek() != '{') {
    stream_.refuse(stream_.line(), "a record of JSON Lines is one object, {…}; something else stands here");
  }
  text_line_ = stream_.line();
  text_.clear();
  gather();
  return true;
}

bool JsonReader::next_item() {
  skip_space();
  const bool first = std::exchange(first_item_, false);
  if (stream_.peek() == ']') {
    stream_.get();
    close_array();
    return false;
  }
  if (!first) {
    if (stream_.peek() != ',') refuse_here();
    stream_.get();
    skip_space();
  }
  if (stream_.peek() == ']' || stream_.peek() == TextStream::end) refuse_here();
  if (stream_.peek() != '{') {
    stream_.refuse(stream_.line(), "a record is one object, {…}; something else stands here");
  }
  text_line_ = stream_.line();
  text_.clear();
  gather();
  return true;
}

void JsonReader::close_array() {
  if (wrapped_) {
    text_line_ = stream_.line();
    text_ = R"({"":[])";  // stands for what came before, so that what comes after is checked
    gather(1);
    std::vector<JsonField> after;
    parse(after);
    for (const JsonField& field : after) {
      if (!holds_objects(field.value)) continue;
      stream_.refuse(text_line_, "the object holds a second array of objects; a roster is one array of people");
    }
  }
  require_end();
}

void JsonReader::require_end() {
  skip_space();
  if (stream_.peek() == TextStream::end) return;
  stream_.refuse(stream_.line(), "more text follows the end of the JSON; a roster is one array, or one object a line");
}

void JsonReader::skip_space() {
  while (is_space(stream_.peek())) stream_.get();
}

void JsonReader::gather_space() {
  while (is_space(stream_.peek())) take();
}

void JsonReader::take() {
  if (stream_.peek() == TextStream::end) refuse_here();
  if (text_.size() > max_record) {
    stream_.refuse(text_line_, fmt::format("the record that begins here is longer than {} MiB", max_record >> 20));
  }
  text_ += static_cast<char>(stream_.get());
}

void JsonReader::gather_string() {
  take();
  for (;;) {
    stream_.take_run(text_, [](char c) { return c == '"' || c == '\\'; });
    take();
    if (text_.back() == '"') return;
    if (text_.back() == '\\') take();
  }
}

// Gathers one value; with `depth`, the rest of what has that many brackets open. What it is worth, parse() says.
void JsonReader::gather(std::size_t depth) {
  const bool scalar = depth == 0 && !opens(stream_.peek()) && stream_.peek() != '"';
  if (scalar) {
    while (!is_space(stream_.peek()) && !ends_scalar(stream_.peek())) take();
    return;
  }
  do {
    if (stream_.peek() == '"') {
      gather_string();
      continue;
    }
    stream_.take_run(text_, [](char c) { return c == '"' || opens(c) || closes(c); });
    if (stream_.peek() == '"') continue;
    take();
    if (opens(text_.back())) ++depth;
    if (closes(text_.back())) --depth;
  } while (depth > 0);
}

void JsonReader::parse(std::vector<JsonField>& fields) const {
  const auto wrong = parse_object(text_, fields);
  if (!wrong) return;
  std::uint32_t line = text_line_;
  std::size_t column = 1;
  for (std::size_t i = 0; i < *wrong && i < text_.size(); ++i) {
    const bool ends_line =
        text_[i] == '\n' || (text_[i] == '\r' && !std::string_view(text_).substr(i + 1).starts_with('\n'));
    line += ends_line ? 1 : 0;
    column = ends_line ? 1 : column + 1;
  }
  if (line == text_line_) {
    stream_.refuse(line, fmt::format("invalid JSON at byte {} of the record that begins in this line", *wrong + 1));
  }
  stream_.refuse(
      line, fmt::format("invalid JSON at byte {} of this line (the record begins in line {})", column, text_line_));
}

void JsonReader::refuse_here() {
  const int c = stream_.peek();
  const std::uint32_t line = stream_.line();
  if (c == TextStream::end)
    stream_.refuse(line, fmt::format("invalid JSON: the text ends within what begins in line {}", text_line_));
  const bool printable = c > ' ' && c < 0x7F;
  stream_.refuse(line,
                 fmt::format("invalid JSON: {} is not expected here",
                             printable ? fmt::format("'{}'", static_cast<char>(c)) : std::string("this character")));
}

}  // namespace rostersync::roster
