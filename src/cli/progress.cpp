#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/log.hpp"

namespace rostersync::cli {

namespace {

constexpr auto between_lines = std::chrono::seconds(30);
constexpr auto between_frames = std::chrono::milliseconds(100);

}  // namespace

Progress::Progress(const base::Clock& clock, bool shown)
    : clock_(clock), shown_(shown), terminal_(::isatty(STDERR_FILENO) == 1), next_(clock.now()) {
  if (!terminal_) next_ += between_lines;
}

void Progress::show(std::size_t done, std::size_t all) {
  if (!shown_ || clock_.now() < next_) return;
  if (terminal_) {
    next_ = clock_.now() + between_frames;
    fmt::print(stderr, "\r\x1b[Kwriting: {} of {} changes", done, all);
    std::fflush(stderr);
    line_open_ = true;
  } else {
    next_ = clock_.now() + between_lines;
    base::log::info("writing: {} of {} changes", done, all);
  }
}

void Progress::end() {
  if (line_open_) fmt::print(stderr, "\r\x1b[K");
  line_open_ = false;
}

}  // namespace rostersync::cli
