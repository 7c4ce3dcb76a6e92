#include "cli/screen.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "unit/support/captured.hpp"

using rostersync::captured;
using rostersync::cli::Screen;
using rostersync::cli::standard_error;

namespace {

// The environment as a test wants it, and afterwards as it was.
class Environment {
 public:
  using Variables = std::map<std::string, std::string>;
  explicit Environment(const Variables& wanted) {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG", "NO_COLOR", "TERM"}) {
      const char* value = ::getenv(name);
      before_[name] = value != nullptr ? std::optional<std::string>(value) : std::nullopt;
      ::unsetenv(name);
    }
    for (const auto& [name, value] : wanted) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : before_) {
      if (value) {
        ::setenv(name.c_str(), value->c_str(), 1);
      } else {
        ::unsetenv(name.c_str());
      }
    }
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

// Runs `action` with a terminal behind standard error; answers what was written to it.
std::string on_a_terminal(unsigned short columns, const std::function<void()>& action) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(master >= 0);
  REQUIRE(::grantpt(master) == 0);
  REQUIRE(::unlockpt(master) == 0);
  const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  winsize size{};
  size.ws_col = columns;
  ::ioctl(terminal, TIOCSWINSZ, &size);
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(terminal, STDERR_FILENO);
  action();
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  ::fcntl(master, F_SETFL, O_NONBLOCK);
  char bytes[256];
  const ssize_t got = ::read(master, bytes, sizeof bytes);
  ::close(terminal);
  ::close(master);
  return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : "";
}

}  // namespace

TEST_CASE("on a terminal there is a bar, as wide as the terminal") {
  const Environment environment(Environment::Variables{{"TERM", "xterm"}});
  const std::string text = on_a_terminal(132, [] {
    const Screen screen = standard_error(true, false);
    CHECK(screen.kind == Screen::Kind::bar);
    CHECK(screen.columns() == 132);
    screen.write("\rhello");
    CHECK(standard_error(true, true).kind == Screen::Kind::lines);
    CHECK(standard_error(false, false).kind == Screen::Kind::nothing);
  });
  CHECK(text == "\rhello");
  on_a_terminal(0, [] { CHECK(standard_error(true, false).columns() == 80); });
}

TEST_CASE("a terminal that cannot erase, and what is no terminal, get lines") {
  const Environment environment(Environment::Variables{{"TERM", "dumb"}});
  on_a_terminal(80, [] { CHECK(standard_error(true, false).kind == Screen::Kind::lines); });
  captured([] { CHECK(standard_error(true, false).kind == Screen::Kind::lines); });
}

TEST_CASE("the locale says whether there is more than ASCII, and NO_COLOR whether there is colour") {
  struct Row {
    const char* name;
    std::map<std::string, std::string> environment;
    bool unicode;
    bool colour;
  };
  for (const Row& row : std::vector<Row>{
           {"nothing", {}, false, true},
           {"LANG", {{"LANG", "fr_FR.UTF-8"}}, true, true},
           {"as glibc spells it", {{"LANG", "C.utf8"}}, true, true},
           {"another encoding", {{"LANG", "fr_FR.ISO-8859-1"}}, false, true},
           {"LC_CTYPE wins over LANG", {{"LANG", "C.UTF-8"}, {"LC_CTYPE", "C"}}, false, true},
           {"LC_ALL wins over both", {{"LANG", "C"}, {"LC_CTYPE", "C"}, {"LC_ALL", "en_GB.UTF-8"}}, true, true},
           {"an empty LC_ALL says nothing", {{"LANG", "C.UTF-8"}, {"LC_ALL", ""}}, true, true},
           {"NO_COLOR", {{"NO_COLOR", "1"}}, false, false},
           {"an empty NO_COLOR says nothing", {{"NO_COLOR", ""}}, false, true}}) {
    CAPTURE(row.name);
    const Environment environment(row.environment);
    const Screen screen = standard_error(true, false);
    CHECK(screen.look.unicode == row.unicode);
    CHECK(screen.look.colour == row.colour);
  }
}
