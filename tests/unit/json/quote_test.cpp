#include "json/quote.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "json/json.hpp"

using namespace rostersync;
using json::Json;

TEST_CASE("a text is quoted as dump() quotes it") {
  const std::vector<std::string> texts = {
      "",     "plain",   "L\u00e9odagan", "say \"x\"", "a\\b", "line\nbreak", std::string("nul\0", 4),
      "\x7f", "caf\xe9", "\xed\xa0\x80",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    std::string out = "before";
    json::append_quoted(out, text);
    CHECK(out == "before" + Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  }
}
