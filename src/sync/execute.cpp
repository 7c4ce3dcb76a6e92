#include "sync/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/log.hpp"
#include "sync/claim_window.hpp"
#include "sync/verdict.hpp"

namespace rostersync::sync {

using directory::Done;
using directory::Status;
using model::Outcome;
using model::Row;

namespace {

class Executor {
 public:
  Executor(const std::vector<Task>& tasks, const Workshop& workshop)
      : tasks_(tasks), with_(workshop), began_(workshop.clock.now()) {
    result_.wrote = workshop.wrote_before;
  }

  Execution run() {
    while (next_ < tasks_.size() || !under_way_.empty()) {
      refill();
      if (stopping()) leave_the_rest();
      if (!under_way_.empty()) pump();
    }
    conclude();
    return result_;
  }

 private:
  bool stopping() const { return with_.directory.stopped().has_value(); }

  // Begins what there is room for, each only when its intent is recorded.
  void refill() {
    while (next_ < tasks_.size() && under_way_.size() < with_.most_under_way && !stopping()) {
      if (next_ == claimed_ && !claim()) return;
      begin(tasks_[next_++]);
    }
  }

  bool claim() {
    const std::size_t end = std::min(tasks_.size(), claimed_ + window_.next(with_.clock.now()));
    std::vector<Row> rows;
    for (std::size_t i = claimed_; i < end; ++i) rows.push_back(tasks_[i].change->row);
    if (!recorded([&] { with_.record.claim(rows); })) return false;
    claimed_ = end;
    return true;
  }

  void begin(const Task& task) {
    const auto ticket = task.change->action == model::Action::create
                            ? with_.directory.start(directory::CreateUser{task.change, task.approach,
                                                                          task.may_still_arrive, with_.verify})
                            : with_.directory.start(directory::UpdateUser{task.change, task.approach, with_.verify});
    under_way_.emplace(ticket, &task);
  }

  void pump() {
    if (const auto why = with_.stop.reached(); why && !stopping()) stop(*why);
    std::vector<Row> settled;
    for (const Done& done : with_.directory.wait(with_.stop.patience())) {
      const auto found = under_way_.find(done.ticket);
      const Task& task = *found->second;
      under_way_.erase(found);
      const Verdict verdict = judge(done, task);
      account(task, done, verdict);
      if (verdict.final) {
        settled.push_back(task.change->row);
      } else {
        (done.in_doubt ? in_doubt_ : unsent_).push_back(task.change->row);
      }
      consider_stopping(done);
    }
    settled_ += settled.size();
    if (!settled.empty()) recorded([&] { with_.record.settle(settled); });
    report_progress();
  }

  void account(const Task& task, const Done& done, const Verdict& verdict) {
    const model::Change& change = *task.change;
    model::Entry& entry = with_.reconciliation.entry(change.row);
    entry.outcome = verdict.outcome;
    entry.attempts = static_cast<std::uint16_t>(std::min(entry.attempts + done.attempts, 65535U));
    entry.http_status = done.http_status;
    if (!done.user_id.empty()) with_.reconciliation.set_user_id(change.row, done.user_id);
    model::EntryDetail& detail = with_.reconciliation.detail(change.row);
    detail.reason = verdict.reason;
    detail.message = done.message;
    detail.faults = done.faults;
    detail.warnings.insert(detail.warnings.end(), done.warnings.begin(), done.warnings.end());
    if (verdict.outcome == Outcome::updated) tell_of_what_is_not_kept(change, entry, detail);
    detail.request_ids.insert(detail.request_ids.end(), done.request_ids.begin(), done.request_ids.end());
    if (verdict.outcome != Outcome::unchanged) detail.changes = change.attributes;
    if (entry.outcome == Outcome::failed) ++errors_;
    ++accounted_;
    const bool confirmed = done.status == Status::not_kept || done.status == Status::unverified;
    const bool carried_out = verdict.outcome == Outcome::created || verdict.outcome == Outcome::updated || confirmed;
    const bool made =
        change.action == model::Action::create && done.sent && !done.user_id.empty() && done.status != Status::exists;
    if (carried_out || done.in_doubt || made) result_.wrote = true;
  }

  // It was answered well, as it was before, and came to nothing then.
  void tell_of_what_is_not_kept(const model::Change& change, model::Entry& entry, model::EntryDetail& detail) const {
    if (with_.writings == nullptr) return;
    auto faults = plan::not_kept(*with_.reconciliation.schema, *with_.writings, change);
    if (faults.empty()) return;
    entry.outcome = Outcome::failed;
    detail.reason = "not_kept";
    detail.message = fmt::format("sent again, and answered well: {}", plan::in_words(faults));
    detail.faults = std::move(faults);
  }

