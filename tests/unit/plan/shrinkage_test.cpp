#include "plan/shrinkage.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace rostersync;
using plan::shrinkage;

TEST_CASE("a roster of less than half the rows is refused, and not one of half") {
  struct Case {
    std::uint64_t rows;
    std::uint64_t baseline;
    bool refused;
  };
  for (const Case& one : std::vector<Case>{{100, 100, false},
                                           {300, 100, false},
                                           {50, 100, false},
                                           {49, 100, true},
                                           {1, 100, true},
                                           {51, 101, false},
                                           {50, 101, true},
                                           {1, 2, false},
                                           {1, 3, true},
                                           {1, 1, false},
                                           {1, 0, false}}) {
    CAPTURE(one.rows);
    CAPTURE(one.baseline);
    CHECK(shrinkage(one.rows, one.baseline, {}).has_value() == one.refused);
  }
  CHECK_FALSE(shrinkage(1, {}, {}).has_value());
}

TEST_CASE("the sentence says by how much, and the exact number that lets it through") {
  CHECK(shrinkage(10, 100, {}) ==
        "the roster has 10 rows, 90 fewer than the 100 of the last good run, and less than half of them; if that is "
        "intended, add --allow shrink=90");
  CHECK_FALSE(shrinkage(10, 100, 90).has_value());
  CHECK_FALSE(shrinkage(10, 100, 1000).has_value());
  const auto still = shrinkage(10, 100, 89);
  REQUIRE(still.has_value());
  CHECK(still->find("(\"shrink\" is raised to 89 for this run); if that is intended, add --allow shrink=90") !=
        std::string::npos);
  CHECK(shrinkage(1, 3, {})->find("has 1 row, 2 fewer") != std::string::npos);
}
