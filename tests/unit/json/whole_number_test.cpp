#include "json/whole_number.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rostersync::json;

TEST_CASE("a whole number that fits is taken, and nothing else") {
  CHECK(whole_number<std::uint64_t>(Json::parse("18446744073709551615")) == UINT64_MAX);
  CHECK(whole_number<std::uint32_t>(Json::parse("4294967295")) == UINT32_MAX);
  CHECK(whole_number<std::uint32_t>(Json(7)) == 7);  // signed, as who makes one in a program has it
  CHECK(whole_number<int>(Json::parse("-3")) == -3);
  for (const char* text : {"18446744073709551616", "1e30", "1.0", "4294967296", "-1", "\"1\"", "null", "[1]", "true"}) {
    CAPTURE(std::string(text));
    CHECK_THROWS_AS(whole_number<std::uint32_t>(Json::parse(text)), Json::exception);
  }
  CHECK_THROWS_AS(whole_number<std::uint64_t>(Json::parse("18446744073709551616")), Json::exception);
  CHECK_THROWS_AS(whole_number<std::uint64_t>(Json::parse("-1")), Json::exception);
}
