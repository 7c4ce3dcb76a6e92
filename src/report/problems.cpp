#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "report/page.hpp"
#include "report/text.hpp"

namespace rostersync::report {

namespace {

using model::Outcome;

constexpr std::size_t max_named = 3;    // rows named where a group of rows is counted
constexpr std::size_t max_faults = 10;  // faults shown of one row
constexpr std::size_t indent = 6;

bool is_problem(Outcome outcome) {
  return outcome == Outcome::rejected || outcome == Outcome::conflict || outcome == Outcome::failed;
}

// "HTTP 403, 3 attempts, request abc": what the API's owner will ask for.
std::string evidence(const model::Entry& entry, const model::EntryDetail* detail) {
  std::string out;
  if (entry.http_status != 0) out = fmt::format("HTTP {}", entry.http_status);
  if (entry.attempts > 1) out += fmt::format("{}{}", out.empty() ? "" : ", ", counted(entry.attempts, "attempt"));
  if (detail != nullptr && !detail->request_ids.empty()) {
    out += fmt::format("{}request {}", out.empty() ? "" : ", ", shorten(visible(detail->request_ids.back()), 50));
  }
  return out.empty() ? out : fmt::format(" ({})", out);
}

void append_faults(Page& page, const std::vector<model::Fault>& faults) {
  for (std::size_t i = 0; i < faults.size() && i < max_faults; ++i) {
    page.text += paragraph(fmt::format("{} ({})", to_text(faults[i]), faults[i].reason), indent);
  }
  if (faults.size() > max_faults) page.line(fmt::format("{:{}}… and {} more", "", indent, faults.size() - max_faults));
}

void append_problem(Page& page, model::Row row) {
  const RowFacts facts = facts_of(page.run, row);
  const bool rejected = facts.entry->outcome == Outcome::rejected && facts.detail != nullptr;
  const bool has_own_words = facts.detail != nullptr && !facts.detail->message.empty();
  std::string head = fmt::format("  {:<8}", model::to_string(facts.entry->outcome));
  head = page.painted(Ink::red, head) + "  " + who(page.run, row);
  if (!facts.reason.empty() && (has_own_words || !rejected)) head += ": " + visible(facts.reason);
  page.line(head + evidence(*facts.entry, facts.detail));
  if (has_own_words) page.text += paragraph(facts.message, indent);
  if (rejected) append_faults(page, facts.detail->faults);
  if (const auto* acknowledged = page.run.acknowledged(row)) {
    page.text += paragraph("acknowledged: " + to_text(acknowledged), indent);
  }
}

// Rows that share a reason or a code: how many, which to look at first, and the words of the first.
struct Group {
  std::uint64_t count = 0;
  std::vector<model::Row> first;
  std::vector<std::string> messages;  // of those
  bool alike = true;                  // all rows have the first one's

  void add(model::Row row, const std::string& words) {
    ++count;
    alike = alike && (messages.empty() || messages.front() == words);
    if (first.size() >= max_named) return;
    first.push_back(row);
    messages.push_back(words);
  }
};

void append_group(Page& page, std::string_view name, const Group& group) {
  std::string rows;
  for (const model::Row row : group.first) {
    rows += fmt::format("{}{}", rows.empty() ? "row " : ", ", std::uint64_t{row} + 1);
  }
  if (group.count > group.first.size()) rows += ", …";
  if (group.count == 1) rows = who(page.run, group.first.front());
  const std::string shown = name.empty() ? "no reason given" : visible(name);
  page.line(fmt::format("  {}: {} ({})", shown, counted(group.count, "row"), rows));
  for (std::size_t i = 0; i < (group.alike ? 1 : group.messages.size()); ++i) {
    if (group.messages[i].empty()) continue;
    const std::string of = group.alike ? "" : fmt::format("row {}: ", std::uint64_t{group.first[i]} + 1);
    page.text += paragraph(of + group.messages[i], indent);
  }
}

}  // namespace

std::uint64_t acknowledged_problems(const model::Reconciliation& run) {
  std::uint64_t count = 0;
  for (model::Row row = 0; row < run.entries.size(); ++row) {
    if (is_problem(run.entries[row].outcome) && run.acknowledged(row) != nullptr) ++count;
  }
  return count;
}

void append_problems(Page& page) {
  const std::uint64_t count =
      page.totals.of(Outcome::rejected) + page.totals.of(Outcome::conflict) + page.totals.of(Outcome::failed);
  if (count == 0) return;
  std::string head = fmt::format("Problems: {}", counted(count, "row"));
  if (page.acknowledged > 0) head += fmt::format(", {} of them acknowledged", page.acknowledged);
  page.line(page.painted(Ink::red, head));
  std::size_t shown = 0;
  for (const bool acknowledged : {false, true}) {  // what is new comes first
    for (model::Row row = 0; row < page.run.entries.size() && shown < page.options.max_problems; ++row) {
      if (!is_problem(page.run.entries[row].outcome)) continue;
      if ((page.run.acknowledged(row) != nullptr) != acknowledged) continue;
      append_problem(page, row);
      ++shown;
    }
  }
  if (count > shown)
    page.line(page.painted(Ink::faint, fmt::format("  … and {} more, in the full report", count - shown)));
  page.gap();
}

void append_skipped(Page& page) {
  if (page.totals.of(Outcome::skipped) == 0 || page.run.run.command == "validate") return;
  std::map<std::string, Group> by_reason;
  for (std::size_t i = 0; i < page.run.entries.size(); ++i) {
    if (page.run.entries[i].outcome != Outcome::skipped) continue;
    const RowFacts facts = facts_of(page.run, static_cast<model::Row>(i));
    by_reason[facts.reason].add(static_cast<model::Row>(i), facts.message);
  }
  page.line(page.painted(Ink::yellow, fmt::format("Skipped: {}", counted(page.totals.of(Outcome::skipped), "row"))));
  for (const auto& [reason, group] : by_reason) append_group(page, reason, group);
  page.gap();
}

void append_warnings(Page& page) {
  std::map<std::string, Group> by_code;
  for (std::size_t i = 0; i < page.run.entries.size(); ++i) {
    const model::EntryDetail* detail = page.run.find_detail(static_cast<model::Row>(i));
    if (detail == nullptr) continue;
    for (const model::Warning& warning : detail->warnings) {
      by_code[warning.code].add(static_cast<model::Row>(i), warning.message);
    }
  }
  if (by_code.empty() && page.run.warnings.empty()) return;
  page.line(page.painted(Ink::yellow, "Warnings"));
  for (const model::Warning& warning : page.run.warnings) {
    page.text += paragraph(fmt::format("{}: {}", warning.code, warning.message), 2);
  }
  for (const auto& [code, group] : by_code) append_group(page, code, group);
  page.gap();
}

}  // namespace rostersync::report
