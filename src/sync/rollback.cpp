#include "sync/rollback.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.hpp"
#include "plan/change_json.hpp"
#include "plan/diff.hpp"
#include "sync/account.hpp"
#include "sync/compare.hpp"
#include "sync/guard.hpp"
#include "sync/read_users.hpp"
#include "sync/save_plan.hpp"
#include "sync/settings.hpp"
#include "sync/subjects.hpp"
#include "sync/supersede.hpp"
#include "sync/tasks.hpp"
#include "sync/undoing.hpp"
#include "sync/write.hpp"

namespace rostersync::sync {

using base::CannotRun;
using model::Outcome;
using model::Row;

namespace {

// What the run that is to be undone wrote.
std::vector<Written> load(Session& session) {
  const std::string& name = session.order.run;
  const auto recorded = session.journal->load(name);
  if (is_open(recorded->record)) {
    throw CannotRun(
        fmt::format("the run {} is not over: end it with rostersync resume, or settle it with rostersync sync, and "
                    "then roll it back",
                    name));
  }
  return written_by(recorded->result);
}

// Works out, user by user, what undoes them.
class Planner {
 public:
  Planner(Session& session, const std::vector<Written>& written)
      : session_(session), schema_(session.order.profile.schema), written_(written) {
    for (const Written& one : written) undoings_.push_back(undoing_of(schema_, one));
  }

  // What must be read of users.
  std::vector<model::AttributeIndex> attributes() const {
    std::vector<model::AttributeIndex> all;
    for (const Written& one : written_) {
      for (const auto& change : one.changes) all.push_back(change.attribute);
    }
    return all;
  }

  std::vector<model::Change> run() {
    std::vector<UserToRead> users;
    std::vector<Row> rows;
    for (Row row = 0; row < written_.size(); ++row) {
      warn(row, undoings_[row].lost);
      if (undoings_[row].back.empty()) {
        cannot_undo(row);
        continue;
      }
      users.push_back({written_[row].user_id, needed(row)});
      rows.push_back(row);
    }
    read_users(session_, users, [&](std::size_t at, const directory::Done& done) { take(rows[at], done); });
    std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) { return a.row < b.row; });
    return std::move(changes_);
  }

 private:
  // What must be known of the user: what was written, what is to be, and what either has an effect by.
  std::vector<model::AttributeIndex> needed(Row row) const {
    std::vector<model::AttributeIndex> all = {schema_.key};
    const auto add = [&](const std::vector<model::AttributeChange>& changes) {
      for (const auto& one : changes) {
        if (schema_[one.attribute].readable) all.push_back(one.attribute);
        for (const auto& rule : schema_[one.attribute].applies_when) all.push_back(rule.attribute);
      }
    };
    add(written_[row].changes);
    add(undoings_[row].back);
    return all;
  }

  void warn(Row row, const std::vector<std::string>& lost) {
    for (const std::string& sentence : lost) {
      session_.result.detail(row).warnings.push_back({"not_undone", sentence});
    }
  }

  void end(Row row, Outcome outcome, std::string reason, std::string message) {
    end_entry(session_.result, row, outcome, std::move(reason), std::move(message));
  }

  void cannot_undo(Row row) {
    std::vector<std::string> why;
    for (const model::Warning& warning : session_.result.detail(row).warnings) why.push_back(warning.message);
    end(row, Outcome::skipped, "not_undoable", fmt::format("nothing of it can be undone: {}", fmt::join(why, "; ")));
  }

  void take(Row row, const directory::Done& done) {
    if (done.users) return judge(row, {&*done.users, 0});
    session_.result.entries[row].http_status = done.http_status;
    if (done.status != directory::Status::absent) {
      end(row, Outcome::failed, "unreadable", fmt::format("the user could not be read: {}", done.message));
    } else if (written_[row].kind == Written::Kind::created) {
      end(row, Outcome::unchanged, {}, "they are not in the directory any more");
    } else {
      end(row, Outcome::conflict, "unknown_id",
          fmt::format("the directory has no user with the id {} any more", written_[row].user_id));
    }
  }

