#include "base/error.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rostersync::base;

TEST_CASE("each error knows its exit status and keeps its sentence") {
  CHECK(CannotRun("a").code() == ExitCode::could_not_run);
  CHECK(Refused("b").code() == ExitCode::refused);
  CHECK(Busy("c").code() == ExitCode::busy);
  CHECK(std::string(Refused("the sentence").what()) == "the sentence");
}

TEST_CASE("the documented exit statuses") {
  CHECK(static_cast<int>(ExitCode::ok) == 0);
  CHECK(static_cast<int>(ExitCode::could_not_run) == 1);
  CHECK(static_cast<int>(ExitCode::differences) == 2);
  CHECK(static_cast<int>(ExitCode::attention) == 3);
  CHECK(static_cast<int>(ExitCode::refused) == 4);
  CHECK(static_cast<int>(ExitCode::busy) == 5);
  CHECK(static_cast<int>(ExitCode::stopped) == 6);
}
