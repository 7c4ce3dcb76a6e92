#include "model/users.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace rostersync::model;

namespace {

std::string filled(std::size_t size, std::size_t seed) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + seed) % 26);
  return text;
}

}  // namespace

TEST_CASE("a pool gives back what it took, across every block boundary, and nothing moves") {
  constexpr std::size_t first = 4096;
  constexpr std::size_t block = std::size_t{1} << 20;
  const std::vector<std::size_t> sizes = {
      0,         1, first - 1, 1, 0, first,     first + 1, 4 * first, block, block - 1, 1, 0,
      block + 1, 5, 2 * block, 0, 3, block / 2, block / 2, block,     1,     block - 2, 2, 2};
  TextPool pool;
  std::vector<Cell> cells;
  std::vector<const char*> places;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    cells.push_back(pool.add(Presence::value, filled(sizes[i], i)));
    places.push_back(pool.text(cells.back()).data());
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    CAPTURE(i);
    CHECK(cells[i].presence() == Presence::value);
    CHECK(pool.text(cells[i]) == filled(sizes[i], i));
    CHECK(pool.text(cells[i]).data() == places[i]);
  }
}

TEST_CASE("a pool holds many small texts in many blocks") {
  TextPool pool;
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < 200'000; ++i) cells.push_back(pool.add(Presence::value, std::to_string(i * 7919)));
  std::size_t wrong = 0;
  std::size_t text = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    wrong += pool.text(cells[i]) == std::to_string(i * 7919) ? 0 : 1;
    text += pool.text(cells[i]).size();
  }
  CHECK(wrong == 0);
  CHECK(pool.bytes() >= text);
  CHECK(pool.bytes() <= text + (std::size_t{1} << 20) + 10'000);  // at most the last block is spare
}

TEST_CASE("a text of the largest size fits, one byte more does not") {
  TextPool pool;
  const std::string largest = filled(TextPool::max_text, 3);
  const Cell cell = pool.add(Presence::value, largest);
  CHECK(pool.text(cell) == largest);
  CHECK_THROWS_AS(pool.add(Presence::value, largest + "x"), std::length_error);
  const Cell after = pool.add(Presence::value, "still works");
  CHECK(pool.text(after) == "still works");
  CHECK(pool.text(cell) == largest);
}

TEST_CASE("a pool that was cleared starts again and gives memory back") {
  TextPool pool;
  for (std::size_t i = 0; i < 300; ++i) pool.add(Presence::value, filled(50'000, i));
  const std::size_t full = pool.bytes();
  pool.clear();
  CHECK(pool.bytes() < full / 4);
  const Cell cell = pool.add(Presence::value, "again");
  CHECK(pool.text(cell) == "again");
  pool.clear();
  pool.clear();
  CHECK(pool.text(pool.add(Presence::unknown, "")).empty());
}

TEST_CASE("each presence is a thing of its own") {
  Users users(4, {0, 2});
  const Row row = users.add();
  CHECK(row == 0);
  CHECK(users.presence(row, 0) == Presence::absent);
  CHECK(users.presence(row, 2) == Presence::absent);

  users.set(row, 0, Presence::value, "x");
  CHECK(users.presence(row, 0) == Presence::value);
  CHECK(users.text(row, 0) == "x");
  CHECK(users.presence(row, 2) == Presence::absent);

  users.set(row, 0, Presence::clear, "ignored");
  CHECK(users.presence(row, 0) == Presence::clear);
  CHECK(users.text(row, 0).empty());

  users.set(row, 0, Presence::unknown);
  CHECK(users.presence(row, 0) == Presence::unknown);
  users.set(row, 0, Presence::absent);
  CHECK(users.presence(row, 0) == Presence::absent);
  users.set(row, 0, Presence::value, "again");
  CHECK(users.text(row, 0) == "again");
}

TEST_CASE("an attribute without a column reads as absent and cannot be set") {
  Users users(4, {2});
  const Row row = users.add();
  users.set(row, 2, Presence::value, "two");
  CHECK_FALSE(users.has_column(1));
  CHECK(users.has_column(2));
  CHECK(users.presence(row, 1) == Presence::absent);
  CHECK(users.text(row, 3).empty());
  CHECK_THROWS_AS(users.set(row, 1, Presence::value, "one"), std::logic_error);
  CHECK_THROWS_AS(users.set(row, 4, Presence::value, "beyond the schema"), std::logic_error);
  CHECK(users.text(row, 2) == "two");
}

TEST_CASE("many rows keep their cells, in the order of the columns given") {
  Users users(6, {5, 1, 3});
  CHECK(users.columns() == std::vector<AttributeIndex>{5, 1, 3});
  constexpr Row count = 30'000;
  for (Row row = 0; row < count; ++row) {
    REQUIRE(users.add() == row);
    users.set(row, 5, Presence::value, "five " + std::to_string(row));
    if (row % 3 == 0) users.set(row, 1, Presence::value, "one " + std::to_string(row));
    if (row % 5 == 0) users.set(row, 3, Presence::clear);
  }
  CHECK(users.size() == count);
  std::size_t wrong = 0;
  for (Row row = 0; row < count; ++row) {
    const bool right = users.text(row, 5) == "five " + std::to_string(row) &&
                       users.text(row, 1) == (row % 3 == 0 ? "one " + std::to_string(row) : "") &&
                       users.presence(row, 3) == (row % 5 == 0 ? Presence::clear : Presence::absent);
    wrong += right ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("clear leaves the columns and no rows") {
  Users users(3, {0, 1});
  for (int i = 0; i < 5'000; ++i) users.set(users.add(), 0, Presence::value, "old");
  users.clear();
  CHECK(users.size() == 0);
  CHECK(users.columns().size() == 2);
  const Row row = users.add();
  CHECK(row == 0);
  CHECK(users.presence(row, 0) == Presence::absent);
  users.set(row, 1, Presence::value, "new");
  CHECK(UserView{&users, row}.text(1) == "new");
  CHECK(UserView{&users, row}.presence(0) == Presence::absent);
}

TEST_CASE("a table of one row is small, a large one has no slack worth mention") {
  Users one(14, {0, 1, 2, 3, 4, 5, 6, 7});
  one.set(one.add(), 0, Presence::value, "x");
  CHECK(one.bytes() < 8'000);

  Users many(14, {0, 1, 2, 3, 4, 5, 6, 7});
  for (int i = 0; i < 70'000; ++i) many.add();  // just past a power of two, where doubling wastes most
  CHECK(many.bytes() >= 70'000 * 8 * sizeof(Cell));
  CHECK(many.bytes() <= 70'000 * 8 * sizeof(Cell) * 11 / 10);
}
