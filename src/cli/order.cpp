#include "cli/order.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "cli/acceptances.hpp"
#include "cli/credentials.hpp"
#include "profile/profile.hpp"

namespace rostersync::cli {

namespace {

job::Job configured(const std::string& named) {
  const std::filesystem::path usual = "rostersync.json";
  if (!named.empty()) return job::load(named, config_directory());
  if (std::filesystem::exists(usual)) return job::load(usual, config_directory());
  return job::defaults();
}

void override_http(job::HttpOptions& http, const RunArguments& arguments) {
  if (!arguments.rate.empty()) http.rate = job::parse_rate(arguments.rate, "--rate");
  if (!arguments.fetch.empty()) http.fetch = job::parse_fetch(arguments.fetch, "--fetch");
  if (arguments.max_in_flight) http.max_in_flight = arguments.max_in_flight;
}

void load_profile(sync::Order& order) {
  order.profile = profile::load(order.job.profile, config_directory());
  order.base_url = order.job.base_url.empty() ? order.profile.wire.base_url : order.job.base_url;
}

void gain_access(sync::Order& order, bool insecure_http) {
  check_is_private("base_url", order.base_url, insecure_http);
  order.credentials = read_credentials(order.job, order.profile);
  order.token_url = token_url(order.job, order.profile, order.credentials, insecure_http);
}

sync::Command command_of(RunArguments::Command command) {
  switch (command) {
    case RunArguments::Command::plan:
      return sync::Command::plan;
    case RunArguments::Command::sync:
      return sync::Command::sync;
    case RunArguments::Command::resume:
      return sync::Command::resume;
    case RunArguments::Command::apply:
      return sync::Command::apply;
    case RunArguments::Command::rollback:
      return sync::Command::rollback;
    case RunArguments::Command::validate:
      break;
  }
  return sync::Command::validate;
}

}  // namespace

std::filesystem::path config_directory() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw base::CannotRun("cannot find out where this program lies, and so neither its profiles");
  return program.parent_path().parent_path() / "share" / "rostersync";
}

job::Job load_job(const Installation& arguments) {
  job::Job job = configured(arguments.config);
  if (!arguments.profile.empty()) job.profile = arguments.profile;
  if (!arguments.base_url.empty()) job.base_url = job::parse_base_url(arguments.base_url, "--base-url");
  if (!arguments.report_dir.empty()) job.report_dir = arguments.report_dir;
  if (!arguments.state_dir.empty()) job.state_dir = arguments.state_dir;
  return job;
}

sync::Order make_order(const RunArguments& arguments) {
  sync::Order order;
  order.command = command_of(arguments.command);
  order.roster_path = arguments.roster;
  order.run = arguments.run;
  order.plan_path = arguments.plan;
  order.carry_out = arguments.carry_out;
  order.job = load_job(arguments);
  override_http(order.job.http, arguments);
  if (!arguments.deadline.empty()) order.deadline = job::parse_duration(arguments.deadline, "--deadline");
  if (order.job.profile.empty()) {
    throw base::CannotRun(
        fmt::format("no profile is named: add --profile NAME, or \"profile\" to the configuration (there are: {})",
                    fmt::join(profile::shipped(config_directory()), ", ")));
  }
  load_profile(order);
  order.allow = arguments.allow;
  order.only = arguments.only;
  order.limit = arguments.limit;
  order.assume_current = arguments.assume_current;
  if (arguments.verify) order.verify = directory::Verify::yes;
  Accepted accepted = read_acceptances(arguments.accept_rename, arguments.accept_new);
  order.accept_renames = std::move(accepted.renames);
  order.accept_new = std::move(accepted.newcomers);
  if (order.command == sync::Command::validate) return order;
  gain_access(order, arguments.insecure_http);
  return order;
}

sync::Order make_probe(const ProfileArguments& arguments) {
  sync::Order order;
  order.command = sync::Command::plan;
  order.job = load_job(arguments);
  order.job.profile = arguments.name;
  load_profile(order);
  gain_access(order, arguments.insecure_http);
  return order;
}

}  // namespace rostersync::cli
