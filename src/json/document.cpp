#include "json/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "json/depth.hpp"
#include "json/pointer.hpp"
#include "text/text.hpp"

namespace rostersync::json {
namespace {

// Where the lines of a text start, to turn offsets into positions.
class Lines {
 public:
  explicit Lines(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  Position at(std::size_t offset) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    return {static_cast<std::size_t>(after - starts_.begin()), offset - *std::prev(after) + 1};
  }

 private:
  std::vector<std::size_t> starts_{0};
};

// Reads bytes and tells, in `reached`, how many the parser has taken so far.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* here, const char* start, std::size_t* reached)
      : here_(here), start_(start), reached_(reached) {}
  reference operator*() const { return *here_; }
  CountingIterator& operator++() {
    ++here_;
    *reached_ = static_cast<std::size_t>(here_ - start_);
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return here_ == other.here_; }

 private:
  const char* here_;
  const char* start_;
  std::size_t* reached_;
};

// nlohmann's sentence without its prefix and without the text it last read, which may be a secret.
std::string syntax_fault(const std::string& sentence) {
  std::size_t start = sentence.find(": ");
  start = start == std::string::npos ? 0 : start + 2;
  std::string fault = sentence.substr(start, sentence.find("; last read:") - start);
  if (fault.starts_with("[json.exception")) fault = fault.substr(fault.find("] ") + 2);
  if (fault.find("object key - unexpected '}'") != std::string::npos ||
      fault.find("value - unexpected ']'") != std::string::npos) {
    return "a comma too many before the closing bracket";
  }
  if (fault.find("object - unexpected string literal") != std::string::npos)
    return "a comma is missing before this key";
  return fault;
}

// nlohmann's events -> the tree, and the place of everything in it. A key is known to end where the parser stands when
// it announces one; so is a value, but for numbers, after which one byte more is taken.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::size_t& reached, Document& document)
      : text_(text), reached_(reached), lines_(text), document_(document) {}

  bool null() override { return value(nullptr); }
  bool boolean(bool it) override { return value(it); }
  bool number_integer(number_integer_t it) override { return value(it); }
  bool number_unsigned(number_unsigned_t it) override { return value(it); }
  bool number_float(number_float_t it, const string_t&) override { return value(it); }
  bool string(string_t& it) override { return value(std::move(it)); }
  bool binary(binary_t&) override { return value(nullptr); }  // JSON texts have none
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Frame& object = open_.back();
    object.member = name;
    const std::string pointer = child_pointer(object.pointer, name);
    const Position here = lines_.at(key_start());
    const auto [first, is_new] = document_.positions.emplace(pointer, here);
    if (is_new) return true;
    fail(here, fmt::format("the key \"{}\" is there twice; the first is on line {}", name, first->second.line));
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    fail(lines_.at(std::min(position == 0 ? 0 : position - 1, text_.size())),
         "this is not valid JSON: " + syntax_fault(error.what()));
  }

 private:
  struct Frame {
    Json* value;
    std::string pointer;
    std::string member;  // objects: the key whose value comes next
  };

  [[noreturn]] void fail(Position where, const std::string& what) const {
    throw base::CannotRun(fmt::format("{}:{}:{}: {}", document_.name, where.line, where.column, what));
  }

  // The offset of the quote that opens the key that has just been read.
  std::size_t key_start() const {
    std::size_t quote = reached_ - 1;
    std::size_t backslashes = 0;
    do {
      --quote;
      backslashes = 0;
      while (quote > backslashes && text_[quote - backslashes - 1] == '\\') ++backslashes;
    } while (text_[quote] != '"' || backslashes % 2 == 1);
    return quote;
  }

  Position value_end() const {
    std::size_t last = reached_ == 0 ? 0 : reached_ - 1;
    while (last > 0 && std::string_view(" \t\r\n").find(text_[last]) != std::string_view::npos) --last;
    return lines_.at(last);
  }

  // Puts `it` where the next value belongs; tells where that is.
  std::pair<Json*, std::string> place(Json it) {
    if (open_.empty()) {
      document_.positions.emplace("", value_end());
      document_.root = std::move(it);
      return {&document_.root, ""};
    }
    Frame& parent = open_.back();
    if (parent.value->is_object()) {
      std::string pointer = child_pointer(parent.pointer, parent.member);
      return {&((*parent.value)[parent.member] = std::move(it)), std::move(pointer)};
    }
    std::string pointer = child_pointer(parent.pointer, parent.value->size());
    document_.positions.emplace(pointer, value_end());
    parent.value->push_back(std::move(it));
    return {&parent.value->back(), std::move(pointer)};
  }

  bool value(Json it) {
    place(std::move(it));
    return true;
  }

  bool open(Json it) {
    if (open_.size() == deepest_nesting) {
      fail(value_end(), fmt::format("this is nested more than {} levels deep", deepest_nesting));
    }
    auto [where, pointer] = place(std::move(it));
    open_.push_back({where, std::move(pointer), ""});
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::size_t& reached_;
  Lines lines_;
  Document& document_;
  std::vector<Frame> open_;
};

}  // namespace

Position Document::position(const std::string& pointer) const {
  for (std::string at = pointer;; at.resize(at.rfind('/'))) {
    if (const auto found = positions.find(at); found != positions.end()) return found->second;
    if (at.empty() || at.rfind('/') == std::string::npos) return {};
  }
}

std::string Document::place(const std::string& pointer) const {
  return fmt::format("{}:{}", name, position(pointer).line);
}

Document parse_document(std::string_view text, std::string name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto bad = text::first_invalid_utf8(text)) {
    const Position where = Lines(text.substr(0, *bad)).at(*bad);
    throw base::CannotRun(fmt::format("{}:{}:{}: this is not UTF-8 (byte 0x{:02X}); save the file as UTF-8", name,
                                      where.line, where.column, static_cast<unsigned char>(text[*bad])));
  }
  Document document;
  document.name = std::move(name);
  std::size_t reached = 0;
  Builder builder(text, reached, document);
  const char* start = text.data();
  Json::sax_parse(CountingIterator(start, start, &reached), CountingIterator(start + text.size(), start, &reached),
                  &builder, nlohmann::detail::input_format_t::json, true, true);
  return document;
}

}  // namespace rostersync::json
