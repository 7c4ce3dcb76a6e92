// When to send again, and after how long. Pure: takes its inputs and its randomness, decides, touches nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace rostersync::http {

struct RetryOptions {
  unsigned retries = 5;                  // attempts beyond the first, 429s not counted
  std::chrono::milliseconds base{500};   // first back-off ceiling; doubles
  std::chrono::milliseconds cap{30000};  // back-off ceiling
  // After a 429 without Retry-After everybody waits so long: a whole window where the rate is told, which says that the
  // quota is used up; a second or so where the limiter finds the rate, which then slows down by itself.
  std::chrono::milliseconds throttle_pause{60000};
  std::chrono::milliseconds max_wait{15 * 60 * 1000};  // throttling endured by one request in all
};

struct RetryInput {
  Effect effect = Effect::read;
  unsigned attempt = 1;                         // which attempt just ended, from 1; 429s not counted
  std::chrono::milliseconds throttled_for{0};   // what this request has already waited for 429s
  double random = 0;                            // [0, 1)
  std::chrono::system_clock::time_point now{};  // for a Retry-After date in an answer that has no Date
};

enum class Next {
  deliver,  // hand the answer up
  again,    // send again after `wait`
  give_up,  // retries used up; for a write, it was certainly not carried out
  unknown,  // a write that may have been carried out
  stop      // the wait asked for is beyond max_wait
};

struct Decision {
  Next next = Next::deliver;
  std::chrono::milliseconds wait{0};   // jitter included
  std::chrono::milliseconds asked{0};  // the floor that the server set, or throttle_pause in its place
  bool pause_everyone = false;  // the whole client waits, not this request alone: a 429, or a 503 with Retry-After,
                                // whatever becomes of this request
};

Decision decide(const Response& response, const RetryInput& input, const RetryOptions& options);

// Why a wait that pauses everyone is too long to be waited for, in one sentence; nothing if it is not. `throttled_for`
// as in the input of the decision; `left`: until the deadline, if there is one.
std::optional<std::string> unbearable(const Decision& decision, std::chrono::milliseconds throttled_for,
                                      std::chrono::milliseconds max_wait, std::optional<base::Duration> left);

// Retry-After (RFC 9110 section 10.2.3): seconds, or an HTTP date taken against the answer's own Date (else `now`).
// Nothing if absent or neither; zero for a date that is past.
std::optional<std::chrono::milliseconds> retry_after(const Response& response,
                                                     std::chrono::system_clock::time_point now);

}  // namespace rostersync::http
