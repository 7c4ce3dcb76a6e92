// What stands behind standard error, as far as progress is concerned.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "cli/bar.hpp"

namespace rostersync::cli {

struct Screen {
  enum class Kind {
    nothing,  // no progress is wanted
    bar,      // a terminal: one line that is written over
    lines     // a file, a pipe, a journal: a log line from time to time
  };
  Kind kind = Kind::nothing;
  Look look;
  std::function<std::size_t()> columns;         // of a terminal, as wide as it is now
  std::function<void(std::string_view)> write;  // to a terminal, at once
};

// `wanted`: Kind::nothing unless so. `plain`: log lines even on a terminal. Colour unless NO_COLOR is set; characters
// beyond ASCII where the locale (LC_ALL, else LC_CTYPE, else LANG) is of UTF-8.
Screen standard_error(bool wanted, bool plain);

}  // namespace rostersync::cli
