// Standard output, and the reports of a run: in files, and as its summary.
#pragma once

#include <filesystem>
#include <string>
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

// So that a plan that could not be kept is not made. Throws base::CannotRun.
void check_plan_can_be_written(const std::filesystem::path& file);

// Writes each of the configured formats to its file, whole or not at all. Throws base::CannotRun.
void write_reports(const job::Job& job, const model::Reconciliation& result);

// Prints report.json, or the summary for people. `plan`: where the plan of a dry run was saved; empty: nowhere.
void show(const job::Job& job, const model::Reconciliation& result, Output output, const std::string& plan = {});

}  // namespace rostersync::cli
