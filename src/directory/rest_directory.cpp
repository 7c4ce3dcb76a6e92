#include "directory/rest_directory.hpp"

#include <algorithm>
#include <utility>

namespace rostersync::directory {

namespace {

std::unique_ptr<OperationState> verified(std::unique_ptr<OperationState> write, Verify verify,
                                         const model::Change& change) {
  return verify == Verify::yes ? make_verified(std::move(write), change) : std::move(write);
}

}  // namespace

RestDirectory::RestDirectory(const model::Schema& schema, const profile::Wire& wire, Requests requests, Answers answers,
                             http::Dispatcher& dispatcher, base::Clock& clock, Persistence persistence,
                             std::function<double()> random)
    : schema_(schema),
      wire_(wire),
      requests_(std::move(requests)),
      answers_(without_credentials(std::move(answers))),
      dispatcher_(dispatcher),
      clock_(clock),
      persistence_(persistence),
      random_(std::move(random)),
      session_(requests_, answers_, dispatcher_, clock_,
               {persistence_.retries, [this](unsigned n) { return pause(n); }}) {}

Answers RestDirectory::without_credentials(Answers answers) const {
  answers.redact_with([this](std::string words) { return requests_.redacted(std::move(words)); });
  return answers;
}

Ticket RestDirectory::start(Operation operation) {
  Running running;
  if (const auto* create = std::get_if<CreateUser>(&operation)) {
    running = {verified(make_create(*create), create->verify, *create->change), create->change};
  } else if (const auto* update = std::get_if<UpdateUser>(&operation)) {
    running = {verified(make_update(*update), update->verify, *update->change), update->change};
  } else {
    running.state = make_read(operation);
  }
  current_ = ++last_ticket_;
  if (std::holds_alternative<ReadOwnUser>(operation) && !requests_.own_user()) {
    done_at_once_.emplace_back().ticket = current_;
    return current_;
  }
  OperationState& begun = *operations_.emplace(current_, std::move(running)).first->second.state;
  turn_ = http::Schedule::Turn::first;
  begun.begin(*this);
  return current_;
}

void RestDirectory::send(http::Request request, base::Duration delay) {
  const bool later = delay > base::Duration{};
  const auto id = session_.submit(std::move(request),
                                  later ? std::optional(clock_.now() + delay) : std::optional<base::Instant>{}, turn_);
  requests_in_flight_.emplace(id, current_);
}

std::vector<Done> RestDirectory::wait(base::Duration max) {
  std::vector<Done> finished = std::exchange(done_at_once_, {});
  if (!finished.empty()) return finished;
  turn_ = http::Schedule::Turn::further;  // what is begun is brought to its end before more is begun
  for (const http::Answer& answer : session_.wait(max)) {
    const auto request = requests_in_flight_.find(answer.id);
    current_ = request->second;
    requests_in_flight_.erase(request);
    const auto operation = operations_.find(current_);
    if (auto done = operation->second.state->on_answer(answer, *this)) {
      done->ticket = current_;
      done->message = redacted(std::move(done->message), operation->second.change);
      keep_faults_of_what_was_sent(*done, operation->second.change);
      operations_.erase(operation);
      finished.push_back(std::move(*done));
    }
  }
  return finished;
}

void RestDirectory::keep_faults_of_what_was_sent(Done& done, const model::Change* change) const {
  std::vector<model::Fault> faults;
  for (model::Fault& fault : done.faults) {
    const auto attribute = schema_.find(fault.column);
    const auto sent = [&](const model::AttributeChange& one) { return attribute && one.attribute == *attribute; };
    if (change == nullptr || std::none_of(change->attributes.begin(), change->attributes.end(), sent)) continue;
    fault.message = redacted(std::move(fault.message), change);
    faults.push_back(std::move(fault));
  }
  done.faults = std::move(faults);
}

// An API's words may repeat what it was sent.
std::string RestDirectory::redacted(std::string message, const model::Change* change) const {
  message = requests_.redacted(std::move(message));
  if (change == nullptr) return message;
  for (const auto& sent : change->attributes) {
    if (schema_[sent.attribute].type != model::Type::secret) continue;
    message = without(std::move(message), sent.after);
    const std::string quoted = json::Json(sent.after).dump();
    message = without(std::move(message), quoted.substr(1, quoted.size() - 2));
  }
  return message;
}

// Exponential with full jitter.
base::Duration RestDirectory::pause(unsigned n) const {
  const auto doubled = persistence_.back_off * (std::uint64_t{1} << std::min(n - 1, 16U));
  const auto ceiling = std::min<std::chrono::milliseconds>(
      std::chrono::duration_cast<std::chrono::milliseconds>(doubled), persistence_.longest);
  return std::chrono::duration_cast<base::Duration>(
      std::chrono::duration<double, std::milli>(static_cast<double>(ceiling.count()) * random_()));
}

}  // namespace rostersync::directory
