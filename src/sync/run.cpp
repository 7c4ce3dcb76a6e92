#include "sync/run.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/log.hpp"
#include "sync/account.hpp"
#include "sync/acknowledge.hpp"
#include "sync/apply.hpp"
#include "sync/baseline.hpp"
#include "sync/compare.hpp"
#include "sync/missing.hpp"
#include "sync/remember.hpp"
#include "sync/resume.hpp"
#include "sync/rollback.hpp"
#include "sync/session.hpp"
#include "sync/settings.hpp"
#include "sync/supersede.hpp"
#include "sync/words.hpp"
#include "sync/write.hpp"

namespace rostersync::sync {

using base::ExitCode;

namespace {

constexpr std::string_view version = ROSTERSYNC_VERSION;
constexpr std::size_t runs_kept = 30;  // whose entries can be reported again

std::string run_id(base::WallTime time, double random) {
  return fmt::format("{:%Y%m%dT%H%M%S}Z-{:06x}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                     static_cast<unsigned>(random * 0x1000000));
}

std::string command_name(Command command) {
  switch (command) {
    case Command::plan:
      return "plan";
    case Command::sync:
      return "sync";
    case Command::validate:
      return "validate";
    case Command::apply:
      return "apply";
    case Command::rollback:
      return "rollback";
    case Command::resume:
      break;
  }
  return "resume";
}

void stages(Session& session) {
  check_settings(session.order);
  if (session.order.command == Command::resume) return resume(session);
  if (session.order.command == Command::apply) return apply(session);
  if (session.order.command == Command::rollback) return rollback(session);
  read_roster(session);
  if (const auto why = session.stop.reached()) throw Stopped(*why);
  if (session.order.command == Command::validate) return settle_offline(session);
  open_state(session);
  begin_in_journal(session);
  carry_out_plan(session);
}

// What `resume` can go on with stays open: what was stopped, and what could not even be taken up.
store::RunState state_after(const Session& session) {
  const bool stopped = session.ended == ExitCode::stopped && session.resumable;
  const bool not_taken_up = session.ended == ExitCode::could_not_run && session.resumed;
  if (!stopped && !not_taken_up) return store::RunState::finished;
  return session.planned ? store::RunState::open : store::RunState::reading;
}

// Where the journal cannot be closed, the next process finds the run open and settles it, and learns from it.
void close_journal(Session& session) {
  if (!session.journaled) return;
  session.journal->take_up(session.result.run.id);  // it may have ended in the middle of settling another
  session.journal->end(session.result, state_after(session));
  try {
    session.journal->prune(runs_kept);
  } catch (const base::Error& error) {
    base::log::warning("the entries of old runs could not be removed: {}", error.what());
  }
}

void tell_of_the_end(const Session& session) {
  if (!session.journaled) return;
  const model::RunFacts& facts = session.result.run;
  const model::HttpFacts& http = session.result.http;
  base::log::event(base::log::Level::info, "run_finished",
                   {{"run", facts.id},
                    {"command", facts.command},
                    {"exit_code", facts.exit_code},
                    {"requests", http.requests},
                    {"writes", http.writes},
                    {"throttled", http.throttled},
                    {"seconds", http.seconds}},
                   fmt::format("the run {} ends with exit code {}: {} requests, {} of them writes, {}", facts.id,
                               facts.exit_code, http.requests, http.writes, about(http.seconds)));
}

}  // namespace

Run::Run(const Order& order, World world) : session_(std::make_unique<Session>(order, std::move(world))) {
  model::RunFacts& facts = session_->result.run;
  const base::WallTime now = session_->world.clock.wall();
  facts.id = run_id(now, session_->world.random());
  facts.command = command_name(order.command);
  facts.dry_run = !writes(order);
  if (order.command == Command::apply) facts.plan = order.plan_path;
  if (order.command == Command::rollback) facts.undoes = order.run;
  facts.started_at = timestamp(now);
  facts.version = version;
  facts.profile = order.profile.name;
  facts.base_url = order.base_url;
  facts.roster.path = order.roster_path;
}

Run::~Run() = default;

bool Run::has_report() const {
  return session_->has_account;
}

const model::Reconciliation& Run::carry_out() {
  try {
    stages(*session_);
  } catch (const base::Busy&) {
    throw;
  } catch (const base::Error& error) {
    end_early(error.code(), error.what());
  } catch (const std::exception& error) {
    end_early(ExitCode::could_not_run, fmt::format("this is a defect of rostersync: {}", error.what()));
  }
  conclude();
  return session_->result;
}

// "Could not run" promises that nothing was written.
void Run::end_early(ExitCode code, std::string message) {
  Session& session = *session_;
  const bool may_have_written = session.wrote_before || (session.remote && session.remote->counters().writes > 0);
  session.ended = code == ExitCode::could_not_run && may_have_written ? ExitCode::stopped : code;
  session.result.run.message = std::move(message);
  if (session.ended == ExitCode::stopped && session.resumable) {
    session.result.run.message += "; rostersync resume goes on";
  }
  account_for_the_rest(session.result);
}

void Run::conclude() {
  Session& session = *session_;
  model::RunFacts& facts = session.result.run;
  session.result.http = http_facts(session);
  warn_of_needless_acknowledgements(session.result);
  facts.finished_at = timestamp(session.world.clock.wall());
  facts.exit_code = static_cast<int>(session.ended.value_or(outcome_code(session.result)));
  try {
    note_baseline(session);
    note_missing(session);
    remember(session);
    close_journal(session);
  } catch (const std::exception& error) {
    const bool wrote = session.result.http.writes > 0;
    facts.exit_code = static_cast<int>(wrote ? ExitCode::stopped : ExitCode::could_not_run);
    facts.message += fmt::format("{}{}", facts.message.empty() ? "" : "; ", error.what());
  }
  tell_of_the_end(session);
}

}  // namespace rostersync::sync
