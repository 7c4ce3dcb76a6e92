#include "cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "report/report.hpp"

namespace rostersync::cli {

namespace {

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

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return;
  throw base::CannotRun("cannot write to standard output");
}

void flush() {
  if (std::fflush(stdout) != 0) throw base::CannotRun("cannot write to standard output");
}

void prepare_report_directory(const std::filesystem::path& directory) {
  base::create_private_directory(directory);
  if (::access(directory.c_str(), W_OK | X_OK) == 0) return;
  throw base::CannotRun(
      fmt::format("the report directory {} is not writable; name another with --report", directory.string()));
}

void check_plan_can_be_written(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  std::error_code unseen;
  if (::access(folder.c_str(), W_OK | X_OK) == 0 && !std::filesystem::is_directory(file, unseen)) return;
  throw base::CannotRun(fmt::format("the plan cannot be written to {}; name another file with --out", file.string()));
}

void write_reports(const job::Job& job, const model::Reconciliation& result) {
  for (const std::string& format : job.report_formats) {
    const auto path = job.report_dir / ("report." + format);
    write_report(path, result, format == "json" ? report::write_json : report::write_csv);
  }
}

void show(const job::Job& job, const model::Reconciliation& result, Output output, const std::string& plan) {
  if (output == Output::json) return report::write_json(result, print);
  report::SummaryOptions options;
  options.colour = colour_wanted() ? report::Colour::yes : report::Colour::no;
  options.report_path = (job.report_dir / "report.json").string();
  options.plan_path = plan;
  print(report::summary(result, options));
}

}  // namespace rostersync::cli
