#include "cli/bar.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "text/text.hpp"

using namespace rostersync;
using namespace std::chrono_literals;
using cli::bar;
using cli::Pace;
using Stage = sync::Progress::Stage;

namespace {

constexpr cli::Look plain{false, false};

sync::Progress writing(std::uint64_t done, std::optional<std::uint64_t> all) {
  sync::Progress progress;
  progress.stage = Stage::writing;
  progress.done = done;
  progress.all = all;
  return progress;
}

sync::Progress busy() {
  sync::Progress progress = writing(12345, 40000);
  progress.errors = 3;
  progress.limit_per_second = 4;
  return progress;
}

const Pace pace{3.9, 2h + 41min + 10s};

// Columns on a terminal: escape sequences take none.
std::size_t columns_of(const std::string& line) {
  std::string shown;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\x1b') {
      at = line.find('m', at);
    } else {
      shown += line[at];
    }
  }
  return text::length(shown);
}

}  // namespace

TEST_CASE("at each width the most important is shown, and the bar takes what is left") {
  struct Row {
    std::size_t columns;
    const char* line;
  };
  for (const Row& row :
       std::vector<Row>{{120,
                         "writing  12345/40000  [================>                                    ]   3.9/s  ETA "
                         "2h41m   3 errors  "
                         "limit 4.0/s"},
                        {79, "writing  12345/40000  [===>        ]   3.9/s  ETA 2h41m   3 errors  limit 4.0/s"},
                        {66, "writing  12345/40000  [===>        ]   3.9/s  ETA 2h41m   3 errors"},
                        {59, "writing  12345/40000  [====>        ]  ETA 2h41m   3 errors"},
                        {50, "writing  12345/40000   3.9/s  ETA 2h41m   3 errors"},
                        {49, "writing  12345/40000  ETA 2h41m   3 errors"},
                        {40, "12345/40000  ETA 2h41m   3 errors"},
                        {30, "writing  12345/40000  3 errors"},
                        {20, "writing  12345/40000"},
                        {19, "12345/40000   3.9/s"},
                        {18, "12345/40000"},
                        {11, "12345/40000"},
                        {10, "30%"},
                        {3, "30%"},
                        {2, ""},
                        {0, ""}}) {
    CAPTURE(row.columns);
    CHECK(bar(busy(), pace, plain, row.columns) == row.line);
  }
}

TEST_CASE("no line is wider than its terminal, and one with a bar is exactly as wide") {
  std::vector<sync::Progress> all = {writing(0, 0), writing(0, 7), writing(7, 7), writing(9, 7),
                                     writing(5, std::nullopt)};
  all.push_back(busy());
  all.push_back(busy());
  all.back().held_back = true;
  all.push_back(writing(UINT64_MAX, UINT64_MAX));
  all.back().errors = UINT64_MAX;
  all.back().limit_per_second = 1e9;
  for (const sync::Progress& progress : all) {
    for (const Pace& one : {Pace{}, pace, Pace{123456.7, 300 * 24h}}) {
      for (const cli::Look look : {plain, cli::Look{true, true}}) {
        for (std::size_t columns = 0; columns <= 200; ++columns) {
          const std::string line = bar(progress, one, look, columns);
          CAPTURE(line);
          const std::size_t taken = columns_of(line);
          REQUIRE(taken <= columns);
          if (line.find(']') != std::string::npos) REQUIRE(taken == columns);
          REQUIRE(line.find('\n') == std::string::npos);
        }
      }
    }
  }
}

TEST_CASE("the bar is full when all is done, and not before") {
  CHECK(bar(writing(0, 8), {}, plain, 60) == "writing  0/8  [>                       ]     -/s  ETA -     ");
  CHECK(bar(writing(7, 8), {}, plain, 60) == "writing  7/8  [=====================>  ]     -/s  ETA -     ");
  CHECK(bar(writing(8, 8), {2, 0s}, plain, 60) == "writing  8/8  [========================]   2.0/s  ETA 0s    ");
  CHECK(bar(writing(9, 8), {2, 0s}, plain, 60) == "writing  9/8  [========================]   2.0/s  ETA 0s    ");
  CHECK(bar(writing(0, 0), {}, plain, 60) == "writing  0/0  [========================]     -/s  ETA -     ");
}

