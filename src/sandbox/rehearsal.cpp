#include "sandbox/rehearsal.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace rostersync::sandbox {

namespace {

bool reached(const std::optional<unsigned>& limit, unsigned writes) {
  return limit && writes >= *limit;
}

}  // namespace

Rehearsal::Rehearsal(base::Secret key, Behaviour behaviour, Store users, const base::Clock& clock)
    : clock_(clock),
      key_(std::move(key)),
      behaviour_(std::move(behaviour)),
      store_(std::move(users)),
      api_(store_, clock_),
      faults_(behaviour_),
      window_(behaviour_.rate),
      ledger_(key_.reveal(), clock_.now()) {}

Delivery Rehearsal::handle(const Request& request) {
  const Route where = route(request);
  const std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  Verdict verdict;
  Delivery delivery = decide(request, where, now, verdict);
  verdict.status = delivery.manner == Manner::reset ? 0 : delivery.answer.status;
  verdict.committed = delivery.answer.committed;
  ledger_.add(request, where, verdict, now);
  if (verdict.committed) {
    ++writes_done_;
    on_change_();
  }
  return delivery;
}

Delivery Rehearsal::decide(const Request& request, const Route& route, base::Instant now, Verdict& verdict) {
  if (reached(behaviour_.fail_after, writes_done_)) {
    const Fault outage = faults_.outage(ledger_.next_sequence());
    verdict.fault = outage.name;
    return deliver(request, route, outage);
  }
  if (!authenticated(request)) {
    if (reached(behaviour_.revoke_after, writes_done_)) verdict.fault = "revoked";
    return {error_answer(401, "authentication", "User not authenticated"), Manner::whole, behaviour_.latency};
  }
  if (const auto wait = window_.admit(now)) {
    verdict.fault = "rate";
    return {plain_answer(429, *wait), Manner::whole, behaviour_.latency};
  }
  const Fault fault = faults_.draw(request, route);
  verdict.fault = fault.name;
  return deliver(request, route, fault);
}

Delivery Rehearsal::deliver(const Request& request, const Route& route, const Fault& fault) {
  Delivery delivery;
  delivery.manner = fault.manner;
  delivery.delay = fault.delay;
  if (fault.carried_out) delivery.answer = api_.answer(request, route, behaviour_.rules);
  if (fault.status == 0) return delivery;
  const bool committed = delivery.answer.committed;
  delivery.answer = plain_answer(fault.status, std::chrono::seconds(behaviour_.throttle_seconds));
  delivery.answer.committed = committed;
  return delivery;
}

// The key is that of one user: disabled, the user takes it along.
bool Rehearsal::authenticated(const Request& request) const {
  if (request.key != key_.reveal() || reached(behaviour_.revoke_after, writes_done_)) return false;
  return store_.me() && store_.account(*store_.me()).user["disabled"] == false;
}

Answer Rehearsal::plain_answer(int status, base::Duration wait) const {
  if (status == 500) return error_answer(500, "server", "Internal server error");
  if (status == 503) return error_answer(503, "server", "Service unavailable");
  Answer answer = error_answer(429, "rate_limit", "Too many requests");
  answer.headers.emplace_back("Retry-After", retry_after(wait));
  return answer;
}

std::string Rehearsal::retry_after(base::Duration wait) const {
  if (!behaviour_.retry_after_date) return fmt::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count());
  const auto until = std::chrono::ceil<std::chrono::seconds>(clock_.wall() + wait);
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(until)));
}

void Rehearsal::on_change(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  on_change_ = std::move(callback);
}

std::size_t Rehearsal::size() const {
  const std::lock_guard lock(mutex_);
  return store_.size();
}

std::string Rehearsal::users() const {
  const std::lock_guard lock(mutex_);
  std::string all = "[";
  for (Store::Index i = 0; i < store_.size(); ++i) {
    if (i > 0) all += ",\n";
    all += store_.person_text(i);
  }
  return all + "]\n";
}

void Rehearsal::replace_users(Store users) {
  const std::lock_guard lock(mutex_);
  store_ = std::move(users);
  on_change_();
}

json::OrderedJson Rehearsal::behaviour() const {
  const std::lock_guard lock(mutex_);
  return describe(behaviour_);
}

void Rehearsal::change(const json::Json& settings) {
  const std::lock_guard lock(mutex_);
  behaviour_ = changed(behaviour_, settings);
  faults_ = Faults(behaviour_);
  if (settings.contains("rate")) window_ = FixedWindow(behaviour_.rate);
  writes_done_ = 0;
}

std::string Rehearsal::ledger() const {
  const std::lock_guard lock(mutex_);
  return ledger_.entries();
}

void Rehearsal::clear_ledger() {
  const std::lock_guard lock(mutex_);
  ledger_.clear();
}

json::OrderedJson Rehearsal::summary() const {
  const std::lock_guard lock(mutex_);
  json::OrderedJson summary = ledger_.summary();
  summary["users"] = store_.size();
  return summary;
}

}  // namespace rostersync::sandbox
