#include "base/log.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "unit/support/captured.hpp"

using namespace rostersync::base;
using rostersync::captured;

TEST_CASE("a message is one line, whatever it holds") {
  log::configure(log::Level::info, log::Format::text);
  const std::string text = captured([] { log::warning("the API says {}", "\"no\"\r\nerror: \x1b[31mforged\x7f{}%v"); });
  CHECK(text == "warning: the API says \"no\"\\x0d\\x0aerror: \\x1b[31mforged\\x7f{}%v\n");
  CHECK(captured([] { log::info("plain, {} and accents: é", 1); }) == "info: plain, 1 and accents: é\n");
}

TEST_CASE("below the threshold nothing is written") {
  log::configure(log::Level::warning, log::Format::text);
  CHECK(captured([] {
          log::debug("d");
          log::info("i");
        }).empty());
  CHECK(captured([] { log::error("e"); }) == "error: e\n");
  log::configure(log::Level::off, log::Format::text);
  CHECK(captured([] { log::error("e"); }).empty());
  log::configure(log::Level::debug, log::Format::text);
  CHECK(captured([] { log::debug("d"); }) == "debug: d\n");
}

namespace {

// What follows the time, which is checked apart, of the one line that `action` writes in json.
std::string json_line(const std::function<void()>& action) {
  log::configure(log::Level::info, log::Format::json);
  const std::string line = captured(action);
  log::configure(log::Level::info, log::Format::text);
  const std::string time = R"({"time":"2000-01-01T00:00:00.000Z",)";
  REQUIRE(line.size() > time.size());
  for (std::size_t i = 0; i < time.size(); ++i) {
    CAPTURE(i);
    const bool digit = line[i] >= '0' && line[i] <= '9';
    const bool as_told = time[i] >= '0' && time[i] <= '9' ? digit : line[i] == time[i];
    CHECK(as_told);
  }
  CHECK(line.find('\n') == line.size() - 1);
  return line.substr(time.size());
}

}  // namespace

TEST_CASE("in json each line is one object, with the same keys first") {
  CHECK(json_line([] { log::info("a \"b\" \\ \n {}", "\x01é"); }) ==
        R"("level":"info","event":"log","message":"a \"b\" \\ \u000a \u0001é"})"
        "\n");
  CHECK(json_line([] { log::warning("{}%v", "%n"); }) == R"("level":"warning","event":"log","message":"%n%v"})"
                                                         "\n");
}

TEST_CASE("an event carries its fields in json, in their order, and its message alone in text") {
  const auto action = [] {
    log::event(log::Level::error, "stopped",
               {{"why", "a \"signal\""},
                {"run", std::string("r-1")},
                {"settled", std::uint64_t{18446744073709551615U}},
                {"left", -3},
                {"per_second", 2.5},
                {"limit", 1.0 / 0.0},
                {"resumable", true},
                {"all", std::optional<std::uint64_t>{}},
                {"known", std::optional<std::uint64_t>{7}}},
               "stopped: 3 to go");
  };
  CHECK(
      json_line(action) ==
      R"("level":"error","event":"stopped","message":"stopped: 3 to go","why":"a \"signal\"","run":"r-1",)"
      R"("settled":18446744073709551615,"left":-3,"per_second":2.5,"limit":null,"resumable":true,"all":null,"known":7})"
      "\n");
  CHECK(captured(action) == "error: stopped: 3 to go\n");
  CHECK(captured([] { log::event(log::Level::debug, "progress", {}, "below the threshold"); }).empty());
}

TEST_CASE("what is before each line is asked to make way, and only where there is a line") {
  log::configure(log::Level::info, log::Format::text);
  int made_way = 0;
  const std::string text = captured([&] {
    log::before_each_line([&] {
      ++made_way;
      std::fputs("<", stderr);
    });
    log::info("one");
    log::debug("below the threshold");
    log::warning("two");
    log::before_each_line(nullptr);
    log::info("three");
  });
  CHECK(made_way == 2);
  CHECK(text == "<info: one\n<warning: two\ninfo: three\n");
}

TEST_CASE("level names") {
  CHECK(log::parse_level("debug") == log::Level::debug);
  CHECK(log::parse_level("info") == log::Level::info);
  CHECK(log::parse_level("warn") == log::Level::warning);
  CHECK(log::parse_level("warning") == log::Level::warning);
  CHECK(log::parse_level("error") == log::Level::error);
  CHECK(log::parse_level("off") == log::Level::off);
  CHECK_THROWS_WITH_AS(log::parse_level("INFO"),
                       "--log-level: \"INFO\" is no level; use debug, info, warning, error or off", CannotRun);
}
