// A dispatcher with everything around it, in virtual time.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "http/dispatcher.hpp"
#include "unit/http/fake_transport.hpp"

namespace rostersync::http::testing {

// A dispatcher over a network and a clock of its own.
struct World {
  explicit World(FakeTransport::Handler handler, DispatcherOptions options = {},
                 std::unique_ptr<RateLimiter> rate = make_window_limiter(1000000, std::chrono::seconds(1)))
      : transport(clock, std::move(handler)),
        limiter(std::move(rate)),
        dispatcher(transport, clock, *limiter, options, [] { return 0.5; }) {
    base::log::configure(base::log::Level::off, base::log::Format::text);
  }

  // Everything that is still to come, by id.
  std::map<RequestId, Answer> finish() {
    std::map<RequestId, Answer> answers;
    while (dispatcher.pending() > 0) {
      for (Answer& one : dispatcher.wait(std::chrono::hours(1))) REQUIRE(answers.emplace(one.id, one).second);
    }
    return answers;
  }
  Answer only(Request request) {
    const RequestId id = dispatcher.submit(std::move(request));
    const auto answers = finish();
    REQUIRE(answers.size() == 1);
    return answers.at(id);
  }

  FakeClock clock;
  FakeTransport transport;
  std::unique_ptr<RateLimiter> limiter;
  Dispatcher dispatcher;
};

}  // namespace rostersync::http::testing
