#include "cli/pace.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>

using namespace rostersync;
using namespace std::chrono_literals;
using cli::Pace;
using cli::Speedometer;
using Stage = sync::Progress::Stage;

namespace {

const base::Instant start = base::Instant() + 1h;

sync::Progress writing(std::uint64_t done, std::optional<std::uint64_t> all = 1000) {
  sync::Progress progress;
  progress.stage = Stage::writing;
  progress.done = done;
  progress.all = all;
  return progress;
}

}  // namespace

TEST_CASE("within its first second a run has no pace yet") {
  Speedometer meter;
  CHECK(meter.note(start, writing(0)).per_second == 0);
  const Pace pace = meter.note(start + 999ms, writing(50));
  CHECK(pace.per_second == 0);
  CHECK_FALSE(pace.left);
  CHECK(meter.note(start + 1s, writing(50)).per_second == doctest::Approx(50));
}

TEST_CASE("the pace is the average, and what is left follows from it") {
  Speedometer meter;
  meter.note(start, writing(0));
  for (int second = 1; second <= 9; ++second) meter.note(start + second * 1s, writing(static_cast<unsigned>(second)));
  const Pace pace = meter.note(start + 10s, writing(100));
  CHECK(pace.per_second == doctest::Approx(10));
  CHECK(pace.left == 90s);
}

TEST_CASE("what earlier processes have done does not count as this one's pace") {
  Speedometer meter;
  meter.note(start, writing(900));
  CHECK(meter.note(start + 10s, writing(910)).per_second == doctest::Approx(1));
}

TEST_CASE("only the last minute counts, so that a pace that changed is seen") {
  Speedometer meter;
  std::uint64_t done = 0;
  for (int second = 0; second < 120; ++second) meter.note(start + second * 1s, writing(done += 2));
  CHECK(meter.note(start + 120s, writing(done += 2)).per_second == doctest::Approx(2));
  for (int second = 121; second < 180; ++second) meter.note(start + second * 1s, writing(done));
  CHECK(meter.note(start + 180s, writing(done)).per_second == 0);
}

TEST_CASE("the bursts of a quota that is counted by the minute even out") {
  Speedometer meter;
  Pace pace;
  for (int second = 0; second <= 180; ++second) {
    const auto minute = static_cast<unsigned>(second / 60);
    const unsigned in_it = second % 60 < 5 ? static_cast<unsigned>(second % 60) * 48 : 240;
    pace = meter.note(start + second * 1s, writing(minute * 240 + in_it));
    if (second >= 60) CHECK(pace.per_second == doctest::Approx(4).epsilon(0.05));
  }
}

TEST_CASE("another stage, or less done than before, starts afresh") {
  Speedometer meter;
  sync::Progress reading = writing(0, 100);
  reading.stage = Stage::reading;
  meter.note(start, reading);
  reading.done = 100;
  CHECK(meter.note(start + 2s, reading).per_second == doctest::Approx(50));
  CHECK(meter.note(start + 3s, writing(200)).per_second == 0);
  CHECK(meter.note(start + 4s, writing(201)).per_second == doctest::Approx(1));
  CHECK(meter.note(start + 5s, writing(0)).per_second == 0);
  CHECK(meter.note(start + 6s, writing(3)).per_second == doctest::Approx(3));
}

TEST_CASE("what is left is told only where it can be") {
  Speedometer meter;
  meter.note(start, writing(0));
  CHECK_FALSE(meter.note(start + 10s, writing(10, std::nullopt)).left);
  CHECK(meter.note(start + 10s, writing(10, 10)).left == 0s);
  CHECK(meter.note(start + 10s, writing(10, 5)).left == 0s);
  CHECK_FALSE(meter.note(start + 10s, writing(10, UINT64_MAX)).left);
  Speedometer still;
  still.note(start, writing(3));
  CHECK_FALSE(still.note(start + 10s, writing(3)).left);
}

TEST_CASE("a burst that is faster than the limit on requests does not promise the rest") {
  Speedometer meter;
  sync::Progress progress = writing(0);
  progress.limit_per_second = 4;
  meter.note(start, progress);
  progress.done = 200;
  const Pace writes = meter.note(start + 2s, progress);
  CHECK(writes.per_second == doctest::Approx(100));
  CHECK(writes.left == 200s);
  Speedometer pages;
  progress = writing(0);
  progress.stage = Stage::reading;
  progress.limit_per_second = 4;
  pages.note(start, progress);
  progress.done = 200;
  CHECK(pages.note(start + 2s, progress).left == 8s);  // one request reads many users
}
