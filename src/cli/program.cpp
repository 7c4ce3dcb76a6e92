#include "cli/program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <random>
#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/arguments.hpp"
#include "cli/order.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "profile/profile.hpp"
#include "report/report.hpp"
#include "sync/run.hpp"

namespace rostersync::cli {

namespace {

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return;
  throw base::CannotRun("cannot write to standard output");
}

void flush() {
  if (std::fflush(stdout) != 0) throw base::CannotRun("cannot write to standard output");
}

bool colour_wanted() {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

using Renderer = void (*)(const model::Reconciliation&, const report::Sink&);

void write_report(const std::filesystem::path& path, const model::Reconciliation& result, Renderer render) {
  base::AtomicFile file(path);
  render(result, [&](std::string_view bytes) { file.write(bytes); });
  file.commit();
}

// Before anything is sent: a run that could not be reported is not begun.
void prepare_report_directory(const std::filesystem::path& directory) {
  base::create_private_directory(directory);
  if (::access(directory.c_str(), W_OK | X_OK) == 0) return;
  throw base::CannotRun(
      fmt::format("the report directory {} is not writable; name another with --report", directory.string()));
}

void write_reports(const sync::Order& order, const model::Reconciliation& result) {
  for (const std::string& format : order.job.report_formats) {
    const auto path = order.job.report_dir / ("report." + format);
    write_report(path, result, format == "json" ? report::write_json : report::write_csv);
  }
}

// Several faults of one file come as several lines.
void log_error(const std::string& message) {
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);) base::log::error("{}", line);
}

void show(const sync::Order& order, const model::Reconciliation& result, Output output, bool quiet) {
  if (output == Output::json) return report::write_json(result, print);
  const auto code = static_cast<base::ExitCode>(result.run.exit_code);
  if (quiet && code == base::ExitCode::ok) return;
  const bool nothing_to_tell = code == base::ExitCode::could_not_run || result.entries.empty();
  if (nothing_to_tell) return;  // the one sentence on standard error says it
  report::SummaryOptions options;
  options.colour = colour_wanted() ? report::Colour::yes : report::Colour::no;
  options.report_path = (order.job.report_dir / "report.json").string();
  print(report::summary(result, options));
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

int carry_out(const RunArguments& arguments, bool quiet) {
  const sync::Order order = make_order(arguments);
  prepare_report_directory(order.job.report_dir);
  base::SystemClock clock;
  Signals signals;
  Progress progress(clock, !quiet && !arguments.no_progress);
  std::mt19937_64 engine(std::random_device{}());
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  sync::Run run(
      order, {clock, http::make_curl_transport, [&] { return signals.received(); }, signals.descriptor(),
              [&] { return uniform(engine); }, [&](std::size_t done, std::size_t all) { progress.show(done, all); }});
  const model::Reconciliation& result = run.carry_out();
  progress.end();
  if (!result.run.message.empty()) log_error(result.run.message);
  return told(result, [&] {
    write_reports(order, result);
    show(order, result, arguments.output, quiet);
    flush();
  });
}

void show_profile(const ProfileArguments& arguments) {
  if (arguments.name.empty()) {
    for (const std::string& name : profile::shipped(config_directory())) {
      print(fmt::format("{:<12} {}\n", name, profile::load(name, config_directory()).title));
    }
    return;
  }
  const profile::Profile profile = profile::load(arguments.name, config_directory());
  print(arguments.output == Output::json ? profile::reference_json(profile).dump(2) + "\n"
                                         : profile::reference_text(profile));
}

int dispatch(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  base::log::configure(arguments.log_level, arguments.log_format);
  if (const auto* run = std::get_if<RunArguments>(&arguments.what)) return carry_out(*run, arguments.quiet);
  if (const auto* profile = std::get_if<ProfileArguments>(&arguments.what)) {
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
