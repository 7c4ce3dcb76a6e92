#include "http/message.hpp"

#include <doctest/doctest.h>

using rostersync::http::Response;

TEST_CASE("a header is found without case, the first of its name") {
  Response response;
  response.headers = {{"retry-after", "7"}, {"Retry-After", "8"}, {"X", ""}};
  CHECK(response.header("Retry-After") == "7");
  CHECK(response.header("x") == "");
  CHECK_FALSE(response.header("Retry").has_value());
  CHECK_FALSE(response.header("Retry-After-All").has_value());
}