TEST_CASE("with Unicode the bar grows by eighths of a column") {
  const cli::Look look{false, true};
  CHECK(bar(writing(0, 56), {}, look, 45) == "writing   0/56  [       ]     -/s  ETA -     ");
  CHECK(bar(writing(8, 56), {}, look, 45) == "writing   8/56  [█      ]     -/s  ETA -     ");
  CHECK(bar(writing(9, 56), {}, look, 45) == "writing   9/56  [█▏     ]     -/s  ETA -     ");
  CHECK(bar(writing(15, 56), {}, look, 45) == "writing  15/56  [█▉     ]     -/s  ETA -     ");
  CHECK(bar(writing(56, 56), {}, look, 45) == "writing  56/56  [███████]     -/s  ETA -     ");
}

TEST_CASE("reading without a total has no bar and no time left") {
  sync::Progress progress;
  progress.done = 1200;
  progress.limit_per_second = 240;
  CHECK(bar(progress, {412.4, std::nullopt}, plain, 79) == "reading  1200   412/s  limit 240/s");
}

TEST_CASE("while the server wants a pause, that is said in place of rate and time left") {
  sync::Progress progress = busy();
  progress.held_back = true;
  CHECK(bar(progress, pace, plain, 99) ==
        "writing  12345/40000  [=====>           ]  waiting (the server asked for it)  3 errors  limit 4.0/s");
  CHECK(bar(progress, pace, plain, 60) == "12345/40000  waiting (the server asked for it)  3 errors");
  CHECK(bar(progress, pace, plain, 40) == "writing  12345/40000  waiting  3 errors");
}

TEST_CASE("times left, in as few words as they need") {
  struct Row {
    std::chrono::seconds left;
    const char* words;
  };
  for (const Row& row : std::vector<Row>{{0s, "ETA 0s    "},
                                         {59s, "ETA 59s   "},
                                         {60s, "ETA 1m00s "},
                                         {3599s, "ETA 59m59s"},
                                         {1h, "ETA 1h00m "},
                                         {48h - 1s, "ETA 47h59m"},
                                         {48h, "ETA 2d00h "},
                                         {366 * 24h, "ETA 366d00h"}}) {
    CAPTURE(row.words);
    CHECK(bar(writing(1, 2), {1, row.left}, plain, 60).find(row.words) != std::string::npos);
  }
}

TEST_CASE("colour is there where it is wanted, and nowhere else") {
  sync::Progress progress = busy();
  const std::string bright = bar(progress, pace, {true, false}, 100);
  CHECK(bright.find("\x1b[31m3 errors\x1b[0m") != std::string::npos);
  CHECK(bright.find("\x1b[32m[") != std::string::npos);
  CHECK(bright.find("\x1b[33m") == std::string::npos);
  progress.held_back = true;
  CHECK(bar(progress, pace, {true, false}, 100).find("\x1b[33mwaiting (the") != std::string::npos);
  CHECK(bar(progress, pace, {false, true}, 100).find('\x1b') == std::string::npos);
}

TEST_CASE("in words") {
  sync::Progress progress = busy();
  CHECK(cli::in_words(progress, pace) == "writing: 12345 of 40000 changes (30%), 3.9/s, about 2h41m left, 3 errors");
  progress.held_back = true;
  CHECK(cli::in_words(progress, pace) ==
        "writing: 12345 of 40000 changes (30%), 3.9/s, waiting (the server asked for it), 3 errors");
  progress = {};
  progress.done = 7;
  progress.errors = 1;
  CHECK(cli::in_words(progress, {}) == "reading: 7 users, 1 error");
}
