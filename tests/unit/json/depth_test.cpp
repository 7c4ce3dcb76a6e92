#include "json/depth.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rostersync::json;

TEST_CASE("how deep a value is nested") {
  CHECK_FALSE(is_deeper_than(0, Json(1)));
  CHECK(is_deeper_than(0, Json::array()));
  CHECK_FALSE(is_deeper_than(2, Json::parse(R"([1, {"a": 2}, []])")));
  CHECK(is_deeper_than(1, Json::parse(R"([1, {"a": 2}])")));
  CHECK(is_deeper_than(2, Json::parse(R"({"a": 1, "b": [{}]})")));
  const std::string abyss = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  CHECK(is_deeper_than(deepest_nesting, Json::parse(abyss)));
}
