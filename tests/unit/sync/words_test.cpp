#include "sync/words.hpp"

#include <doctest/doctest.h>

using namespace rostersync;

TEST_CASE("how long something takes, as somebody who waits wants to hear it") {
  CHECK(sync::about(0.2) == "1 second");
  CHECK(sync::about(12.4) == "13 seconds");
  CHECK(sync::about(59) == "59 seconds");
  CHECK(sync::about(60) == "1 minute");
  CHECK(sync::about(240) == "4 minutes");
  CHECK(sync::about(3600) == "1.0 hours");
  CHECK(sync::about(9000) == "2.5 hours");
}
