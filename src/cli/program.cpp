#include "cli/program.hpp"

#include <fmt/format.h>

#include <exception>
#include <functional>
#include <random>
#include <sstream>

#include "base/error.hpp"
#include "cli/arguments.hpp"
#include "cli/history.hpp"
#include "cli/order.hpp"
#include "cli/output.hpp"
#include "cli/profile_check.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "sync/run.hpp"

namespace rostersync::cli {

namespace {

// Several faults of one file come as several lines.
void log_error(const std::string& message) {
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);) base::log::error("{}", line);
}

// What standard error has said in one sentence needs no summary.
bool has_summary(const model::Reconciliation& result, Output output, bool quiet) {
  if (output == Output::json) return true;
  const auto code = static_cast<base::ExitCode>(result.run.exit_code);
  const bool of_changes =
      result.run.command == "apply" || result.run.command == "rollback";  // of which there may be none
  if (code == base::ExitCode::could_not_run || (result.entries.empty() && !of_changes)) return false;
  return !quiet || code != base::ExitCode::ok;
}

// Once a run has been carried out, trouble with telling of it must not pass for "nothing was written" (1), nor for
// success.
int told(const model::Reconciliation& result, const std::function<void()>& tell) {
  const auto code = static_cast<base::ExitCode>(result.run.exit_code);
  try {
    tell();
  } catch (const base::Error& error) {
    base::log::error("{}", error.what());
    const bool well = code == base::ExitCode::ok || code == base::ExitCode::differences;
    return static_cast<int>(well ? base::ExitCode::attention : code);
  }
  return result.run.exit_code;
}

void say_nothing_to_do(const std::string& why, Output output, bool quiet) {
  if (output == Output::json) return base::log::info("{}", why);
  if (!quiet) print(why + "\n");
}

int carry_out(const RunArguments& arguments, const Arguments& how) {
  const sync::Order order = make_order(arguments);
  prepare_report_directory(order.job.report_dir);
  const bool saves = arguments.command != RunArguments::Command::apply && !arguments.plan.empty();
  if (saves) check_plan_can_be_written(arguments.plan);
  base::SystemClock clock;
  Signals signals;
  const bool wanted = !how.quiet && !arguments.no_progress;
  Progress progress(clock, standard_error(wanted, how.log_format == base::log::Format::json));
  std::mt19937_64 engine(std::random_device{}());
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  sync::Run run(order, {clock, http::make_curl_transport, [&] { return signals.received(); }, signals.descriptor(),
                        [&] { return uniform(engine); }, [&](const sync::Progress& so_far) { progress.show(so_far); }});
  const model::Reconciliation& result = run.carry_out();
  progress.clear();
  const bool nothing_to_do = !run.has_report() && result.run.exit_code == static_cast<int>(base::ExitCode::ok);
  if (!nothing_to_do && !result.run.message.empty()) log_error(result.run.message);
  return told(result, [&] {
    if (nothing_to_do) say_nothing_to_do(result.run.message, arguments.output, how.quiet);
    if (run.has_report()) {
      write_reports(order.job, result);
      if (has_summary(result, arguments.output, how.quiet))
        show(order.job, result, arguments.output, saves ? arguments.plan : "");
    }
    flush();
  });
}

void look_back(const HistoryArguments& arguments, bool quiet) {
  if (arguments.command == HistoryArguments::Command::runs) return list_runs(arguments);
  report_again(arguments, quiet);
}

int dispatch(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  base::log::configure(arguments.log_level, arguments.log_format);
  if (const auto* run = std::get_if<RunArguments>(&arguments.what)) return carry_out(*run, arguments);
  if (const auto* past = std::get_if<HistoryArguments>(&arguments.what)) {
    look_back(*past, arguments.quiet);
  } else if (const auto* profile = std::get_if<ProfileArguments>(&arguments.what)) {
    show_profile(*profile);
  } else {
    print(std::get<Information>(arguments.what).text);
  }
  flush();
  return static_cast<int>(base::ExitCode::ok);
}

}  // namespace

int run(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const base::Error& error) {
    log_error(error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    base::log::error("this is a defect of rostersync: {}", error.what());
    return static_cast<int>(base::ExitCode::could_not_run);
  }
}

}  // namespace rostersync::cli
