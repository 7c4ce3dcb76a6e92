#include "sync/supersede.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>

#include "base/log.hpp"
#include "model/value.hpp"
#include "sync/account.hpp"
#include "sync/journal_record.hpp"
#include "sync/remember.hpp"
#include "sync/settings.hpp"
#include "sync/tasks.hpp"
#include "sync/words.hpp"

namespace rostersync::sync {

using model::Action;
using model::Outcome;
using store::RunState;

namespace {

// Of what only reads there is nothing to record.
class NoRecord final : public Record {
 public:
  void claim(const std::vector<model::Row>& /*rows*/) override {}
  void settle(const std::vector<model::Row>& /*rows*/) override {}
  void release(const std::vector<model::Row>& /*rows*/) override {}
};

std::string reason_of(const store::RecordedRun& run, const model::Change& change) {
  const model::EntryDetail* detail = run.result.find_detail(change.row);
  return detail == nullptr ? std::string{} : detail->reason;
}

bool in_doubt(const store::RecordedRun& run, const model::Change& change) {
  return run.result.entry(change.row).outcome == Outcome::failed && reason_of(run, change) == "unsettled";
}

void tell_of(Session& session, const store::RecordedRun& run, const model::Change& change) {
  std::string words =
      fmt::format("{} {} in the interrupted run {}: {}", change.action == Action::create ? "creating" : "updating",
                  change.key, run.record.facts.id, run.result.find_detail(change.row)->message);
  base::log::warning("a write of the interrupted run {} needs a person; the report says which", run.record.facts.id);
  session.result.warnings.push_back({std::string(unsettled_warning), std::move(words)});
}

Execution carry_out(Session& session, store::RecordedRun& run, const std::vector<Task>& tasks, Record& record) {
  const ProgressSink progress = progress_sink(session);
  return execute(tasks, {session.remote->directory(), run.result, record, session.stop, session.world.clock, progress,
                         most_under_way(session.order) + tasks.size(), false, 0, nullptr, session.order.verify});
}

void settle_one(Session& session, store::RecordedRun& run) {
  const auto tasks = tasks_to_settle(run.open, may_still_arrive(session));
  if (tasks.empty()) return;
  base::log::info("settling {} writes of the interrupted run {}", tasks.size(), run.record.facts.id);
  NoRecord record;
  const Execution settled = carry_out(session, run, tasks, record);
  if (settled.stopped) {
    const bool revoked = std::any_of(tasks.begin(), tasks.end(),
                                     [&](const Task& task) { return reason_of(run, *task.change) == "credentials"; });
    if (revoked) throw base::CannotRun(settled.message);
    throw Stopped(settled.message);
  }
  for (const Task& task : tasks) {
    if (in_doubt(run, *task.change)) tell_of(session, run, *task.change);
  }
}

bool was_created(const store::RecordedRun& run, const store::OpenChange& one) {
  return one.change.action == Action::create && one.claimed &&
         run.result.entry(one.change.row).outcome == Outcome::created;
}

// What the new roster and its plan say of those who were created: they have the last word.
class LastWord {
 public:
  LastWord(const Session& session, const std::set<std::string_view>& user_ids) : session_(session) {
    for (model::Row row = 0; row < session.result.entries.size(); ++row) {
      if (const auto id = session.result.user_id(row); user_ids.contains(id)) rows_.emplace(id, row);
    }
    for (const model::Change& change : session.changes) {
      if (user_ids.contains(change.user_id)) changes_.emplace(change.user_id, &change);
    }
  }

  bool speaks_of(std::string_view user_id, model::AttributeIndex attribute) const {
    if (const auto found = changes_.find(user_id); found != changes_.end()) {
      const auto& changes = found->second->attributes;
      if (std::any_of(changes.begin(), changes.end(),
                      [&](const model::AttributeChange& one) { return one.attribute == attribute; })) {
        return true;
      }
    }
    const auto row = rows_.find(user_id);
    if (!session_.roster || row == rows_.end() || !session_.order.profile.schema[attribute].readable) return false;
    const model::Presence said = session_.roster->users.presence(row->second, attribute);
    return said == model::Presence::value || said == model::Presence::clear;
  }

