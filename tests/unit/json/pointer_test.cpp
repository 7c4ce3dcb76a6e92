#include "json/pointer.hpp"

#include <doctest/doctest.h>

using namespace rostersync;

TEST_CASE("pointers escape '~' and '/', and are read back as paths") {
  CHECK(json::child_pointer("", "a") == "/a");
  CHECK(json::child_pointer("/a", "b/c~d") == "/a/b~1c~0d");
  CHECK(json::child_pointer("/a", 3) == "/a/3");
  CHECK(json::readable_path("/a/b~1c~0d/3") == "a.b/c~d.3");
  CHECK(json::readable_path("").empty());
}

TEST_CASE("what is a pointer") {
  CHECK(json::is_pointer(""));
  CHECK(json::is_pointer("/"));
  CHECK(json::is_pointer("/a~0b~1/0"));
  CHECK_FALSE(json::is_pointer("a"));
  CHECK_FALSE(json::is_pointer("/a~"));
  CHECK_FALSE(json::is_pointer("/a~2"));
}