  void consider_stopping(const Done& done) {
    if (done.status != Status::stopped)
      breaker_.count(done.status == Status::gave_up || done.status == Status::unsettled);
    if (stopping()) return;
    if (done.status == Status::credentials) {
      credentials_ = true;
      stop(fmt::format("the directory does not accept the credentials: {}", done.message));
    } else if (breaker_.open()) {
      stop(fmt::format("too many changes were given up; the last: {}", done.message));
    }
  }

  // Whether it could be recorded; if not, nothing more is sent.
  template <class Recording>
  bool recorded(const Recording& recording) {
    try {
      recording();
      return true;
    } catch (const base::Error& error) {
      unrecorded_ = true;
      if (!stopping()) stop(error.what());
      return false;
    }
  }

  void stop(const std::string& why) {
    if (result_.message.empty()) result_.message = why;
    base::log::event(base::log::Level::warning, "stopping",
                     {{"why", why}, {"settled", settled_}, {"under_way", under_way_.size()}},
                     fmt::format("stopping, and waiting for what is in flight: {}", why));
    with_.directory.stop(why);
  }

  void leave_the_rest() {
    std::vector<Row> claimed;
    for (; next_ < tasks_.size(); ++next_) {
      const model::Change& change = *tasks_[next_].change;
      with_.reconciliation.entry(change.row).outcome = Outcome::skipped;
      model::EntryDetail& detail = with_.reconciliation.detail(change.row);
      detail.reason = "stopped";
      detail.message = "not sent, because the run stopped";
      detail.changes = change.attributes;
      const bool untouched = tasks_[next_].approach == directory::Approach::send ||
                             tasks_[next_].approach == directory::Approach::check_first;
      if (next_ < claimed_ && untouched) claimed.push_back(change.row);
      ++result_.left;
    }
    unsent_.insert(unsent_.end(), claimed.begin(), claimed.end());
    result_.left -= claimed.size();  // they are counted with the unsent ones
  }

  // Of an execution that came to its end, everything is final. Of one that stopped, what was not carried out stays
  // open, and what may have been stays claimed.
  void conclude() {
    if (stopping()) {
      result_.left += unsent_.size() + in_doubt_.size();
      if (!unsent_.empty()) recorded([&] { with_.record.release(unsent_); });
      result_.stopped =
          result_.wrote || !(credentials_ || unrecorded_) ? base::ExitCode::stopped : base::ExitCode::could_not_run;
      if (result_.message.empty()) result_.message = with_.directory.stopped().value_or("");
    } else {
      unsent_.insert(unsent_.end(), in_doubt_.begin(), in_doubt_.end());
      if (!unsent_.empty() && !recorded([&] { with_.record.settle(unsent_); })) {
        result_.left = unsent_.size();
        result_.stopped = base::ExitCode::stopped;
      }
    }
    const double seconds = std::chrono::duration<double>(with_.clock.now() - began_).count();
    if (settled_ >= 10 && seconds > 0) result_.settled_per_second = static_cast<double>(settled_) / seconds;
  }

  void report_progress() const {
    Progress progress;
    progress.stage = Progress::Stage::writing;
    progress.done = with_.settled_before + accounted_;
    progress.all = with_.settled_before + tasks_.size();
    progress.errors = errors_;
    with_.progress(progress);
  }

  const std::vector<Task>& tasks_;
  const Workshop& with_;
  base::Instant began_;
  ClaimWindow window_;
  std::size_t claimed_ = 0;  // tasks before this one are recorded as intended
  std::size_t next_ = 0;     // tasks before this one are begun
  std::map<directory::Ticket, const Task*> under_way_;
  std::vector<Row> unsent_;    // given up, stopped or not accepted, and certainly not carried out
  std::vector<Row> in_doubt_;  // the same, but perhaps carried out
  Breaker breaker_;
  Execution result_;
  std::size_t accounted_ = 0;  // tasks that have an outcome
  std::size_t settled_ = 0;    // of these: that no later process need take up
  std::size_t errors_ = 0;
  bool credentials_ = false;
  bool unrecorded_ = false;
};

}  // namespace

Execution execute(const std::vector<Task>& tasks, const Workshop& workshop) {
  return Executor(tasks, workshop).run();
}

std::vector<Task> tasks_for(const std::vector<model::Change>& changes) {
  std::vector<Task> tasks;
  tasks.reserve(changes.size());
  for (const model::Change& change : changes) tasks.push_back({&change, directory::Approach::send, {}, ""});
  return tasks;
}

}  // namespace rostersync::sync
