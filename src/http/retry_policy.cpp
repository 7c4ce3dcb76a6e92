#include "http/retry_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "http/http_date.hpp"

namespace rostersync::http {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int request_timeout = 408;
constexpr int too_early = 425;
constexpr int too_many_requests = 429;
constexpr int service_unavailable = 503;
constexpr seconds longest_wait{std::chrono::hours(24 * 366)};  // more is as good as never, and would overflow

double in_seconds(milliseconds time) {
  return static_cast<double>(time.count()) / 1000.0;
}

bool retryable(int status) {
  switch (status) {
    case request_timeout:
    case too_early:
    case 500:
    case 502:
    case service_unavailable:
    case 504:
      return true;
    default:
      return false;
  }
}

milliseconds scaled(milliseconds ceiling, double random) {
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(ceiling.count()) * random));
}

// Exponential with full jitter: anything from nothing to the ceiling.
milliseconds back_off(const RetryInput& input, const RetryOptions& options) {
  milliseconds ceiling = std::min(options.base, options.cap);
  for (unsigned n = 1; n < input.attempt && ceiling < options.cap; ++n) ceiling = std::min(ceiling * 2, options.cap);
  return scaled(ceiling, input.random);
}

// What the server asked for is a floor; the jitter lies above it, so that not all clients come back in the same
// instant.
milliseconds above(milliseconds floor, const RetryInput& input, const RetryOptions& options) {
  return floor + scaled(floor / 10 + options.base, input.random);
}

Decision throttled(const Response& response, const RetryInput& input, const RetryOptions& options) {
  const milliseconds floor = retry_after(response, input.now).value_or(options.throttle_pause);
  const Next next = input.throttled_for + floor > options.max_wait ? Next::stop : Next::again;
  return {next, above(floor, input, options), floor, true};
}

// For a write, whether the server can have carried it out all the same.
bool may_have_been_done(const Response& response, Effect effect) {
  if (effect != Effect::write) return false;
  if (response.failure == Failure::none) return response.status != too_early;
  return response.failure != Failure::never_left && response.failure != Failure::insecure;
}

bool worth_repeating(const Response& response) {
  switch (response.failure) {
    case Failure::none:
    case Failure::never_left:
    case Failure::lost:
    case Failure::timed_out:
      return true;
    case Failure::too_large:
    case Failure::insecure:
      break;
  }
  return false;
}

}  // namespace

Decision decide(const Response& response, const RetryInput& input, const RetryOptions& options) {
  const bool answered = response.failure == Failure::none;
  if (answered && response.status == too_many_requests) return throttled(response, input, options);
  if (answered && !retryable(response.status)) return {};

  const auto floor =
      answered && response.status == service_unavailable ? retry_after(response, input.now) : std::nullopt;
  Decision decision;
  decision.wait = floor ? above(*floor, input, options) : back_off(input, options);
  decision.asked = floor.value_or(milliseconds(0));
  decision.pause_everyone = floor.has_value();
  if (may_have_been_done(response, input.effect)) {
    decision.next = Next::unknown;
  } else if (!worth_repeating(response) || input.attempt > options.retries) {
    decision.next = Next::give_up;
  } else {
    decision.next = decision.asked > options.max_wait ? Next::stop : Next::again;
  }
  return decision;
}

std::optional<std::string> unbearable(const Decision& decision, milliseconds throttled_for, milliseconds max_wait,
                                      std::optional<base::Duration> left) {
  if (decision.asked > max_wait) {
    return fmt::format("the server asked to wait {} s, which is beyond max_wait ({} s)", in_seconds(decision.asked),
                       in_seconds(max_wait));
  }
  if (decision.next == Next::stop) {
    return fmt::format(
        "the server has held a request back for {:.0f} s and asks for {} s more, which is beyond max_wait ({} s)",
        in_seconds(throttled_for), in_seconds(decision.asked), in_seconds(max_wait));
  }
  if (left && decision.asked > *left) {
    return fmt::format("the server asked to wait {} s, which is beyond the deadline", in_seconds(decision.asked));
  }
  return std::nullopt;
}

std::optional<milliseconds> retry_after(const Response& response, std::chrono::system_clock::time_point now) {
  const auto header = response.header("Retry-After");
  if (!header || header->empty()) return std::nullopt;
  if (header->find_first_not_of("0123456789") == std::string_view::npos) {
    seconds::rep count = 0;
    const auto parsed = std::from_chars(header->data(), header->data() + header->size(), count);
    if (parsed.ec != std::errc{}) return longest_wait;
    return std::min(seconds(count), longest_wait);
  }
  const auto when = parse_http_date(*header);
  if (!when) return std::nullopt;
  const auto date = parse_http_date(response.header("Date").value_or(""));
  const auto from = date ? std::chrono::sys_time<milliseconds>(*date) : std::chrono::floor<milliseconds>(now);
  const milliseconds wait = *when - from;  // in nanoseconds, a date after 2262 would overflow
  return std::clamp(wait, milliseconds(0), milliseconds(longest_wait));
}

}  // namespace rostersync::http
