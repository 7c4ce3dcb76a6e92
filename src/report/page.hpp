// The summary while it is being written: what it tells of, how it is painted, and the text so far.
#pragma once

#include <string>
#include <string_view>

#include "model/plan.hpp"
#include "report/report.hpp"
#include "report/row.hpp"

namespace rostersync::report {

enum class Ink { plain, bold, faint, green, yellow, red };

struct Page {
  const model::Reconciliation& run;
  const SummaryOptions& options;
  model::Totals totals;
  std::uint64_t acknowledged = 0;  // problems that somebody knows of
  std::string text;

  bool dry_run() const { return run.run.dry_run && run.run.command != "validate"; }
  std::string painted(Ink ink, std::string_view words) const;
  void line(std::string_view words);  // `words` and a newline
  void gap() { line({}); }
};

// "3 rows", "1 row".
std::string counted(std::uint64_t count, std::string_view noun);

// "created"; in a dry run "would be created"; where there is no directory to match, an unchanged row is "valid".
std::string_view words_for(const Page& page, model::Outcome outcome);

// "row 7, line 9, arthur@kaamelott.com": how a row is named to people.
std::string who(const model::Reconciliation& run, model::Row row);

// Every created and updated user with the differences, then how many more there are.
void append_changes(Page& page);

// Rejected, conflicting and failed rows that somebody knows of.
std::uint64_t acknowledged_problems(const model::Reconciliation& run);

// Rows that a person must look at, skipped rows, and warnings.
void append_problems(Page& page);
void append_skipped(Page& page);
void append_warnings(Page& page);

// The users that no row points to, and what becomes of them.
void append_orphans(Page& page);

}  // namespace rostersync::report
