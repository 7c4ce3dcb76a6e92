#include "base/log_json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using namespace rostersync::base::log;

TEST_CASE("whatever bytes a text holds, it is a JSON string of well-formed UTF-8") {
  struct Row {
    const char* name;
    std::string text;
    const char* json;
  };
  for (const Row& row : std::vector<Row>{
           {"nothing", "", R"("")"},
           {"plain", "plain", R"("plain")"},
           {"quotes and backslashes", R"(a "b" \)", R"("a \"b\" \\")"},
           {"line ends, tab, NUL, DEL", std::string("\r\n\t\0\x7f", 5), R"("\u000d\u000a\u0009\u0000\u007f")"},
           {"the last control character and the first that is none", "\x1f ", R"("\u001f ")"},
           {"two, three and four bytes", "é€😀", "\"é€😀\""},
           {"the first and the last of each length",
            "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
            "\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\""},
           {"on both sides of the surrogates", "\xED\x9F\xBF\xEE\x80\x80", "\"\xED\x9F\xBF\xEE\x80\x80\""},
           {"a byte that starts nothing",
            "a\xFF"
            "b",
            "\"a\uFFFDb\""},
           {"a tail without a head", "\x80", "\"\uFFFD\""},
           {"a character cut at the end", "a\xE2\x82", "\"a\uFFFD\uFFFD\""},
           {"a character cut by another", "\xC3\"", "\"\uFFFD\\\"\""},
           {"overlong, two bytes", "\xC0\xAF", "\"\uFFFD\uFFFD\""},
           {"overlong, three bytes", "\xE0\x9F\xBF", "\"\uFFFD\uFFFD\uFFFD\""},
           {"overlong, four bytes", "\xF0\x8F\xBF\xBF", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},
           {"a surrogate", "\xED\xA0\x80", "\"\uFFFD\uFFFD\uFFFD\""},
           {"a head that RFC 3629 took away", "\xF5\x80\x80\x80", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""},
           {"beyond U+10FFFF", "\xF4\x90\x80\x80", "\"\uFFFD\uFFFD\uFFFD\uFFFD\""}}) {
    CAPTURE(row.name);
    CHECK(json_string(row.text) == row.json);
  }
}

TEST_CASE("numbers") {
  CHECK(json_number(2.5) == "2.5");
  CHECK(json_number(-0.1) == "-0.1");
  CHECK(json_number(40000.0) == "40000");
  CHECK(json_number(1e300) == "1e+300");
  CHECK(json_number(std::numeric_limits<double>::infinity()) == "null");
  CHECK(json_number(std::numeric_limits<double>::quiet_NaN()) == "null");
}
