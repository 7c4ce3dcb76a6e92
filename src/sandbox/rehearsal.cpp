#include "sandbox/rehearsal.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rostersync::sandbox {

namespace {

constexpr std::array<const char*, 3> rate_settings = {"rate", "rate_kind", "rate-kind"};

bool reached(const std::optional<unsigned>& limit, unsigned writes) {
  return limit && writes >= *limit;
}

}  // namespace

Rehearsal::Rehearsal(const Profile& profile, Behaviour behaviour, Store users, const base::Clock& clock,
                     KillClient kill_client)
    : profile_(profile),
      clock_(clock),
      kill_client_(std::move(kill_client)),
      behaviour_(std::move(behaviour)),
      store_(std::move(users)),
      api_(profile.open(store_, clock_)),
      faults_(behaviour_),
      gate_(make_rate_gate(behaviour_.rate, behaviour_.rate_kind)),
      ledger_(profile.secrets(), clock_.now()) {}

Delivery Rehearsal::handle(const Request& request) {
  const Route where = profile_.route(request);
  const std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  Verdict verdict;
  const Kill due = kill_count_.next(behaviour_.kills, is_write(where.operation));
  Delivery delivery;
  if (due != Kill::before) delivery = decide(request, where, now, verdict);
  if (due != Kill::none) kill(request, due, delivery, verdict);
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
  if (auto refusal = api_->refusal(request, route, rules())) {
    if (reached(behaviour_.revoke_after, writes_done_)) verdict.fault = "revoked";
    return {*std::move(refusal), Manner::whole, behaviour_.latency};
  }
  Delivery delivery = let_in(request, route, now, verdict);
  if (gate_) {
    for (auto& header : quota_headers(behaviour_.rate_headers, *behaviour_.rate, gate_->quota(now), clock_.wall()))
      delivery.answer.headers.push_back(std::move(header));
  }
  return delivery;
}

Delivery Rehearsal::let_in(const Request& request, const Route& route, base::Instant now, Verdict& verdict) {
  if (const auto wait = gate_ ? gate_->admit(now) : std::nullopt) {
    verdict.fault = "rate";
    return {plain_answer(429, *wait), Manner::whole, behaviour_.latency};
  }
  verdict.let_in = true;
  const Fault fault = faults_.draw(request, route);
  verdict.fault = fault.name;
  return deliver(request, route, fault);
}

Delivery Rehearsal::deliver(const Request& request, const Route& route, const Fault& fault) {
  Delivery delivery;
  delivery.manner = fault.manner;
  delivery.delay = fault.delay;
  if (fault.carried_out) delivery.answer = api_->answer(request, route, rules());
  if (fault.status == 0) return delivery;
  const bool committed = delivery.answer.committed;
  delivery.answer = plain_answer(fault.status, std::chrono::seconds(behaviour_.throttle_seconds));
  delivery.answer.committed = committed;
  return delivery;
}

// Where there is no process to be killed the client is told, as a test that goes on without must not pass.
void Rehearsal::kill(const Request& request, Kill when, Delivery& delivery, Verdict& verdict) const {
  verdict.fault = when == Kill::before ? "kill-before" : "kill-after";
  if (kill_client_(request.ports)) {
    delivery.manner = Manner::reset;
    return;
  }
  const bool committed = delivery.answer.committed;
  delivery = {profile_.failure(500, "There is no process on this machine to be killed"), Manner::whole, {}};
  delivery.answer.committed = committed;
}

ApiRules Rehearsal::rules() const {
  ApiRules rules = behaviour_.rules;
  rules.revoked = reached(behaviour_.revoke_after, writes_done_);
  return rules;
}

Answer Rehearsal::plain_answer(int status, base::Duration wait) const {
  if (status == 500) return profile_.failure(500, "Internal server error");
  if (status == 503) return profile_.failure(503, "Service unavailable");
  Answer answer = profile_.failure(429, "Too many requests");
  if (behaviour_.retry_after) answer.headers.emplace_back("Retry-After", retry_after(wait));
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
  return describe(behaviour_, profile_);
}

void Rehearsal::change(const json::Json& settings) {
  const std::lock_guard lock(mutex_);
  behaviour_ = changed(behaviour_, settings, profile_);
  faults_ = Faults(behaviour_);
  const bool gate_changed = std::any_of(rate_settings.begin(), rate_settings.end(),
                                        [&](const char* name) { return settings.contains(name); });
  if (gate_changed) gate_ = make_rate_gate(behaviour_.rate, behaviour_.rate_kind);
  writes_done_ = 0;
  kill_count_ = KillCount();
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
  if (profile_.has_sessions()) summary.update(ledger_.sign_ins());
  summary["users"] = store_.size();
  return summary;
}

}  // namespace rostersync::sandbox
