#include "http/header_block.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using namespace rostersync::http;

TEST_CASE("header block: what is kept of the lines of an answer") {
  struct Row {
    const char* name;
    std::initializer_list<const char*> lines;
    Headers kept;
  };
  const Row rows[] = {
      {"one answer", {"HTTP/1.1 200 OK\r\n", "A: 1\r\n", "B:2\r\n", "\r\n"}, {{"A", "1"}, {"B", "2"}}},
      {"HTTP/2", {"HTTP/2 200 \r\n", "a: 1\r\n", "\r\n"}, {{"a", "1"}}},
      {"blanks around a value", {"HTTP/1.1 200 OK\r\n", "A: \t x y \r\n", "\r\n"}, {{"A", "x y"}}},
      {"an empty value", {"HTTP/1.1 200 OK\r\n", "A:\r\n", "\r\n"}, {{"A", ""}}},
      {"a colon in a value", {"HTTP/1.1 200 OK\r\n", "A: b: c\r\n", "\r\n"}, {{"A", "b: c"}}},
      {"the same name twice", {"HTTP/1.1 200 OK\r\n", "A: 1\r\n", "A: 2\r\n", "\r\n"}, {{"A", "1"}, {"A", "2"}}},
      {"a folded line", {"HTTP/1.1 200 OK\r\n", "A: 1\r\n", "  2\r\n", "\r\n"}, {{"A", "1 2"}}},
      {"bare line feeds", {"HTTP/1.1 200 OK\n", "A: 1\n", "\n"}, {{"A", "1"}}},
      {"no header at all", {"HTTP/1.1 200 OK\r\n", "nonsense\r\n", "A: 1\r\n", "\r\n"}, {{"A", "1"}}},
      {"interim answers",
       {"HTTP/1.1 103 Early Hints\r\n", "A: 1\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "B: 2\r\n", "\r\n"},
       {{"B", "2"}}},
      {"a trailer", {"HTTP/1.1 200 OK\r\n", "A: 1\r\n", "\r\n", "B: 2\r\n", "\r\n"}, {{"A", "1"}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    HeaderBlock block;
    for (const char* line : row.lines) CHECK(block.add(line));
    CHECK(block.take() == row.kept);
  }
}

TEST_CASE("header block: interim answers without end are too much in the end") {
  HeaderBlock block;
  const std::string line = "A: " + std::string(1000, 'x') + "\r\n";
  std::size_t taken = 0;
  while (block.add("HTTP/1.1 103 Early Hints\r\n") && block.add(line)) {
    taken += line.size();
    REQUIRE(taken <= HeaderBlock::max_bytes);
  }
  CHECK(taken > HeaderBlock::max_bytes / 2);
}
