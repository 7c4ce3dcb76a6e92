#include "cli/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace rostersync::cli {

namespace {

constexpr std::size_t usual_columns = 80;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool speaks_utf8() {
  std::string locale = environment("LC_ALL");
  if (locale.empty()) locale = environment("LC_CTYPE");
  if (locale.empty()) locale = environment("LANG");
  std::transform(locale.begin(), locale.end(), locale.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : usual_columns;
}

void write_at_once(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

Screen standard_error(bool wanted, bool plain) {
  Screen screen;
  if (!wanted) return screen;
  const bool terminal = ::isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb";
  screen.kind = terminal && !plain ? Screen::Kind::bar : Screen::Kind::lines;
  screen.look = {environment("NO_COLOR").empty(), speaks_utf8()};
  screen.columns = terminal_columns;
  screen.write = write_at_once;
  return screen;
}

}  // namespace rostersync::cli
