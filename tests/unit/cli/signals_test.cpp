#include "cli/signals.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <csignal>

using rostersync::cli::Signals;

namespace {

bool readable(int descriptor) {
  pollfd one{descriptor, POLLIN, 0};
  return ::poll(&one, 1, 0) == 1;
}

sighandler_t handler_of(int number) {
  struct sigaction now {};
  ::sigaction(number, nullptr, &now);
  return now.sa_handler;
}

bool ends_the_program(int number) {
  return handler_of(number) == SIG_DFL;
}

}  // namespace

TEST_CASE("the first signal is a wish, the second has its usual effect") {
  for (const auto& [number, name] :
       {std::pair{SIGINT, "SIGINT was received"}, std::pair{SIGTERM, "SIGTERM was received"}}) {
    CAPTURE(name);
    const auto before = handler_of(number);
    {
      Signals signals;
      CHECK_FALSE(signals.received());
      CHECK_FALSE(readable(signals.descriptor()));
      CHECK_FALSE(ends_the_program(SIGINT));
      CHECK_FALSE(ends_the_program(SIGTERM));
      std::raise(number);
      CHECK(ends_the_program(SIGINT));  // even where nobody has asked yet
      CHECK(ends_the_program(SIGTERM));
      CHECK(readable(signals.descriptor()));
      CHECK(signals.received() == name);
      CHECK_FALSE(readable(signals.descriptor()));  // it woke whoever waited, once
      CHECK(signals.received() == name);
    }
    const bool as_before = handler_of(number) == before;
    CHECK(as_before);
  }
}
