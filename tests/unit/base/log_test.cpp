#include "base/log.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string>

#include "base/error.hpp"

using namespace rostersync::base;

namespace {

// What reaches standard error while `action` runs.
std::string captured(const std::function<void()>& action) {
  std::FILE* const file = std::tmpfile();
  REQUIRE(file != nullptr);
  std::fflush(stderr);
  const int kept = ::dup(STDERR_FILENO);
  REQUIRE(::dup2(::fileno(file), STDERR_FILENO) >= 0);
  action();
  std::fflush(stderr);
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

}  // namespace

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

TEST_CASE("in json each line is one object") {
  log::configure(log::Level::info, log::Format::json);
  const std::string line = captured([] { log::info("a \"b\" \\ \n {}", "\x01é"); });
  log::configure(log::Level::info, log::Format::text);
  REQUIRE(line.size() > 24);
  CHECK(line.substr(0, 9) == "{\"time\":\"");
  CHECK(line.substr(line.find("\",\"level\"")) ==
        "\",\"level\":\"info\",\"message\":\"a \\\"b\\\" \\\\ \\u000a \\u0001é\"}\n");
  CHECK(line.find('\n') == line.size() - 1);
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