  void judge(Row row, model::UserView now) {
    Undone undone = undo(schema_, written_[row], undoings_[row], now);
    warn(row, undone.lost);
    switch (undone.state) {
      case Undone::State::undone_already:
        session_.result.entries[row].outcome = Outcome::unchanged;
        return;
      case Undone::State::drifted:
        return end(row, Outcome::conflict, "drifted",
                   fmt::format("not undone, because the user has changed since that run: {}",
                               fmt::join(undone.drifted, ", ")));
      case Undone::State::nothing_possible:
        return cannot_undo(row);
      case Undone::State::to_undo:
        break;
    }
    model::Change change{row, model::Action::update, written_[row].user_id, std::string(now.text(schema_.key)),
                         std::move(undone.changes)};
    std::vector<model::AttributeIndex> touched;
    for (const auto& one : written_[row].changes) touched.push_back(one.attribute);
    for (const auto& one : change.attributes) touched.push_back(one.attribute);
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    change.planned_on = model::fingerprint(schema_, touched, now);
    changes_.push_back(std::move(change));
  }

  Session& session_;
  const model::Schema& schema_;
  const std::vector<Written>& written_;
  std::vector<Undoing> undoings_;
  std::vector<model::Change> changes_;
};

// How many users there are, as the directory declares: what the limits are shares of.
void count_users(Session& session) {
  directory::Directory& directory = session.remote->directory();
  directory.start(directory::ListPage{1, 1});
  while (directory.under_way() > 0) {
    if (const auto why = session.stop.reached()) throw Stopped(*why);
    for (const directory::Done& done : directory.wait(session.stop.patience())) {
      if (done.status == directory::Status::stopped) throw Stopped(directory.stopped().value_or("the run stopped"));
      if (done.status != directory::Status::ok) {
        throw CannotRun(fmt::format("the directory does not say how many users it has: {}", done.message));
      }
      session.result.directory.users = done.page.count ? *done.page.count : std::uint64_t{done.users->size()};
    }
  }
  const std::uint64_t users = session.result.directory.users.value_or(0);
  session.population = {users, users};
}

void begin(Session& session, const std::vector<Written>& written) {
  std::vector<Subject> subjects;
  for (const Written& one : written) subjects.push_back({one.key, one.user_id, one.line});
  account_for_subjects(session, subjects);
  session.has_account = true;
  begin_in_journal(session);
}

void carry_out(Session& session) {
  session.journal->record_plan(session.result, session.changes);
  session.planned = true;
  session.resumable = true;
  if (session.changes.empty()) return;
  base::log::info("writing {} changes", session.changes.size());
  execute_tasks(session, tasks_for(session.changes));
}

}  // namespace

void rollback(Session& session) {
  session.has_account = false;
  if (!store::Journal::exists(session.order.job.state_dir)) {
    throw CannotRun(
        fmt::format("there is no run {}: {} holds no runs", session.order.run, session.order.job.state_dir.string()));
  }
  open_state(session);
  const std::vector<Written> written = load(session);
  begin(session, written);
  const bool write_too = writes(session.order);
  const Interrupted interrupted = write_too ? interrupted_runs(session) : Interrupted{};
  Planner planner(session, written);
  std::vector<model::AttributeIndex> columns = planner.attributes();
  const auto more = attributes_of(interrupted);
  columns.insert(columns.end(), more.begin(), more.end());
  connect(session, wanted_attributes(session.order, columns));
  settle(session, interrupted);
  count_users(session);
  session.changes = planner.run();
  check_only(session, session.changes);
  narrow(session, session.changes);
  session.result.run.changes_digest = plan::changes_digest(session.order.profile.schema, session.changes);
  guard(session, session.changes);
  if (!write_too) {
    account_as_planned(session.changes, session.result);
    save_plan(session);
  } else if (session.ended) {
    account_as_skipped(session.changes, "refused", "not sent, because a safety limit refused the whole plan",
                       session.result);
  } else {
    save_plan(session);
    supersede(session, interrupted);
    carry_out(session);
  }
}

}  // namespace rostersync::sync
