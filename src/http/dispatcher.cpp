#include "http/dispatcher.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "base/log.hpp"
#include "http/schedule.hpp"
#include "http/url.hpp"

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;

constexpr unsigned most_redirects = 5;

struct Job {
  Request request;
  unsigned sent = 0;
  unsigned attempt = 1;  // as the retry policy counts: 429s apart
  unsigned redirects = 0;
  milliseconds throttled_for{0};
  bool repeats_after_fault = false;  // the next send is a retry
  Response last;                     // what there is to show for it if it is stopped before it goes out again
};

Instant later(Instant now, Duration wait) {
  return wait > Instant::max() - now ? Instant::max() : now + wait;
}

double in_seconds(milliseconds time) {
  return static_cast<double>(time.count()) / 1000.0;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

const char* name_of(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "answered";
    case Failure::never_left:
      return "never left";
    case Failure::lost:
      return "answer lost";
    case Failure::timed_out:
      return "timed out";
    case Failure::too_large:
      return "answer too large";
    case Failure::insecure:
      return "insecure";
  }
  return "";
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

  std::size_t pending() const { return jobs_.size() + answers_.size(); }
  const std::optional<std::string>& stopped() const { return stopped_; }
  const Counters& counters() const { return counters_; }

 private:
  std::size_t in_flight() const { return jobs_.size() - queue_.size(); }
  void send_due();
  void send(RequestId id, Instant now);
  Instant next_send(Instant now) const;
  void settle(Completion completion);
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
  std::unordered_map<RequestId, Job> jobs_;  // queued or in flight
  Schedule queue_;
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

void Dispatcher::Impl::send_due() {
  while (queue_.size() > 0 && in_flight() < options_.max_in_flight) {
    const Instant now = clock_.now();
    if (limiter_.earliest(now) > now) return;
    const auto id = queue_.take(now);
    if (!id) return;
    send(*id, now);
  }
}

void Dispatcher::Impl::send(RequestId id, Instant now) {
  Job& job = jobs_.at(id);
  ++job.sent;
  ++counters_.requests;
  ++(job.request.effect == Effect::write ? counters_.writes : counters_.reads);
  if (std::exchange(job.repeats_after_fault, false)) ++counters_.retries;
  limiter_.sent(now);
  transport_.start(id, job.request);
}

// When there is something to send; Instant::max() if only an answer can change that.
Instant Dispatcher::Impl::next_send(Instant now) const {
  if (queue_.size() == 0 || in_flight() >= options_.max_in_flight) return Instant::max();
  return std::max(queue_.next_time(), limiter_.earliest(now));
}

void Dispatcher::Impl::settle(Completion completion) {
  limiter_.answered(clock_.now());
  Job& job = jobs_.at(completion.id);
  Response& response = completion.response;
  counters_.bytes_received += response.bytes_received;
  if (response.failure == Failure::none) {
    base::log::debug("{} {}: {} (attempt {})", job.request.method, path_of(job.request.url), response.status, job.sent);
  } else {
    base::log::debug("{} {}: {}: {} (attempt {})", job.request.method, path_of(job.request.url),
                     name_of(response.failure), response.detail, job.sent);
  }
  if (!redirected(completion.id, job, response)) judge(completion.id, job, std::move(response));
}

// Follows a redirect, where it may be followed; turns it into a failure where it leaves the origin. False if
// `response`, as it now is, remains to be judged.
bool Dispatcher::Impl::redirected(RequestId id, Job& job, Response& response) {
  Request& request = job.request;
  if (!is_redirect(response.status) || request.effect != Effect::read || request.method != "GET") return false;
  const auto location = response.header("Location");
  const auto target = location ? resolve(request.url, std::string(*location)) : std::nullopt;
  if (!target) return false;
  const std::string here = origin_of(request.url).value_or("");
  const std::string there = origin_of(*target).value_or("a URL that is neither http nor https");
  if (here != there) {
    Response refused;
    refused.failure = Failure::insecure;
    refused.bytes_received = response.bytes_received;
    refused.detail =
        fmt::format("{} redirects to another origin, {}, which is not followed: correct the base URL", here, there);
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
  request.url = *target;
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
  const milliseconds limit = options_.retry.max_wait;
  if (decision.asked > limit) {
    return stop(fmt::format("the server asked to wait {} s, which is beyond max_wait ({} s)",
                            in_seconds(decision.asked), in_seconds(limit)));
  }
  if (decision.next == Next::stop) {
    return stop(
        fmt::format("the server has held a request back for {:.0f} s and asks for {} s more, which is beyond "
                    "max_wait ({} s)",
                    in_seconds(job.throttled_for), in_seconds(decision.asked), in_seconds(limit)));
  }
  const Instant now = clock_.now();
  const Instant until = later(now, decision.wait);
  if (now >= paused_until_ && !stopped_) base::log::warning("throttled: waiting {:.0f} s", in_seconds(decision.wait));
  paused_until_ = std::max(paused_until_, until);
  limiter_.pause_until(until);
}

void Dispatcher::Impl::again(RequestId id, Job& job, Response response, milliseconds wait) {
  if (stopped_) return answer(id, Verdict::stopped, std::move(response));
  if (response.status == 429) {
    job.throttled_for += wait;
  } else {
    ++job.attempt;
  }
  job.repeats_after_fault = true;
  job.last = std::move(response);
  queue_.add(id, later(clock_.now(), wait), Schedule::Turn::further);
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
void Dispatcher::stop(std::string why) {
  impl_->stop(std::move(why));
}
const std::optional<std::string>& Dispatcher::stopped() const {
  return impl_->stopped();
}
const Counters& Dispatcher::counters() const {
  return impl_->counters();
}

}  // namespace rostersync::http
