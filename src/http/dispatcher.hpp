// One queue ordered by the time a request may go; asks the pure retry policy, retry budget and rate limiter. It repeats
// only what is safe to repeat (reads) or never left or was certainly not carried out (429, 425, refused connection);
// any other doubt about a write is answered with Verdict::unknown, which directory/ settles by reading. Redirects of
// GET reads are followed within their origin, five at most; one to another origin ends as Failure::insecure, and
// nothing is sent there. Every other redirect is an answer like any other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "http/message.hpp"
#include "http/rate_limiter.hpp"
#include "http/retry_policy.hpp"
#include "http/schedule.hpp"
#include "http/transport.hpp"

namespace rostersync::http {

enum class DryRun { no, yes };

enum class Verdict {
  answered,  // response is whole, whatever its status, and will not be retried
  gave_up,   // retries are used up on a fault or a retryable status; for a write: it certainly was not carried out
  unknown,   // a write that may or may not have been carried out
  stopped,   // never sent (again): stop() was called, or a wait beyond max_wait or the deadline was asked for
  // The dispatcher's own answers are the four above. Of who sends through it as somebody who is signed in, never sent
  // (again), and not carried out; response.detail has all words:
  no_session,   // signing in got no answer
  not_accepted  // signing in was refused, or the request was, twice
};

struct Answer {
  RequestId id = 0;
  Verdict verdict = Verdict::answered;
  Response response;      // the last one
  unsigned attempts = 0;  // times sent
};

struct Counters {
  std::uint64_t requests = 0;   // sent, retries among them
  std::uint64_t reads = 0;      // of these: everything that is no write, sign-ins among them
  std::uint64_t writes = 0;     // of these
  std::uint64_t retries = 0;    // of these: repeated after a fault or a throttling answer; followed redirects are not
  std::uint64_t throttled = 0;  // 429 answers
  std::uint64_t bytes_received = 0;
};

struct DispatcherOptions {
  std::size_t max_in_flight = 16;
  RetryOptions retry;
  DryRun dry_run = DryRun::no;
  // A wait beyond it that a server asks for is a clean stop. Whoever waits for answers stops at the deadline itself.
  std::optional<base::Instant> deadline = std::nullopt;
};

// How fast it goes at present.
struct Pace {
  double per_second = 0;            // requests a second that the limiter lets through
  std::size_t in_flight_limit = 0;  // at once
  std::size_t in_flight = 0;
  bool held_back = false;  // a pause that the server asked for is running
};

class Dispatcher {
 public:
  // All references must outlive the dispatcher. `random` answers a number in [0, 1).
  Dispatcher(Transport& transport, base::Clock& clock, RateLimiter& limiter, DispatcherOptions options,
             std::function<double()> random);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Queues a request, not to go before `not_before`; one that goes on with something begun goes before those that
  // begin. In a dry run a write throws std::logic_error: the last line of defence. After stop() it is answered
  // `stopped` by the next wait().
  RequestId submit(Request request, std::optional<base::Instant> not_before = std::nullopt,
                   Schedule::Turn turn = Schedule::Turn::first);

  // Makes of a request what goes out, each time just before it does; nothing: as it is. Called from wait().
  using Finish = std::function<std::optional<Request>(RequestId, const Request&)>;
  void finish_with(Finish finish);

  // Answers that are there; waits for at least one if there is none, at most `max`. Empty if nothing is queued or in
  // flight, or the time ran out, or the transport was woken.
  std::vector<Answer> wait(base::Duration max);

  std::size_t pending() const;  // queued, in flight, or answered and not yet fetched by wait()

  // Sends nothing more: what is queued is answered `stopped`, what is in flight finishes. `why` is one sentence.
  void stop(std::string why);
  // Set by stop(), or by a wait beyond max_wait or the deadline that the server asked for.
  const std::optional<std::string>& stopped() const;

  const Counters& counters() const;
  Pace pace() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rostersync::http
