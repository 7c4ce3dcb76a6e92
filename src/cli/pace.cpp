#include "cli/pace.hpp"

#include <algorithm>
#include <cmath>

namespace rostersync::cli {

namespace {

constexpr auto looked_back_upon = std::chrono::seconds(60);
constexpr auto between_marks = std::chrono::seconds(1);
constexpr double longest_told = 366.0 * 24 * 3600;  // seconds; beyond it is no estimate

std::optional<std::chrono::seconds> time_left(const sync::Progress& progress, double per_second) {
  if (!progress.all) return std::nullopt;
  if (progress.done >= *progress.all) return std::chrono::seconds(0);
  // A change takes a request or more: a burst at the start does not promise the rest.
  const bool limited = progress.stage == sync::Progress::Stage::writing && progress.limit_per_second > 0;
  const double expected = limited ? std::min(per_second, progress.limit_per_second) : per_second;
  const double seconds = std::ceil(static_cast<double>(*progress.all - progress.done) / expected);
  if (!(seconds <= longest_told)) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

}  // namespace

void Speedometer::mark(base::Instant now, const sync::Progress& progress) {
  if (progress.stage != stage_ || progress.done < last_done_) marks_.clear();
  stage_ = progress.stage;
  last_done_ = progress.done;
  if (marks_.empty() || now - marks_.back().at >= between_marks) marks_.push_back({now, progress.done});
  while (marks_.size() > 1 && now - marks_[1].at >= looked_back_upon) marks_.pop_front();
}

Pace Speedometer::note(base::Instant now, const sync::Progress& progress) {
  mark(now, progress);
  const std::chrono::duration<double> seconds = now - marks_.front().at;
  Pace pace;
  if (seconds >= between_marks) {
    pace.per_second = static_cast<double>(progress.done - marks_.front().done) / seconds.count();
  }
  pace.left = time_left(progress, pace.per_second);
  return pace;
}

}  // namespace rostersync::cli
