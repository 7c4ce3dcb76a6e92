#include "sandbox/kills.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rostersync::sandbox;

namespace {

// What becomes of a read, a write, a read, a write, ...
std::string fates(Kills kills) {
  KillCount count;
  std::string fates;
  for (int i = 0; i < 8; ++i) {
    const Kill due = count.next(kills, i % 2 == 1);
    fates += due == Kill::none ? '.' : due == Kill::before ? 'b' : 'a';
  }
  return fates;
}

}  // namespace

TEST_CASE("each kill is due once, at its request") {
  struct Row {
    const char* what;
    Kills kills;
    const char* fates;
  };
  const Row rows[] = {{"none", {}, "........"},
                      {"before the first", {1, {}, {}, {}}, "b......."},
                      {"before a later one", {3, {}, {}, {}}, "..b....."},
                      {"after", {{}, 4, {}, {}}, "...a...."},
                      {"before a write", {{}, {}, 2, {}}, "...b...."},
                      {"after a write", {{}, {}, {}, 3}, ".....a.."},
                      {"several", {1, 3, 2, 4}, "b.ab...a"},
                      {"two at the same request", {2, {}, 1, {}}, ".b......"},
                      {"beyond the end", {9, {}, 5, {}}, "........"}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(fates(row.kills) == row.fates);
  }
}

TEST_CASE("a kill that struck is off") {
  Kills kills{1, {}, {}, {}};
  KillCount count;
  CHECK(count.next(kills, false) == Kill::before);
  CHECK_FALSE(kills.before);
}
