#include "plan/key_index.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace rostersync;
using plan::KeyIndex;

namespace {

std::vector<model::Row> visited(const KeyIndex& index, std::string_view key) {
  std::vector<model::Row> rows;
  index.for_each(key, [&](model::Row row) { rows.push_back(row); });
  return rows;
}

bool holds(const std::vector<model::Row>& rows, model::Row row) {
  return std::count(rows.begin(), rows.end(), row) == 1;
}

}  // namespace

TEST_CASE("an index finds every row by its key, however much it had to grow") {
  for (const std::size_t expected : {std::size_t{0}, std::size_t{1}, std::size_t{50'000}}) {
    CAPTURE(expected);
    KeyIndex index(expected);
    constexpr model::Row count = 50'000;
    for (model::Row row = 0; row < count; ++row) index.add("user" + std::to_string(row) + "@k.com", row);
    std::size_t lost = 0;
    std::size_t strangers = 0;
    for (model::Row row = 0; row < count; ++row) {
      const auto rows = visited(index, "user" + std::to_string(row) + "@k.com");
      lost += holds(rows, row) ? 0 : 1;
      strangers += rows.size() - 1;
    }
    CHECK(lost == 0);
    CHECK(strangers < count / 100);  // the caller compares texts, but seldom in vain
    std::size_t found = 0;
    for (model::Row row = 0; row < 1'000; ++row) found += visited(index, "nobody" + std::to_string(row)).size();
    CHECK(found < 10);
  }
}

TEST_CASE("several rows may share a key") {
  KeyIndex index(2);
  for (model::Row row = 0; row < 5; ++row) index.add("p@k.com", row);
  const auto rows = visited(index, "p@k.com");
  CHECK(rows.size() == 5);
  for (model::Row row = 0; row < 5; ++row) CHECK(holds(rows, row));
}

TEST_CASE("an empty index finds nobody") {
  CHECK(visited(KeyIndex(0), "p@k.com").empty());
}
