#include "http/observation.hpp"

#include "http/retry_policy.hpp"

namespace rostersync::http {

namespace {

using Result = Observation::Result;

Result result_of(const Response& response) {
  if (response.failure == Failure::timed_out) return Result::strained;
  if (response.failure != Failure::none) return Result::lost;
  if (response.status == 429) return Result::throttled;
  return response.status == 503 ? Result::strained : Result::answered;
}

}  // namespace

Observation observe(const Response& response, base::Instant sent, base::WallTime now) {
  Observation observation;
  observation.result = result_of(response);
  observation.sent = sent;
  if (response.failure != Failure::none) return observation;
  observation.hint = rate_hint(response, now);
  if (observation.result != Result::answered) observation.retry_after = retry_after(response, now);
  return observation;
}

}  // namespace rostersync::http
