#include "directory/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "directory/operation.hpp"
#include "directory/words.hpp"

namespace rostersync::directory {

namespace {

using base::Duration;
using base::Instant;
using http::Verdict;

Instant later(Instant now, Duration time) {
  return time > Instant::max() - now ? Instant::max() : now + time;
}

// How long before its end a session is renewed: a minute, but no more than a tenth of its life.
Duration margin(Duration life) {
  return std::min<Duration>(std::chrono::minutes(1), life / 10);
}

}  // namespace

Session::Session(Requests& requests, const Answers& answers, http::Dispatcher& dispatcher, base::Clock& clock,
                 Insistence insistence)
    : requests_(requests),
      answers_(answers),
      dispatcher_(dispatcher),
      clock_(clock),
      insistence_(std::move(insistence)),
      is_needed_(requests.way() != nullptr && requests.way()->has_session()) {
  if (!is_needed_) return;
  dispatcher_.finish_with([this](http::RequestId id, const http::Request& request) { return finished(id, request); });
}

http::RequestId Session::submit(http::Request request, std::optional<Instant> not_before, http::Schedule::Turn turn) {
  if (!is_needed_) return dispatcher_.submit(std::move(request), not_before, turn);
  Held held;
  held.id = ++last_id_;
  held.request = std::move(request);
  held.not_before = not_before;
  held.turn = turn;
  admit(std::move(held));
  return last_id_;
}

// Comes back after every answer, be it only of a sign-in: whoever waits may want to stop before more is sent.
std::vector<http::Answer> Session::wait(Duration max) {
  if (!is_needed_) return dispatcher_.wait(max);
  for (http::Answer& one : dispatcher_.wait(ready_.empty() ? max : Duration::zero())) take(std::move(one));
  return std::exchange(ready_, {});
}

// --- requests ---

void Session::admit(Held held) {
  if (!not_accepted_.empty()) {
    http::Response response;
    response.status = refused_as_;
    response.detail = not_accepted_;
    return answer(held, Verdict::not_accepted, std::move(response));
  }
  if (!asking_ && !is_to_be_renewed()) return send(std::move(held));
  waiting_.push_back(std::move(held));
  if (!asking_) sign_in();
}

void Session::send(Held held) {
  held.session = number_;
  const auto id = dispatcher_.submit(held.request, held.not_before, held.turn);
  in_flight_.emplace(id, std::move(held));
}

// What waited for its turn, or is sent again, goes out under the session of that time.
std::optional<http::Request> Session::finished(http::RequestId id, const http::Request& request) {
  const auto held = in_flight_.find(id);
  if (held == in_flight_.end()) return std::nullopt;  // what signs in
  held->second.session = number_;
  return requests_.signed_in(request, values_);
}

void Session::take(http::Answer answer) {
  if (asking_ == answer.id) return signed_in(answer);
  auto node = in_flight_.extract(answer.id);
  take_back(std::move(node.mapped()), std::move(answer));
}

void Session::take_back(Held held, http::Answer answer) {
  held.attempts += answer.attempts;
  if (!is_refused(answer)) return this->answer(held, answer.verdict, std::move(answer.response));
  if (held.was_refused) {
    http::Response response;
    response.status = answer.response.status;
    response.detail = fmt::format("{} (signed in anew before)", answers_.error(answer.response).message);
    return this->answer(held, Verdict::not_accepted, std::move(response));
  }
  held.last = std::move(answer.response);
  held.not_before.reset();
  held.turn = http::Schedule::Turn::further;
  if (held.session == number_) {  // otherwise there is a newer one by now, which nothing is known against
    held.was_refused = true;
    holds_ = false;
  }
  admit(std::move(held));
}

bool Session::is_refused(const http::Answer& answer) const {
  if (answer.verdict != Verdict::answered || answer.response.status < 400) return false;
  constexpr int unauthorized = 401;
  return answer.response.status == unauthorized ||
         answers_.error(answer.response).meaning == profile::Meaning::credentials;
}

bool Session::is_to_be_renewed() const {
  return !holds_ || clock_.now() >= renew_at_;
}

bool Session::still_holds() const {
  return holds_ && clock_.now() < ends_at_;
}

// --- signing in ---

void Session::sign_in() {
  senseless_ = 0;
  auto request = requests_.refresh(values_);
  refreshing_ = request.has_value();
  ask(refreshing_ ? std::move(*request) : requests_.sign_in(), {});
}

void Session::ask(http::Request request, Duration delay) {
  asking_ = dispatcher_.submit(std::move(request), later(clock_.now(), delay), http::Schedule::Turn::further);
}

void Session::signed_in(const http::Answer& answer) {
  asking_.reset();
  if (answer.verdict == Verdict::stopped) {
    return let_go([this](Held held) { this->answer(held, Verdict::stopped, std::move(held.last)); });
  }
  if (!succeeded(answer)) {
    return not_signed_in(answer, "", answer.verdict == Verdict::answered && answer.response.status < 500);
  }
  const SessionAnswer told =
      read_session(*requests_.way(), answer.response, refreshing_ ? values_ : SessionValues{}, clock_.wall());
  requests_.keep_secret(told.values);
  if (told.fault.empty()) return begin_session(told);
  if (!told.is_whole && ask_again()) return;
  not_signed_in(answer, told.fault, told.is_whole);
}

void Session::begin_session(const SessionAnswer& told) {
  base::log::debug("{}", refreshing_ ? "the session is renewed" : "signed in");
  values_ = told.values;
  ++number_;
  holds_ = true;
  ends_at_ = told.life ? later(clock_.now(), *told.life) : Instant::max();
  renew_at_ = told.life ? ends_at_ - margin(*told.life) : Instant::max();
  let_go([this](Held held) { send(std::move(held)); });
}

// A page of a proxy, or a document that was cut off, is no answer; false where that has been so too often.
bool Session::ask_again() {
  if (++senseless_ > insistence_.retries) return false;
  ask(refreshing_ ? *requests_.refresh(values_) : requests_.sign_in(), insistence_.pause(senseless_));
  return true;
}

// `is_final`: it would be no different another time.
void Session::not_signed_in(const http::Answer& answer, const std::string& fault, bool is_final) {
  if (refreshing_) {  // whatever is wrong with it, there is another way
    base::log::debug("the session cannot be renewed ({}): signing in anew",
                     fault.empty() ? refusal(answer.response) : fault);
    refreshing_ = false;
    senseless_ = 0;
    return ask(requests_.sign_in(), {});
  }
  http::Response response;
  response.status = answer.response.status;
  response.failure = answer.response.failure;
  response.detail =
      fmt::format("signing in failed: {}",
                  fault.empty() ? refusal(answer.response) : fmt::format("HTTP {}, and {}", response.status, fault));
  if (is_final) {
    not_accepted_ = response.detail;
    refused_as_ = static_cast<std::uint16_t>(response.status);
    return let_go([&](const Held& held) { this->answer(held, Verdict::not_accepted, response); });
  }
  if (still_holds()) {  // it is too early to give up: it was to be renewed before its time
    renew_at_ = ends_at_;
    return let_go([this](Held held) { send(std::move(held)); });
  }
  response.detail += fmt::format(" (after {} attempt{})", answer.attempts, answer.attempts == 1 ? "" : "s");
  let_go([&](const Held& held) { this->answer(held, Verdict::no_session, response); });
}

// What an answer that is no success says, without secrets.
std::string Session::refusal(const http::Response& response) const {
  if (response.failure != http::Failure::none || response.status == 0) return "no answer: " + response.detail;
  if (requests_.way()->kind == profile::AuthKind::oauth2) {
    const std::string words = requests_.redacted(grant_error(response));
    if (!words.empty()) return fmt::format("HTTP {}: {}", response.status, shortened(words));
  }
  return answers_.error(response).message;
}

// --- answers ---

void Session::let_go(const std::function<void(Held)>& where) {
  for (Held& held : std::exchange(waiting_, {})) where(std::move(held));
}

void Session::answer(const Held& held, Verdict verdict, http::Response response) {
  ready_.push_back({held.id, verdict, std::move(response), held.attempts});
}

}  // namespace rostersync::directory
