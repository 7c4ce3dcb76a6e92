#include "cli/progress.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "unit/support/captured.hpp"

using namespace rostersync;
using namespace std::chrono_literals;
using cli::Screen;

namespace {

class FakeClock final : public base::Clock {
 public:
  base::Instant now() const override { return now_; }
  base::WallTime wall() const override { return {}; }
  void advance(base::Duration by) { now_ += by; }

 private:
  base::Instant now_ = base::Instant() + 1h;
};

// A terminal that keeps what is written to it.
struct Terminal {
  std::vector<std::string> written;
  std::size_t columns = 80;

  Screen screen(Screen::Kind kind) {
    Screen made;
    made.kind = kind;
    made.columns = [this] { return columns; };
    made.write = [this](std::string_view text) { written.emplace_back(text); };
    return made;
  }
};

sync::Progress writing(std::uint64_t done) {
  sync::Progress progress;
  progress.stage = sync::Progress::Stage::writing;
  progress.done = done;
  progress.all = 4000;
  return progress;
}

}  // namespace

TEST_CASE("a bar is drawn at once, then ten times a second at most") {
  FakeClock clock;
  Terminal terminal;
  cli::Progress progress(clock, terminal.screen(Screen::Kind::bar));
  for (unsigned i = 0; i < 1000; ++i) {
    progress.show(writing(i));
    clock.advance(1ms);
  }
  REQUIRE(terminal.written.size() == 10);
  CHECK(terminal.written[0].starts_with("\rwriting     0/4000  ["));
  CHECK(terminal.written[1].starts_with("\rwriting   100/4000  ["));
  for (const std::string& frame : terminal.written) {
    CHECK(frame.size() == 1 + 79 + 3);  // a return, all columns but the last, and an erasure to the end of the line
    CHECK(frame.ends_with("\x1b[K"));
  }
}

TEST_CASE("the bar is as wide as the terminal is by then") {
  FakeClock clock;
  Terminal terminal;
  cli::Progress progress(clock, terminal.screen(Screen::Kind::bar));
  for (const std::size_t columns : {80UL, 200UL, 20UL, 1UL, 0UL}) {
    CAPTURE(columns);
    terminal.columns = columns;
    clock.advance(100ms);
    progress.show(writing(1));
    CHECK(terminal.written.back().size() <= (columns > 0 ? columns - 1 : 0) + 4);
    if (columns >= 80) CHECK(terminal.written.back().size() == columns + 3);
  }
}

TEST_CASE("the bar makes way for a log line, and comes back after it") {
  FakeClock clock;
  Terminal terminal;
  base::log::configure(base::log::Level::info, base::log::Format::text);
  {
    cli::Progress progress(clock, terminal.screen(Screen::Kind::bar));
    progress.show(writing(1));
    const std::string line = captured([&] {
      base::log::debug("below the threshold");
      CHECK(terminal.written.size() == 1);
      base::log::warning("throttled");
      base::log::warning("and again");
    });
    CHECK(line == "warning: throttled\nwarning: and again\n");
    REQUIRE(terminal.written.size() == 2);  // once, for both
    CHECK(terminal.written[1] == "\r\x1b[K");
    clock.advance(100ms);
    progress.show(writing(2));
    REQUIRE(terminal.written.size() == 3);
    CHECK(terminal.written[2].starts_with("\rwriting     2/4000"));
    progress.clear();
    progress.clear();
    CHECK(terminal.written.size() == 4);
    clock.advance(100ms);
    progress.show(writing(3));
  }
  REQUIRE(terminal.written.size() == 6);
  CHECK(terminal.written[5] == "\r\x1b[K");  // the end of a Progress leaves nothing on the screen,
  captured([] { base::log::info("afterwards"); });
  CHECK(terminal.written.size() == 6);  // and nothing that is called before a line
}

TEST_CASE("without a terminal there is one log line every 30 seconds") {
  FakeClock clock;
  Terminal terminal;
  base::log::configure(base::log::Level::info, base::log::Format::text);
  cli::Progress progress(clock, terminal.screen(Screen::Kind::lines));
  std::vector<std::string> lines;
  for (unsigned second = 0; second <= 95; ++second) {
    const std::string line = captured([&] { progress.show(writing(second * 4)); });
    if (!line.empty()) lines.push_back(std::to_string(second) + " " + line);
    clock.advance(1s);
  }
  CHECK(lines == std::vector<std::string>{"30 info: writing: 120 of 4000 changes (3%), 4.0/s, about 16m10s left\n",
                                          "60 info: writing: 240 of 4000 changes (6%), 4.0/s, about 15m40s left\n",
                                          "90 info: writing: 360 of 4000 changes (9%), 4.0/s, about 15m10s left\n"});
  CHECK(terminal.written.empty());
}

TEST_CASE("in json that line is the event \"progress\"") {
  FakeClock clock;
  Terminal terminal;
  cli::Progress progress(clock, terminal.screen(Screen::Kind::lines));
  sync::Progress so_far;
  progress.show(so_far);
  clock.advance(30s);
  so_far.done = 1001;
  so_far.errors = 2;
  so_far.limit_per_second = 5;
  so_far.held_back = true;
  base::log::configure(base::log::Level::info, base::log::Format::json);
  const std::string line = captured([&] { progress.show(so_far); });
  base::log::configure(base::log::Level::info, base::log::Format::text);
  CHECK(line.substr(line.find("\"level\"")) ==
        R"("level":"info","event":"progress",)"
        R"("message":"reading: 1001 users, 33/s, waiting (the server asked for it), 2 errors",)"
        R"("stage":"reading","done":1001,"all":null,"errors":2,"per_second":33.4,"seconds_left":null,)"
        R"("limit_per_second":5,"held_back":true})"
        "\n");
}

TEST_CASE("where no progress is wanted there is none") {
  FakeClock clock;
  Terminal terminal;
  cli::Progress progress(clock, terminal.screen(Screen::Kind::nothing));
  const std::string log = captured([&] {
    for (unsigned second = 0; second < 100; ++second) {
      progress.show(writing(second));
      clock.advance(1s);
    }
    base::log::info("a line");
  });
  CHECK(log == "info: a line\n");
  CHECK(terminal.written.empty());
}
