#include <fmt/format.h>

#include <utility>

#include "report/page.hpp"
#include "report/report.hpp"
#include "report/text.hpp"

namespace rostersync::report {

namespace {

using model::Outcome;

std::string roster_line(const model::RosterFacts& roster) {
  std::string words = fmt::format("Roster {}: {}", visible(roster.path), counted(roster.rows, "row"));
  for (const std::string& fact : {roster.format, roster.encoding}) {
    if (!fact.empty()) words += ", " + visible(fact);
  }
  if (!roster.delimiter.empty()) words += fmt::format(", delimiter {}", in_quotes(roster.delimiter));
  return words;
}

void append_header(Page& page) {
  const model::RunFacts& run = page.run.run;
  std::string title = "rostersync " + visible(run.command);
  if (!run.profile.empty()) title += fmt::format(": {}", visible(run.profile));
  if (!run.base_url.empty()) title += fmt::format(" at {}", visible(run.base_url));
  page.line(page.painted(Ink::bold, title));
  if (!run.plan.empty()) {
    page.line(fmt::format("Plan {}: {}", visible(run.plan), counted(run.roster.rows, "row")));
  } else if (!run.undoes.empty()) {
    page.line(fmt::format("Undoing the run {}: {}", visible(run.undoes), counted(run.roster.rows, "row")));
  } else if (!run.roster.path.empty()) {
    page.line(roster_line(run.roster));
  }
  if (page.dry_run()) page.line(page.painted(Ink::bold, "DRY RUN: nothing was written."));
  page.gap();
}

void append_totals(Page& page) {
  std::string words = counted(page.totals.rows, "row") + ":";
  std::string_view separator = " ";
  for (const Outcome outcome : model::all_outcomes) {
    const std::uint64_t count = page.totals.of(outcome);
    const bool always = outcome == (page.run.run.command == "validate" ? Outcome::skipped : Outcome::unchanged);
    if (count == 0 && !always) continue;
    words += fmt::format("{}{} {}", separator, count, words_for(page, outcome));
    separator = ", ";
  }
  page.line(page.painted(Ink::bold, words));
  const model::HttpFacts& http = page.run.http;
  if (http.requests == 0) return;
  std::string traffic = fmt::format("{} ({}, {}", counted(http.requests, "request"), counted(http.reads, "read"),
                                    counted(http.writes, "write"));
  if (http.retries > 0) traffic += fmt::format(", {} {}", http.retries, http.retries == 1 ? "retry" : "retries");
  if (http.throttled > 0) traffic += fmt::format(", {} throttled", http.throttled);
  page.line(fmt::format("{}) in {:.1f} s", traffic, http.seconds));
}

std::uint64_t problem_count(const model::Totals& totals) {
  return totals.of(Outcome::rejected) + totals.of(Outcome::conflict) + totals.of(Outcome::failed);
}

std::string verdict_when_known(const Page& page) {
  const std::string rows = counted(page.acknowledged, "row");
  const char* are = page.acknowledged == 1 ? "is" : "are";
  if (page.run.run.command == "validate")
    return fmt::format("The roster is valid, but for {} that {} acknowledged.", rows, are);
  return fmt::format("{}, but for {} that {} acknowledged.", page.dry_run() ? "Nothing to do" : "Done", rows, are);
}

std::string verdict_when_well(const Page& page) {
  const bool skipped = page.totals.of(Outcome::skipped) > 0;
  if (page.acknowledged > 0) return verdict_when_known(page);
  if (page.run.run.command == "validate") return "The roster is valid.";
  if (!page.run.run.plan.empty())
    return skipped ? "Done, but for what was left out on request." : "Done: the plan is carried out.";
  if (!page.run.run.undoes.empty()) {
    return page.dry_run() ? "Nothing to do: nothing is left to undo of that run."
                          : "Done: what that run changed, and can be undone, is undone.";
  }
  if (page.dry_run()) {
    return skipped ? "Nothing to do but what was left out on request."
                   : "Nothing to do: the directory matches the roster.";
  }
  return skipped ? "Done, but for the rows left out on request." : "Done: the directory matches the roster.";
}

std::string verdict_when_needed(const Page& page) {
  const std::uint64_t problems = problem_count(page.totals) - page.acknowledged;
  if (page.run.run.command == "validate") {
    return fmt::format("{} to be corrected in the roster.", counted(problems, "row"));
  }
  std::string words = problems > 0 ? fmt::format("A person is needed for {}.", counted(problems, "row"))
                                   : "A person is needed: see above for what was withheld or failed.";
  if (!page.run.run.plan.empty()) return words + " The rest is done; plan again for what is listed above.";
  if (!page.dry_run()) return words + " The rest is done; correct what is listed above and run it again.";
  const std::uint64_t ready = page.totals.of(Outcome::planned_create) + page.totals.of(Outcome::planned_update) +
                              page.totals.planned_deactivate;
  if (ready == 0) return words;
  const std::string command =
      page.run.run.undoes.empty() ? "sync" : fmt::format("rollback {} --apply", shell_word(page.run.run.undoes));
  return words + fmt::format(" \"rostersync {}\" would carry out the other {}.", command, counted(ready, "change"));
}

// What became of the run, and what to do next.
std::pair<Ink, std::string> verdict(const Page& page) {
  const model::RunFacts& run = page.run.run;
  switch (run.exit_code) {
    case 0:
      return {Ink::green, verdict_when_well(page)};
    case 2:
      if (!page.options.plan_path.empty()) {
        return {Ink::yellow, fmt::format("To carry this out: rostersync apply {}, with the same options.",
                                         shell_word(page.options.plan_path))};
      }
      if (!run.undoes.empty()) {
        return {Ink::yellow, fmt::format("To carry this out: rostersync rollback {} --apply, with the same options.",
                                         shell_word(run.undoes))};
      }
      return {Ink::yellow, fmt::format("To carry this out: rostersync sync {}, with the same options.",
                                       shell_word(run.roster.path))};
    case 3:
      return {Ink::red, verdict_when_needed(page)};
    case 4:
      return {Ink::red, "REFUSED: nothing was written."};
    case 6:
      return {Ink::red,
              page.dry_run()
                  ? fmt::format("STOPPED EARLY. Nothing was written; run \"rostersync {}\" again.", run.command)
                  : "STOPPED EARLY. What is listed as done is done; \"rostersync resume\" goes on."};
    default:
      return {Ink::red, page.run.http.writes == 0 ? "COULD NOT RUN: nothing was written."
                                                  : "BROKEN OFF. What is listed as done is done."};
  }
}

void append_verdict(Page& page) {
  const auto [ink, words] = verdict(page);
  page.gap();
  page.line(page.painted(ink, words));
  if (!page.run.run.message.empty()) page.text += paragraph(page.run.run.message, 2);
  if (!page.options.report_path.empty()) page.line("Full report: " + visible(page.options.report_path));
}

}  // namespace

std::string summary(const model::Reconciliation& reconciliation, const SummaryOptions& options) {
  Page page{.run = reconciliation,
            .options = options,
            .totals = model::totals(reconciliation),
            .acknowledged = acknowledged_problems(reconciliation),
            .text = {}};
  append_header(page);
  append_changes(page);
  append_problems(page);
  append_skipped(page);
  append_warnings(page);
  append_orphans(page);
  append_totals(page);
  append_verdict(page);
  return std::move(page.text);
}

}  // namespace rostersync::report
