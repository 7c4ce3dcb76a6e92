// Standard output, and the reports of a run: in files, and as its summary.
#pragma once

#include <string_view>

#include "cli/arguments.hpp"
#include "job/job.hpp"
#include "model/plan.hpp"

namespace rostersync::cli {

// Both throw base::CannotRun where standard output does not take it.
void print(std::string_view text);
void flush();

// Makes the directory of the reports, so that a run that could not be reported is not begun. Throws base::CannotRun.
void prepare_report_directory(const std::filesystem::path& directory);

// Writes each of the configured formats to its file, whole or not at all. Throws base::CannotRun.
void write_reports(const job::Job& job, const model::Reconciliation& result);

// Prints report.json, or the summary for people.
void show(const job::Job& job, const model::Reconciliation& result, Output output);

}  // namespace rostersync::cli
