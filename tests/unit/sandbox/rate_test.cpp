#include "sandbox/rate.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using std::chrono::seconds;

TEST_CASE("rates are read and written") {
  for (const char* text : {"300/min", "10/s", "20/10s", "off", "5000/3600s"}) {
    CAPTURE(text);
    CHECK(rate_text(parse_rate(text)) == text);
  }
  CHECK(parse_rate("5000/h")->per == std::chrono::hours(1));
  for (const char* text : {"", "300", "300/", "/min", "0/s", "-1/s", "1/0s", "10/day", "10/s ", "4294967296/s"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_rate(text), base::CannotRun);
  }
}

TEST_CASE("a window lets so many in and opens again when it is over") {
  FixedWindow window(parse_rate("3/10s"));
  const base::Instant start(seconds(1000));
  CHECK_FALSE(window.admit(start));
  CHECK_FALSE(window.admit(start + seconds(1)));
  CHECK_FALSE(window.admit(start + seconds(4)));
  CHECK(window.admit(start + seconds(4)) == seconds(6));
  CHECK(window.admit(start + seconds(9)) == seconds(1));
  CHECK_FALSE(window.admit(start + seconds(10)));
  CHECK_FALSE(window.admit(start + seconds(10)));
  CHECK_FALSE(window.admit(start + seconds(10)));
  CHECK(window.admit(start + seconds(10)) == seconds(10));
}

TEST_CASE("without a rate everybody gets in") {
  FixedWindow window(std::nullopt);
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(window.admit(base::Instant{}));
}
