#include "sync/run.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.hpp"
#include "directory/rest_directory.hpp"
#include "model/value.hpp"
#include "store/state_directory.hpp"
#include "sync/account.hpp"
#include "sync/execute.hpp"
#include "sync/fetch.hpp"
#include "sync/settings.hpp"

namespace rostersync::sync {

using base::ExitCode;
using model::Outcome;
using model::Row;

namespace {

constexpr std::string_view version = ROSTERSYNC_VERSION;

std::string timestamp(base::WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string run_id(base::WallTime time, double random) {
  return fmt::format("{:%Y%m%dT%H%M%S}Z-{:06x}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                     static_cast<unsigned>(random * 0x1000000));
}

// What was found out about the file: "csv, utf-8 with byte order mark, delimiter ;".
std::string form_of(const model::RosterFacts& roster) {
  std::string form = fmt::format("{}, {}{}", roster.format, roster.encoding, roster.bom ? " with byte order mark" : "");
  if (!roster.delimiter.empty()) form += ", delimiter " + (roster.delimiter == "\t" ? "tab" : roster.delimiter);
  return form;
}

std::string command_name(Command command) {
  switch (command) {
    case Command::plan:
      return "plan";
    case Command::sync:
      return "sync";
    case Command::validate:
      break;
  }
  return "validate";
}

// Why the first answer of the directory is none.
std::string cannot_begin(const std::string& base_url, const directory::Done& done) {
  if (done.http_status == 0)
    return fmt::format("cannot reach {}: {}; check base_url and the network", base_url, done.message);
  if (done.status == directory::Status::absent) {
    return fmt::format("there is no such directory at {}: {}; check base_url", base_url, done.message);
  }
  return fmt::format("{} does not say whose credentials these are: {}; check base_url, and what the credentials may do",
                     base_url, done.message);
}

}  // namespace

struct Run::Remote {
  Remote(const Order& order, World& world, const model::Users& roster)
      : limiter(rate_limiter(order)),
        transport(world.make_transport(transport_options(order, world.wake_up_descriptor))),
        dispatcher(*transport, world.clock, *limiter, dispatcher_options(order), world.random),
        directory(order.profile.schema, order.profile.wire,
                  directory::Requests(order.profile.schema, order.profile.wire, order.base_url, order.credentials),
                  directory::Answers(order.profile.schema, order.profile.wire, wanted_attributes(order, roster)),
                  dispatcher, world.clock, persistence(order), world.random) {}

  static directory::Persistence persistence(const Order& order) {
    directory::Persistence made;
    made.retries = order.job.http.retries;
    made.timeout = order.job.http.timeout;
    return made;
  }

  std::unique_ptr<http::RateLimiter> limiter;
  std::unique_ptr<http::Transport> transport;
  http::Dispatcher dispatcher;
  directory::RestDirectory directory;
};

Run::Run(const Order& order, World world) : order_(order), world_(std::move(world)) {
  result_.schema = &order_.profile.schema;
  result_.run.id = run_id(world_.clock.wall(), world_.random());
  result_.run.command = command_name(order_.command);
  result_.run.started_at = timestamp(world_.clock.wall());
  result_.run.version = version;
  result_.run.profile = order_.profile.name;
  result_.run.base_url = order_.base_url;
  result_.run.roster.path = order_.roster_path;
}

Run::~Run() = default;

const model::Reconciliation& Run::carry_out() {
  const base::Instant began = world_.clock.now();
  try {
    stages();
  } catch (const base::Busy&) {
    throw;
  } catch (const base::Error& error) {
    end_early(error.code(), error.what());
  } catch (const std::exception& error) {
    end_early(ExitCode::could_not_run, fmt::format("this is a defect of rostersync: {}", error.what()));
  }
  if (remote_) {
    const http::Counters& counters = remote_->dispatcher.counters();
    result_.http = {counters.requests,
                    counters.reads,
                    counters.writes,
                    counters.retries,
                    counters.throttled,
                    counters.bytes_received,
                    std::chrono::duration<double>(world_.clock.now() - began).count()};
  }
  result_.run.finished_at = timestamp(world_.clock.wall());
  result_.run.exit_code = static_cast<int>(ended_.value_or(outcome_code(result_)));
  return result_;
}

// "Could not run" promises that nothing was written.
void Run::end_early(ExitCode code, std::string message) {
  const bool may_have_written = remote_ && remote_->dispatcher.counters().writes > 0;
  ended_ = code == ExitCode::could_not_run && may_have_written ? ExitCode::stopped : code;
  result_.run.message = std::move(message);
  account_for_the_rest(result_);
}

void Run::stages() {
  check_settings(order_);
  read_roster();
  if (const auto why = world_.stop_requested()) throw Stopped(*why);
  if (order_.command == Command::validate) return settle_offline();
  store::StateDirectory state(order_.job.state_dir, order_.profile.name, order_.base_url);
  connect();
  meet_own_user();
  state.check_organization(own_organization_);
  compare();
  guard();
  if (order_.command == Command::plan) {
    account_as_planned(changes_, result_);
  } else if (ended_) {
    account_as_skipped(changes_, "refused", "not sent, because a safety limit refused the whole plan", result_);
  } else {
    write();
  }
}

void Run::read_roster() {
  roster_.emplace(roster::read(order_.roster_path, order_.profile.schema, roster_options(order_)));
  result_.run.roster = roster_->facts;
  result_.users = &roster_->users;
  result_.warnings = roster_->warnings;
  result_.entries.resize(roster_->users.size());
  rejected_.assign(roster_->users.size(), false);
  for (Row row = 0; row < roster_->users.size(); ++row) result_.entries[row].line = roster_->lines[row];
  for (auto& [row, faults] : roster_->faults) {
    rejected_[row] = true;
    result_.entries[row].outcome = Outcome::rejected;
    result_.detail(row).faults = std::move(faults);
  }
  for (auto& [row, warnings] : roster_->row_warnings) result_.detail(row).warnings = std::move(warnings);
  for (const auto& [index, header] : roster_->headers) {
    const model::Attribute& attribute = order_.profile.schema[index];
    if (attribute.readable || attribute.on_update != model::OnUpdate::yes) continue;
    result_.warnings.push_back(
        {"write_only",
         fmt::format("{} cannot be read back from this directory, so it is sent for new people only", attribute.name)});
  }
  check_only();
  base::log::info("roster: {} rows, {} rejected ({})", roster_->users.size(), roster_->faults.size(),
                  form_of(roster_->facts));
}

// A key after --only that is misspelt would otherwise look like a run that went well.
void Run::check_only() {
  const model::Schema& schema = order_.profile.schema;
  std::set<std::string> unmatched = plan_options(order_, {}).only;
  for (Row row = 0; row < roster_->users.size() && !unmatched.empty(); ++row) {
    if (roster_->users.presence(row, schema.key) != model::Presence::value) return;  // the directory knows this row's
    unmatched.erase(model::comparable(schema[schema.key], roster_->users.text(row, schema.key)));
  }
  if (unmatched.empty()) return;
  throw base::CannotRun(fmt::format("--only {}: no row of the roster has this key", fmt::join(unmatched, ", ")));
}

// What can be said of a roster without the directory: faults, and rows that share a key.
void Run::settle_offline() {
  plan::Options options = plan_options(order_, {});
  options.create = false;
  plan::Planner planner(order_.profile.schema, roster_->users, rejected_, std::move(options));
  for (Row row = 0; row < roster_->users.size(); ++row) {
    const plan::Sharing sharing = planner.matcher().sharing(row);
    if (rejected_[row]) continue;
    result_.entries[row].outcome = sharing == plan::Sharing::disputed ? Outcome::conflict : Outcome::skipped;
    model::EntryDetail& detail = result_.detail(row);
    if (sharing == plan::Sharing::alone) {
      detail.reason = "not_compared";
      detail.message = "valid; validate does not compare with the directory";
      continue;
    }
    detail.reason = sharing == plan::Sharing::disputed ? "duplicate_key" : "duplicate_row";
    detail.message = fmt::format("shares its key or id with row {}", planner.matcher().first_of(row) + 1);
  }
}

void Run::connect() {
  remote_ = std::make_unique<Remote>(order_, world_, roster_->users);
}

void Run::meet_own_user() {
  directory::Directory& directory = remote_->directory;
  directory.start(directory::ReadOwnUser{});
  for (;;) {
    if (const auto why = world_.stop_requested()) throw Stopped(*why);
    for (const directory::Done& done : directory.wait(std::chrono::seconds(30))) {
      if (done.status == directory::Status::stopped) throw Stopped(directory.stopped().value_or("the run stopped"));
      if (done.status == directory::Status::credentials) {
        throw base::CannotRun(
            fmt::format("{} does not accept the credentials: {}; check what \"credentials\" in the "
                        "configuration, or the environment, names",
                        order_.base_url, done.message));
      }
      if (done.status != directory::Status::ok) {
        throw base::CannotRun(cannot_begin(order_.base_url, done));
      }
      own_user_id_ = std::string(done.users->text(0, model::id_attribute));
      const auto organization = order_.profile.schema.organization;
      if (organization) own_organization_ = std::string(done.users->text(0, *organization));
      return;
    }
  }
}

void Run::compare() {
  plan::Planner planner(order_.profile.schema, roster_->users, rejected_, plan_options(order_, own_user_id_));
  Fetcher fetcher(order_.profile.schema, roster_->users, remote_->directory, planner, order_.job.http.fetch,
                  world_.stop_requested);
  const Fetched fetched = fetcher.run();
  result_.directory = {fetched.users, fetched.coverage == plan::Coverage::whole};
  if (fetched.coverage == plan::Coverage::whole) result_.orphans = planner.orphans();
  changes_ = planner.settle(fetched.coverage, result_);
  const std::uint64_t users = fetched.users.value_or(0);
  const std::uint64_t disabled = fetched.coverage == plan::Coverage::whole ? planner.listed_disabled() : 0;
  population_ = {users, users - std::min(users, disabled)};
}

void Run::guard() {
  const auto trips = plan::check(order_.profile.schema, changes_, population_, plan_limits(order_));
  if (trips.empty()) return;
  ended_ = ExitCode::refused;
  result_.run.message = "refused, and nothing was written: ";
  for (std::size_t i = 0; i < trips.size(); ++i) result_.run.message += (i == 0 ? "" : "; ") + trips[i].message;
}

void Run::write() {
  if (changes_.empty()) return;
  base::log::info("writing {} changes", changes_.size());
  const Execution execution = execute(changes_, remote_->directory, result_, world_.stop_requested, world_.progress);
  ended_ = execution.stopped;
  if (ended_ == ExitCode::could_not_run) result_.run.message = execution.message;
  if (ended_ == ExitCode::stopped) {
    result_.run.message = fmt::format("stopped early: {}; run sync again to go on", execution.message);
  }
}

}  // namespace rostersync::sync
