// Pure renderers of a Reconciliation: report.json (schema "rostersync.report/1"), report.csv, and the terminal's
// summary.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/plan.hpp"

namespace rostersync::report {

using Sink = std::function<void(std::string_view)>;

// Streams report.json: {schema, run, totals, http, directory, warnings, orphans, entries}, one entry a line.
void write_json(const model::Reconciliation& reconciliation, const Sink& sink);

// Streams report.csv: header and one line a row, RFC 4180 with CRLF; a text that a spreadsheet would take for a formula
// is prefixed with an apostrophe.
void write_csv(const model::Reconciliation& reconciliation, const Sink& sink);

enum class Colour { no, yes };

struct SummaryOptions {
  Colour colour = Colour::no;
  std::size_t max_changes = 50;   // users shown with their differences; the rest are counted
  std::size_t max_problems = 50;  // rejected, conflicting, failed rows shown
  std::string report_path = {};   // where the full report lies; empty: not mentioned
  std::string plan_path = {};     // where the plan of a dry run was saved; empty: nowhere
};

// What a person reads: differences as terraform shows them, then problems, then totals, then what to do next.
std::string summary(const model::Reconciliation& reconciliation, const SummaryOptions& options);

// A value for people: texts quoted, secrets as (secret), null as (none).
std::string display(const model::Attribute& attribute, model::Presence presence, std::string_view canonical);

}  // namespace rostersync::report
