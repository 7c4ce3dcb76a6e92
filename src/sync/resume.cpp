#include "sync/resume.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "sync/asked.hpp"
#include "sync/baseline.hpp"
#include "sync/compare.hpp"
#include "sync/secrets.hpp"
#include "sync/settings.hpp"
#include "sync/tasks.hpp"
#include "sync/words.hpp"
#include "sync/write.hpp"

namespace rostersync::sync {

using base::CannotRun;
using store::RunRecord;
using store::RunState;

namespace {

constexpr std::int64_t oldest_ms = std::int64_t{24} * 3600 * 1000;

// The run that is meant; nothing if there is none to go on with, and then `why` says so.
std::optional<RunRecord> choose(Session& session, std::string& why) {
  const std::string& name = session.order.run;
  if (!name.empty()) {
    auto run = session.journal->find(name);
    if (!run) throw CannotRun(fmt::format("there is no run {}; rostersync runs lists those there are", name));
    if (run->state == RunState::superseded) {
      throw CannotRun(fmt::format("the run {} was superseded by a later sync, which settled what it had begun", name));
    }
    if (is_open(*run)) return run;
    why = fmt::format("nothing to resume: the run {} came to its end with exit code {}", name, run->facts.exit_code);
    if (run->state == RunState::reading) {
      why = fmt::format("nothing to resume: the run {} ended before it had written anything; begin it anew", name);
    }
    return std::nullopt;
  }
  const auto runs = session.journal->runs();
  const auto latest = std::find_if(runs.begin(), runs.end(), is_open);
  if (latest != runs.end()) return *latest;
  why = "nothing to resume: no run was interrupted";
  const auto superseded =
      std::find_if(runs.begin(), runs.end(), [](const RunRecord& run) { return run.facts.command == "sync"; });
  if (superseded != runs.end() &&
      std::any_of(runs.begin(), runs.end(), [](const RunRecord& run) { return run.state == RunState::superseded; })) {
    why += fmt::format(" that a later sync did not take the place of (the last one is {})", superseded->facts.id);
  }
  return std::nullopt;
}

void check_age(const RunRecord& run, std::int64_t now_ms) {
  if (now_ms - run.started.wall_ms <= oldest_ms) return;
  throw CannotRun(
      fmt::format("the run {} began more than 24 hours ago ({}), and the directory may have moved on; run sync again, "
                  "which settles what it had begun and plans afresh",
                  run.facts.id, run.facts.started_at));
}

void take_up(Session& session, const RunRecord& run) {
  session.journal->take_up(run.facts.id);
  session.has_account = true;
  session.resumed = true;
  session.journaled = true;
  session.resumable = true;
  session.http_before = run.http;
  session.result.run.id = run.facts.id;
  session.result.run.started_at = run.facts.started_at;
}

// A run that had no plan yet has written nothing: it begins again, from the same file.
void begin_again(Session& session, const RunRecord& run) {
  ask_again(session.order, run.options);
  if (session.order.roster_path == "-") {
    throw CannotRun(
        fmt::format("the run {} was interrupted before it had compared anything, and its roster came from "
                    "standard input; run sync again",
                    run.facts.id));
  }
  session.order.command = Command::sync;
  read_roster(session);
  if (session.result.run.roster.sha256 != run.facts.roster.sha256) {
    throw CannotRun(fmt::format("{} is not what it was when the run {} began; run sync with it",
                                session.order.roster_path, run.facts.id));
  }
  carry_out_plan(session);
}

// Takes the recorded run for this session's own account.
void restore(Session& session, const RunRecord& run) {
  const model::RunFacts facts = session.result.run;
  session.result = std::move(session.recorded->result);
  session.result.run.command = facts.command;
  session.result.run.version = facts.version;
  session.result.run.finished_at.clear();
  session.result.run.message.clear();
  session.result.users = &session.recorded->users;
  session.result.schema = &session.order.profile.schema;
  session.planned = true;
  session.wrote_before = wrote(*session.recorded, session.result);
  session.settled_before = run.settled;
}

void go_on(Session& session, const RunRecord& run) {
  ask_at_the_same_rate(session.order, run.options);
  verify_as_asked(session.order, run.options);
  restore(session, run);
  session.may_become_baseline = may_become_baseline(run.facts.command, run.options);
  std::vector<store::OpenChange>& open = session.recorded->open;
  base::log::event(
      base::log::Level::info, "run_resumed",
      {{"run", run.facts.id}, {"settled", run.settled}, {"changes", run.changes}},
      fmt::format("resuming the run {}: {} of {} changes are settled", run.facts.id, run.settled, run.changes));
  if (open.empty()) return;
  fill_in_secrets(session, run);
  connect(session, wanted_attributes(session.order, attributes_of(open)));
  const auto in_doubt = static_cast<std::size_t>(
      std::count_if(open.begin(), open.end(), [](const store::OpenChange& one) { return one.claimed.has_value(); }));
  const base::Duration wait = may_still_arrive(session);
  if (in_doubt > 0 && wait > base::Duration::zero()) {
    base::log::info("{} changes may have been sent: people who are not there are waited for, {} at most", in_doubt,
                    about(std::chrono::duration<double>(wait).count()));
  }
  execute_checked(session, tasks_for(open, session.order, wait), in_doubt);
}

}  // namespace

void resume(Session& session) {
  session.has_account = false;
  if (session.order.run.empty() && !store::Journal::exists(session.order.job.state_dir)) {
    session.result.run.message =
        fmt::format("nothing to resume: {} holds no runs", session.order.job.state_dir.string());
    return;
  }
  open_state(session);
  std::string why;
  const auto run = choose(session, why);
  if (!run) {
    session.result.run.message = why;
    return;
  }
  check_age(*run, store::moment(session.world.clock).wall_ms);
  session.recorded = session.journal->load(run->facts.id);
  take_up(session, *run);
  if (run->state == RunState::reading) return begin_again(session, *run);
  go_on(session, *run);
}

}  // namespace rostersync::sync
