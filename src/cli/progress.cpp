#include "cli/progress.hpp"

#include <cmath>
#include <utility>

#include "base/log.hpp"
#include "cli/bar.hpp"

namespace rostersync::cli {

namespace {

constexpr auto between_lines = std::chrono::seconds(30);
constexpr auto between_frames = std::chrono::milliseconds(100);
constexpr const char* to_line_start = "\r";
constexpr const char* erase_to_line_end = "\x1b[K";  // ECMA-48, EL

double tenths(double number) {
  return std::round(number * 10) / 10;
}

void log_line(const sync::Progress& progress, const Pace& pace) {
  std::optional<std::int64_t> seconds_left;
  if (pace.left) seconds_left = pace.left->count();
  base::log::event(base::log::Level::info, "progress",
                   {{"stage", stage_name(progress.stage)},
                    {"done", progress.done},
                    {"all", progress.all},
                    {"errors", progress.errors},
                    {"per_second", tenths(pace.per_second)},
                    {"seconds_left", seconds_left},
                    {"limit_per_second", tenths(progress.limit_per_second)},
                    {"held_back", progress.held_back}},
                   in_words(progress, pace));
}

}  // namespace

Progress::Progress(const base::Clock& clock, Screen screen)
    : clock_(clock), screen_(std::move(screen)), next_(clock.now()) {
  if (screen_.kind == Screen::Kind::lines) next_ += between_lines;
  if (screen_.kind == Screen::Kind::bar) base::log::before_each_line([this] { clear(); });
}

Progress::~Progress() {
  if (screen_.kind == Screen::Kind::bar) base::log::before_each_line(nullptr);
  clear();
}

void Progress::show(const sync::Progress& progress) {
  if (screen_.kind == Screen::Kind::nothing) return;
  const base::Instant now = clock_.now();
  const Pace pace = speedometer_.note(now, progress);
  if (now < next_) return;
  if (screen_.kind == Screen::Kind::lines) {
    next_ = now + between_lines;
    return log_line(progress, pace);
  }
  next_ = now + between_frames;
  // The last column stays free: some terminals begin a new line as soon as it is written to.
  const std::size_t columns = screen_.columns();
  screen_.write(to_line_start + bar(progress, pace, screen_.look, columns > 0 ? columns - 1 : 0) + erase_to_line_end);
  on_screen_ = true;
}

void Progress::clear() {
  if (on_screen_) screen_.write(std::string(to_line_start) + erase_to_line_end);
  on_screen_ = false;
}

}  // namespace rostersync::cli
