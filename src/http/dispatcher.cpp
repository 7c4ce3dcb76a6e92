#include "http/dispatcher.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "base/log.hpp"
#include "http/observation.hpp"
#include "http/redirect.hpp"
#include "http/retry_budget.hpp"
#include "http/url.hpp"

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;

constexpr unsigned most_redirects = 5;

// The retry budget pays for what is sent again after a fault. What is sent again after a 429 was not a burden to the
// server, and the rate limiter has held everybody back for it.
enum class Sending { first, after_fault, after_throttling };

struct Job {
  Request request;
  unsigned sent = 0;
  Instant sent_at;       // the last time
  unsigned attempt = 1;  // as the retry policy counts: 429s apart
  unsigned redirects = 0;
  milliseconds throttled_for{0};
  Sending next_send = Sending::first;
  Response last;  // what there is to show for it if it is stopped before it goes out again
};

Instant later(Instant now, Duration wait) {
  return wait > Instant::max() - now ? Instant::max() : now + wait;
}

}  // namespace

class Dispatcher::Impl {
 public:
  Impl(Transport& transport, base::Clock& clock, RateLimiter& limiter, DispatcherOptions options,
       std::function<double()> random)
      : transport_(transport), clock_(clock), limiter_(limiter), options_(options), random_(std::move(random)) {}

  RequestId submit(Request request, std::optional<Instant> not_before, Schedule::Turn turn);
  std::vector<Answer> wait(Duration max);
  void stop(std::string why);
  void finish_with(Finish finish) { finish_ = std::move(finish); }

  std::size_t pending() const { return jobs_.size() + answers_.size(); }
  const std::optional<std::string>& stopped() const { return stopped_; }
  const Counters& counters() const { return counters_; }
  Pace pace() const { return {limiter_.per_second(), in_flight_limit(), in_flight(), clock_.now() < paused_until_}; }

 private:
  std::size_t in_flight() const { return jobs_.size() - queue_.size(); }
  std::size_t in_flight_limit() const;
  void send_due();
  void send(RequestId id, Instant now);
  Instant next_send(Instant now) const;
  void settle(Completion completion);
  void log(const Job& job, const Response& response) const;
  bool redirected(RequestId id, Job& job, Response& response);
  void judge(RequestId id, Job& job, Response response);
  void hold_everyone(const Decision& decision, const Job& job);
  void again(RequestId id, Job& job, Response response, milliseconds wait);
  void answer(RequestId id, Verdict verdict, Response response);

  Transport& transport_;
  base::Clock& clock_;
  RateLimiter& limiter_;
  DispatcherOptions options_;
  std::function<double()> random_;
  Finish finish_;
  std::unordered_map<RequestId, Job> jobs_;  // queued or in flight
  Schedule queue_;
  RetryBudget budget_;
  std::vector<Answer> answers_;
  std::optional<std::string> stopped_;
  Instant paused_until_ = Instant::min();
  Counters counters_;
  RequestId last_id_ = 0;
};

RequestId Dispatcher::Impl::submit(Request request, std::optional<Instant> not_before, Schedule::Turn turn) {
  if (options_.dry_run == DryRun::yes && request.effect == Effect::write) {
    throw std::logic_error(fmt::format("a dry run tried to write ({} {}): this is a defect, and nothing was sent",
                                       request.method, path_of(request.url)));
  }
  const RequestId id = ++last_id_;
  Job job;
  job.request = std::move(request);
  jobs_.emplace(id, std::move(job));
  if (stopped_) {
    answer(id, Verdict::stopped, {});
  } else {
    queue_.add(id, not_before.value_or(clock_.now()), turn);
  }
  return id;
}

std::vector<Answer> Dispatcher::Impl::wait(Duration max) {
  const Instant deadline = later(clock_.now(), max);
  std::vector<Completion> completions;
  do {
    send_due();
    if (!answers_.empty() || jobs_.empty()) break;
    const Instant now = clock_.now();
    const Instant until = std::min(deadline, next_send(now));
    completions.clear();
    transport_.wait(std::max(until - now, Duration::zero()), completions);
    if (completions.empty() && clock_.now() < until) break;  // woken
    for (Completion& completion : completions) settle(std::move(completion));
  } while (answers_.empty() && clock_.now() < deadline);
  return std::exchange(answers_, {});
}

void Dispatcher::Impl::stop(std::string why) {
  if (stopped_) return;
  stopped_ = std::move(why);
  for (const RequestId id : queue_.take_all()) answer(id, Verdict::stopped, std::move(jobs_.at(id).last));
}

// At least one: a limiter may slow the client down, and only stop() stops it.
std::size_t Dispatcher::Impl::in_flight_limit() const {
  return std::max<std::size_t>(1, std::min(options_.max_in_flight, limiter_.most_in_flight()));
}

void Dispatcher::Impl::send_due() {
  while (queue_.size() > 0 && in_flight() < in_flight_limit()) {
    const Instant now = clock_.now();
    if (limiter_.earliest(now) > now) return;
    const auto id = queue_.take(now, budget_.earliest(now));
    if (!id) return;
    send(*id, now);
  }
}

void Dispatcher::Impl::send(RequestId id, Instant now) {
  Job& job = jobs_.at(id);
  ++job.sent;
  job.sent_at = now;
  ++counters_.requests;
  ++(job.request.effect == Effect::write ? counters_.writes : counters_.reads);
  if (job.next_send == Sending::first) budget_.sent_first();
  if (job.next_send == Sending::after_fault) budget_.repeated(now);
  if (std::exchange(job.next_send, Sending::first) != Sending::first) ++counters_.retries;
  limiter_.sent(now);
  const auto finished = finish_ ? finish_(id, job.request) : std::nullopt;
  transport_.start(id, finished ? *finished : job.request);
}