 private:
  const Session& session_;
  std::map<std::string_view, model::Row> rows_;
  std::map<std::string_view, const model::Change*> changes_;
};

// The creates that were carried out, with what is left to be sent of them; none that are whole already.
std::deque<model::Change> incomplete(const Session& session, const store::RecordedRun& run, const LastWord& word) {
  const model::Schema& schema = session.order.profile.schema;
  std::deque<model::Change> changes;
  for (const store::OpenChange& one : run.open) {
    if (!was_created(run, one)) continue;
    const std::string_view user_id = run.result.user_id(one.change.row);
    model::Change change = one.change;
    const auto afterwards = [&](const model::AttributeChange& attribute) {
      return !schema[attribute.attribute].on_create;
    };
    std::erase_if(change.attributes, [&](const model::AttributeChange& attribute) {
      return afterwards(attribute) && word.speaks_of(user_id, attribute.attribute);
    });
    const auto& left = change.attributes;
    if (std::any_of(left.begin(), left.end(), afterwards)) changes.push_back(std::move(change));
  }
  return changes;
}

void complete_one(Session& session, store::RecordedRun& run, const LastWord& word) {
  const std::deque<model::Change> changes = incomplete(session, run, word);
  if (changes.empty()) return;
  base::log::info("completing {} creates of the interrupted run {}", changes.size(), run.record.facts.id);
  session.journal->take_up(run.record.facts.id);
  JournalRecord record(*session.journal, run.result, session.world.clock, [&] { return run.record.http; });
  const auto tasks = tasks_to_complete(changes);
  const Execution completed = carry_out(session, run, tasks, record);
  session.wrote_before = session.wrote_before || completed.wrote;
  remember_completed(session, run.result, changes);
  if (completed.stopped) throw Stopped(completed.message);
  for (const Task& task : tasks) {
    if (run.result.entries[task.change->row].outcome != Outcome::created) tell_of(session, run, *task.change);
  }
}

void skip_what_is_open(store::RecordedRun& run, const std::string& by) {
  for (const store::OpenChange& one : run.open) {
    const Outcome outcome = run.result.entry(one.change.row).outcome;
    if (outcome != Outcome::pending && outcome != Outcome::skipped) continue;
    run.result.entry(one.change.row).outcome = Outcome::skipped;
    model::EntryDetail& detail = run.result.detail(one.change.row);
    detail.reason = "superseded";
    detail.message = fmt::format("not sent; the run {} planned afresh", by);
    detail.changes = one.change.attributes;
  }
}

void supersede_one(Session& session, store::RecordedRun& run) {
  const std::string& by = session.result.run.id;
  session.journal->take_up(run.record.facts.id);
  skip_what_is_open(run, by);
  account_for_the_rest(run.result);
  run.result.run.finished_at = timestamp(session.world.clock.wall());
  run.result.run.exit_code = static_cast<int>(base::ExitCode::stopped);
  run.result.run.message = fmt::format("superseded by the run {}", by);
  session.journal->end(run.result, RunState::superseded);
}

void complete(Session& session, const Interrupted& runs) {
  std::set<std::string_view> created;
  for (const auto& run : runs) {
    for (const store::OpenChange& one : run->open) {
      if (was_created(*run, one)) created.insert(run->result.user_id(one.change.row));
    }
  }
  if (created.empty()) return;
  const LastWord word(session, created);
  for (const auto& run : runs) complete_one(session, *run, word);
  session.journal->take_up(session.result.run.id);
}

}  // namespace

Interrupted interrupted_runs(Session& session) {
  Interrupted interrupted;
  for (const store::RunRecord& run : session.journal->runs()) {
    if (!is_open(run) || run.facts.id == session.result.run.id) continue;
    interrupted.push_back(session.journal->load(run.facts.id));
    interrupted.back()->result.users = &interrupted.back()->users;
  }
  return interrupted;
}

std::vector<model::AttributeIndex> attributes_of(const Interrupted& runs) {
  std::vector<model::AttributeIndex> attributes;
  for (const auto& run : runs) {
    const auto some = attributes_of(run->open);
    attributes.insert(attributes.end(), some.begin(), some.end());
  }
  return attributes;
}

void settle(Session& session, const Interrupted& runs) {
  for (const auto& run : runs) {
    settle_one(session, *run);
    remember_interrupted(session, *run);
  }
}

std::set<std::string> creates_in_doubt(const Session& session, const Interrupted& runs) {
  const model::Schema& schema = session.order.profile.schema;
  std::set<std::string> keys;
  for (const auto& run : runs) {
    for (const store::OpenChange& one : run->open) {
      if (one.change.action != Action::create || !in_doubt(*run, one.change)) continue;
      keys.insert(model::comparable(schema[schema.key], one.change.key));
    }
  }
  return keys;
}

void supersede(Session& session, const Interrupted& runs) {
  complete(session, runs);
  for (const auto& run : runs) {
    base::log::warning("the run {} was interrupted; this one takes its place", run->record.facts.id);
  }
  for (const auto& run : runs) supersede_one(session, *run);
  session.journal->take_up(session.result.run.id);
}

}  // namespace rostersync::sync
