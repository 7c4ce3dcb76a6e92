#include "cli/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/order.hpp"
#include "cli/output.hpp"
#include "cli/runs.hpp"
#include "profile/profile.hpp"
#include "sync/history.hpp"

namespace rostersync::cli {

namespace {

[[noreturn]] void of_another(const std::filesystem::path& state, const model::RunFacts& run, const std::string& other) {
  throw base::CannotRun(
      fmt::format("the runs in {} are of {} at {}, and not of {}; name another state directory (--state)",
                  state.string(), run.profile, run.base_url, other));
}

// All runs of a state directory are of one profile and address.
void check_named(const HistoryArguments& arguments, const job::Job& job, const model::RunFacts& run) {
  if (!arguments.profile.empty()) {
    const std::string named = profile::load(job.profile, config_directory()).name;
    if (named != run.profile) of_another(job.state_dir, run, named);
  }
  if (!arguments.base_url.empty() && job.base_url != run.base_url) of_another(job.state_dir, run, job.base_url);
}

std::vector<sync::PastRun> runs_of(const HistoryArguments& arguments, const job::Job& job) {
  auto runs = sync::past_runs(job.state_dir);
  if (!runs.empty()) check_named(arguments, job, runs.front().facts);
  return runs;
}

// A run can be told of only in the terms of its own profile.
profile::Profile profile_of(const job::Job& job, const model::RunFacts& run) {
  if (!job.profile.empty()) {
    profile::Profile configured = profile::load(job.profile, config_directory());
    if (configured.name != run.profile) of_another(job.state_dir, run, configured.name);
    return configured;
  }
  const auto shipped = profile::shipped(config_directory());
  if (std::find(shipped.begin(), shipped.end(), run.profile) == shipped.end()) {
    throw base::CannotRun(
        fmt::format("the run {} is of the profile {}, which is not a shipped one: name its file with "
                    "--profile, or name the configuration with -c",
                    run.id, run.profile));
  }
  return profile::load(run.profile, config_directory());
}

}  // namespace

void list_runs(const HistoryArguments& arguments) {
  const job::Job job = load_job(arguments);
  const auto runs = runs_of(arguments, job);
  if (arguments.output == Output::json) return print(runs_json(runs).dump(2) + "\n");
  print(runs.empty() ? fmt::format("no runs yet in {}\n", job.state_dir.string()) : runs_table(runs));
}

void report_again(const HistoryArguments& arguments, bool quiet) {
  job::Job job = load_job(arguments);
  if (!arguments.formats.empty()) job.report_formats = arguments.formats;
  const auto runs = runs_of(arguments, job);
  if (runs.empty()) throw base::CannotRun(fmt::format("no runs yet in {}", job.state_dir.string()));
  const profile::Profile profile = profile_of(job, runs.front().facts);
  const auto run = sync::past_run(job.state_dir, profile.schema, arguments.run);
  prepare_report_directory(job.report_dir);
  write_reports(job, run->result);
  if (arguments.output == Output::json || !quiet) show(job, run->result, arguments.output);
}

}  // namespace rostersync::cli
