#include "report/text.hpp"

#include <doctest/doctest.h>

namespace rostersync::report {

TEST_CASE("visible: nothing that it returns can act on a terminal") {
  struct {
    const char* name;
    std::string raw;
    const char* expected;
  } rows[] = {
      {"ordinary", "Zoë O'Brien 李", "Zoë O'Brien 李"},
      {"escape", "\x1b[31m", "\\x1b[31m"},
      {"bell, backspace, delete", "\a\b\x7f", "\\x07\\x08\\x7f"},
      {"nul", std::string("a\0b", 3), "a\\x00b"},
      {"line breaks and tab", "a\r\n\tb", "a\\r\\n\\tb"},
      {"C1 control sequence introducer", "\u009b31m", "\\x9b31m"},
      {"right-to-left override", "a\u202Eb", "a\\u202eb"},
      {"isolate", "\u2066x\u2069", "\\u2066x\\u2069"},
      {"marks", "\u200E\u200F\u061C", "\\u200e\\u200f\\u061c"},
      {"line separator", "a\u2028b", "a\\u2028b"},
      {"zero width", "a\u200Bb\uFEFF", "a\\u200bb\\ufeff"},
      {"tag", "\U000E0041", "\\U000e0041"},
      {"joiner of emoji stays", "👩\u200D💻", "👩\u200D💻"},
      {"broken UTF-8", "a\xFFz", "a\uFFFDz"},
      {"overlong escape", "\xC0\x9B", "\uFFFD\uFFFD"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(visible(row.raw) == row.expected);
  }
}

TEST_CASE("in_quotes cannot be misread") {
  CHECK(in_quotes("de Galles") == "\"de Galles\"");
  CHECK(in_quotes("a\" -> \"b") == "\"a\\\" -> \\\"b\"");
  CHECK(in_quotes("a\\x1b") == "\"a\\\\x1b\"");
  CHECK(in_quotes("a\x1b") == "\"a\\x1b\"");
}

TEST_CASE("shorten counts code points") {
  CHECK(shorten("abcdef", 6) == "abcdef");
  CHECK(shorten("abcdef", 5) == "abcd…");
  CHECK(shorten("éééééé", 6) == "éééééé");
  CHECK(shorten("éééééé", 5) == "éééé…");
  CHECK(shorten("李👩x", 2) == "李…");
}

TEST_CASE("shell_word") {
  CHECK(shell_word("people.csv") == "people.csv");
  CHECK(shell_word("-") == "-");
  CHECK(shell_word("my people.csv") == "'my people.csv'");
  CHECK(shell_word("it's.csv") == "'it'\\''s.csv'");
  CHECK(shell_word("$(x)") == "'$(x)'");
  CHECK(shell_word("") == "''");
}

TEST_CASE("paragraph breaks at spaces, keeps lines, and always ends a line") {
  CHECK(paragraph("", 2).empty());
  CHECK(paragraph("one two", 2) == "  one two\n");
  CHECK(paragraph("one\ntwo\n", 2) == "  one\n  two\n");
  CHECK(paragraph("a  b\x1b", 0) == "a b\\x1b\n");
  const std::string long_word(120, 'x');
  CHECK(paragraph("a " + long_word + " b", 2) == "  a\n  " + long_word + "\n  b\n");
  std::string many;
  for (int i = 0; i < 40; ++i) many += "words ";
  const std::string out = paragraph(many, 4);
  CHECK(out.find('\n') == 99);  // 4 + 16 words of 5 + 15 spaces
}

}  // namespace rostersync::report
