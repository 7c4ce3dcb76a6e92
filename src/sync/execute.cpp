#include "sync/execute.hpp"

#include <fmt/format.h>

#include <map>

#include "base/log.hpp"

namespace rostersync::sync {

using directory::Done;
using directory::Status;
using model::Outcome;

namespace {

constexpr std::size_t most_under_way = 128;  // operations begun; the dispatcher decides how many are in flight
constexpr auto patience = std::chrono::seconds(30);

struct Verdict {
  Outcome outcome = Outcome::failed;
  const char* reason = "";
};

Verdict judge(Status status, model::Action action) {
  switch (status) {
    case Status::ok:
      return {action == model::Action::create ? Outcome::created : Outcome::updated, ""};
    case Status::absent:
      return {Outcome::failed, "vanished"};
    case Status::refused:
      return {Outcome::failed, "refused"};
    case Status::exists:
    case Status::differs:
      return action == model::Action::create ? Verdict{Outcome::conflict, "unseen"}
                                             : Verdict{Outcome::failed, "refused"};
    case Status::drifted:
    case Status::not_carried_out:
      return {Outcome::conflict, "drifted"};
    case Status::credentials:
      return {Outcome::failed, "credentials"};
    case Status::gave_up:
      return {Outcome::failed, "gave_up"};
    case Status::unsettled:
      return {Outcome::failed, "unsettled"};
    case Status::stopped:
      break;
  }
  return {Outcome::skipped, "stopped"};
}

class Executor {
 public:
  Executor(const std::vector<model::Change>& changes, directory::Directory& directory, model::Reconciliation& out,
           const StopRequested& stop_requested, const std::function<void(std::size_t, std::size_t)>& progress)
      : changes_(changes), directory_(directory), out_(out), stop_requested_(stop_requested), progress_(progress) {}

  Execution run() {
    std::size_t next = 0;
    while (next < changes_.size() || !under_way_.empty()) {
      while (next < changes_.size() && under_way_.size() < most_under_way && !stopping()) begin(changes_[next++]);
      if (stopping()) {
        while (next < changes_.size()) skip(changes_[next++]);
      }
      if (!under_way_.empty()) pump();
    }
    if (credentials_) result_.stopped = result_.wrote ? base::ExitCode::stopped : base::ExitCode::could_not_run;
    if (!credentials_ && directory_.stopped()) result_.stopped = base::ExitCode::stopped;
    if (result_.stopped && result_.message.empty()) result_.message = directory_.stopped().value_or("");
    return result_;
  }

 private:
  bool stopping() const { return directory_.stopped().has_value(); }

  void begin(const model::Change& change) {
    const auto ticket = change.action == model::Action::create ? directory_.start(directory::CreateUser{&change})
                                                               : directory_.start(directory::UpdateUser{&change});
    under_way_.emplace(ticket, &change);
  }

  void pump() {
    if (const auto why = stop_requested_(); why && !stopping()) directory_.stop(*why);
    for (const Done& done : directory_.wait(patience)) {
      const auto found = under_way_.find(done.ticket);
      settle(*found->second, done);
      under_way_.erase(found);
    }
  }

  void settle(const model::Change& change, const Done& done) {
    const Verdict verdict = judge(done.status, change.action);
    model::Entry& entry = out_.entries[change.row];
    entry.outcome = verdict.outcome;
    entry.attempts = static_cast<std::uint16_t>(std::min(done.attempts, 65535U));
    entry.http_status = done.http_status;
    if (!done.user_id.empty()) out_.set_user_id(change.row, done.user_id);
    model::EntryDetail& detail = out_.detail(change.row);
    detail.reason = verdict.reason;
    detail.message = done.message;
    detail.faults = done.faults;
    detail.changes = change.attributes;
    detail.request_ids = done.request_ids;
    const bool made = change.action == model::Action::create && !done.user_id.empty() && done.status != Status::exists;
    if (done.status == Status::ok || done.in_doubt || made) result_.wrote = true;
    ++finished_;
    progress_(finished_, changes_.size());
    consider_stopping(done);
  }

  void consider_stopping(const Done& done) {
    if (done.status != Status::stopped)
      breaker_.count(done.status == Status::gave_up || done.status == Status::unsettled);
    if (stopping()) return;
    if (done.status == Status::credentials) {
      credentials_ = true;
      result_.message = fmt::format("the directory does not accept the credentials: {}", done.message);
      directory_.stop(result_.message);
    } else if (breaker_.open()) {
      directory_.stop(fmt::format("too many changes were given up; the last: {}", done.message));
    }
  }

  void skip(const model::Change& change) {
    out_.entries[change.row].outcome = Outcome::skipped;
    model::EntryDetail& detail = out_.detail(change.row);
    detail.reason = "stopped";
    detail.message = "not sent, because the run stopped";
    detail.changes = change.attributes;
  }

  const std::vector<model::Change>& changes_;
  directory::Directory& directory_;
  model::Reconciliation& out_;
  const StopRequested& stop_requested_;
  const std::function<void(std::size_t, std::size_t)>& progress_;
  std::map<directory::Ticket, const model::Change*> under_way_;
  Breaker breaker_;
  Execution result_;
  std::size_t finished_ = 0;
  bool credentials_ = false;
};

}  // namespace

Execution execute(const std::vector<model::Change>& changes, directory::Directory& directory,
                  model::Reconciliation& reconciliation, const StopRequested& stop_requested,
                  const std::function<void(std::size_t, std::size_t)>& progress) {
  return Executor(changes, directory, reconciliation, stop_requested, progress).run();
}

}  // namespace rostersync::sync