// When there is something to send; Instant::max() if only an answer can change that.
Instant Dispatcher::Impl::next_send(Instant now) const {
  if (queue_.size() == 0 || in_flight() >= in_flight_limit()) return Instant::max();
  return std::max(queue_.next_time(now, budget_.earliest(now)), limiter_.earliest(now));
}

void Dispatcher::Impl::settle(Completion completion) {
  Job& job = jobs_.at(completion.id);
  Response& response = completion.response;
  limiter_.answered(clock_.now(), observe(response, job.sent_at, clock_.wall()));
  counters_.bytes_received += response.bytes_received;
  log(job, response);
  if (!redirected(completion.id, job, response)) judge(completion.id, job, std::move(response));
}

void Dispatcher::Impl::log(const Job& job, const Response& response) const {
  if (!base::log::enabled(base::log::Level::debug)) return;
  const Request& request = job.request;
  if (response.failure == Failure::none) {
    base::log::debug("{} {}: {} (attempt {})", request.method, path_of(request.url), response.status, job.sent);
  } else {
    base::log::debug("{} {}: {}: {} (attempt {})", request.method, path_of(request.url), name_of(response.failure),
                     response.detail, job.sent);
  }
}

// Follows a redirect, where it may be followed; turns it into a failure where it leaves the origin. False if
// `response`, as it now is, remains to be judged.
bool Dispatcher::Impl::redirected(RequestId id, Job& job, Response& response) {
  const auto found = redirect(job.request, response);
  if (!found) return false;
  if (found->target.empty()) {
    Response refused;
    refused.failure = Failure::insecure;
    refused.bytes_received = response.bytes_received;
    refused.detail = found->refusal;
    response = std::move(refused);
    return false;
  }
  if (++job.redirects > most_redirects) {
    response.detail = fmt::format("{} redirects in a row; no more than {} are followed", job.redirects, most_redirects);
    return false;
  }
  if (stopped_) {
    answer(id, Verdict::stopped, std::move(response));
    return true;
  }
  job.request.url = found->target;
  queue_.add(id, clock_.now(), Schedule::Turn::further);
  return true;
}

void Dispatcher::Impl::judge(RequestId id, Job& job, Response response) {
  if (response.status == 429) ++counters_.throttled;
  const RetryInput input{job.request.effect, job.attempt, job.throttled_for, random_(), clock_.wall()};
  const Decision decision = decide(response, input, options_.retry);
  if (decision.pause_everyone) hold_everyone(decision, job);
  switch (decision.next) {
    case Next::deliver:
      return answer(id, Verdict::answered, std::move(response));
    case Next::give_up:
      return answer(id, Verdict::gave_up, std::move(response));
    case Next::unknown:
      return answer(id, Verdict::unknown, std::move(response));
    case Next::stop:
      return answer(id, Verdict::stopped, std::move(response));
    case Next::again:
      return again(id, job, std::move(response), decision.wait);
  }
}

// A write in doubt and a read given up are answered as such, but the wait that their server asked for counts for the
// others.
void Dispatcher::Impl::hold_everyone(const Decision& decision, const Job& job) {
  const Instant now = clock_.now();
  const auto left = options_.deadline ? std::optional(*options_.deadline - now) : std::nullopt;
  if (auto why = unbearable(decision, job.throttled_for, options_.retry.max_wait, left)) return stop(std::move(*why));
  const Instant until = later(now, decision.wait);
  if (now >= paused_until_ && !stopped_) {
    const double seconds = std::chrono::duration<double>(decision.wait).count();
    base::log::event(base::log::Level::warning, "throttled", {{"seconds", seconds}},
                     fmt::format("throttled: waiting {:.0f} s", seconds));
  }
  paused_until_ = std::max(paused_until_, until);
  limiter_.pause_until(until);
}

void Dispatcher::Impl::again(RequestId id, Job& job, Response response, milliseconds wait) {
  if (stopped_) return answer(id, Verdict::stopped, std::move(response));
  const bool throttled = response.status == 429;
  if (throttled) {
    job.throttled_for += wait;
  } else {
    ++job.attempt;
  }
  job.next_send = throttled ? Sending::after_throttling : Sending::after_fault;
  job.last = std::move(response);
  queue_.add(id, later(clock_.now(), wait), throttled ? Schedule::Turn::further : Schedule::Turn::again);
}

void Dispatcher::Impl::answer(RequestId id, Verdict verdict, Response response) {
  const auto job = jobs_.find(id);
  answers_.push_back({id, verdict, std::move(response), job->second.sent});
  jobs_.erase(job);
}

Dispatcher::Dispatcher(Transport& transport, base::Clock& clock, RateLimiter& limiter, DispatcherOptions options,
                       std::function<double()> random)
    : impl_(std::make_unique<Impl>(transport, clock, limiter, options, std::move(random))) {}
Dispatcher::~Dispatcher() = default;

RequestId Dispatcher::submit(Request request, std::optional<Instant> not_before, Schedule::Turn turn) {
  return impl_->submit(std::move(request), not_before, turn);
}
std::vector<Answer> Dispatcher::wait(Duration max) {
  return impl_->wait(max);
}
std::size_t Dispatcher::pending() const {
  return impl_->pending();
}
void Dispatcher::finish_with(Finish finish) {
  impl_->finish_with(std::move(finish));
}
void Dispatcher::stop(std::string why) {
  impl_->stop(std::move(why));
}
const std::optional<std::string>& Dispatcher::stopped() const {
  return impl_->stopped();
}
const Counters& Dispatcher::counters() const {
  return impl_->counters();
}
Pace Dispatcher::pace() const {
  return impl_->pace();
}

}  // namespace rostersync::http
