// What the stages of one run share.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "plan/guard.hpp"
#include "plan/kept.hpp"
#include "plan/merge.hpp"
#include "roster/roster.hpp"
#include "store/journal.hpp"
#include "store/memory.hpp"
#include "store/rate_file.hpp"
#include "store/state_directory.hpp"
#include "sync/execute.hpp"
#include "sync/order.hpp"
#include "sync/remote.hpp"

namespace rostersync::sync {

struct Session {
  Session(const Order& asked, World given);

  Order order;
  World world;
  base::Instant began;
  StopCondition stop;

  model::Reconciliation result;
  std::optional<base::ExitCode> ended;  // earlier than planned, and why
  bool has_account = true;              // there is something to report: a run was begun, or is gone on with

  std::optional<roster::Roster> roster;
  std::vector<bool> rejected;                    // by row
  plan::Merged merged;                           // rows of one person, united
  std::unique_ptr<store::RecordedRun> recorded;  // the run that is gone on with, whose `result` has become this one's
  std::optional<model::Users> subjects;          // apply, rollback: whom the entries are of; one column, the key
  std::map<model::Row, model::Row> roster_rows;  // apply: the roster's row of each entry that needs a secret of it

  std::unique_ptr<store::StateDirectory> state;
  std::unique_ptr<store::Journal> journal;
  std::unique_ptr<store::RateFile> rate_file;
  std::unique_ptr<store::Memory> memory;   // null until it is asked for, or there is something to remember
  std::optional<plan::Writings> writings;  // of earlier runs, once they are asked for
  store::Lesson lesson;                    // what is to be remembered when the run ends
  bool may_become_baseline = false;        // should it end well, later rosters are held against this one
  std::vector<store::Confirmed> assumed;   // what is taken as current without being sent
  bool journaled = false;                  // the journal speaks of this run
  bool resumable = false;                  // should it end early, `resume` goes on with it
  bool resumed = false;                    // this is an earlier run, gone on with
  bool planned = false;                    // the whole plan is in the journal
  std::vector<model::Change> changes;
  plan::Population population;  // what the limits are shares of
  std::unique_ptr<Remote> remote;
  OwnUser own_user;
  model::HttpFacts http_before;      // of earlier processes of this run
  bool wrote_before = false;         // one of them wrote
  std::uint64_t settled_before = 0;  // changes that they settled
};

// Takes the lock of the state directory and opens what lies in it. Throws base::Busy, base::CannotRun.
void open_state(Session& session);

// Connects, asks who the user behind the credentials is, and checks that the state directory is of their organization.
void connect(Session& session, std::vector<model::AttributeIndex> wanted);

// How much longer a request of an earlier process may still arrive: at most one time-out.
base::Duration may_still_arrive(const Session& session);

// Of this run so far, its earlier processes included.
model::HttpFacts http_facts(const Session& session);

// A sink that adds what the rate limiter knows. The session must outlive it.
ProgressSink progress_sink(Session& session);

// Carries tasks out under this session's stop, journal and rate, and notes how it ended.
// `in_doubt`: of the tasks, those that may wait for what may still arrive; they are begun beside all others.
void execute_tasks(Session& session, const std::vector<Task>& tasks, std::size_t in_doubt = 0);

}  // namespace rostersync::sync
