#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "report/page.hpp"
#include "report/text.hpp"

namespace rostersync::report {

namespace {

constexpr std::size_t max_orphans = 5;  // named, of those who are left as they are; the rest are counted

// "2 would be disabled, 1 failed, 40 left as they are".
std::string orphan_counts(const model::Totals& totals, std::size_t orphans) {
  std::vector<std::string> words;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count > 0) words.push_back(fmt::format("{} {}", count, what));
  };
  add(totals.deactivated, "disabled");
  add(totals.planned_deactivate, "would be disabled");
  add(totals.deactivate_failed, "could not be disabled");
  add(totals.deactivate_skipped, "not disabled");
  const std::uint64_t departing =
      totals.deactivated + totals.planned_deactivate + totals.deactivate_failed + totals.deactivate_skipped;
  if (departing == 0) return "left as they are";
  add(orphans - departing, "left as they are");
  return fmt::format("{}", fmt::join(words, ", "));
}

// " (would be disabled)", " (not disabled: unreadable_key)", " (the user behind the credentials)".
std::string orphan_words(const Page& page, std::size_t position) {
  const OrphanFacts facts = facts_of_orphan(page.run, position);
  if (facts.outcome == "deactivated") return " (disabled)";
  if (facts.outcome == "planned_deactivate") return " (would be disabled)";
  if (facts.outcome == "deactivate_failed") return fmt::format(" (could not be disabled: {})", visible(facts.message));
  if (facts.outcome == "deactivate_skipped") {
    return fmt::format(" (not disabled: {})", visible(facts.message.empty() ? facts.reason : facts.message));
  }
  if (facts.reason == "own_user") return " (the user behind the credentials)";
  if (facts.reason == "disabled") return " (disabled already)";
  const std::string_view why = facts.message.empty() ? facts.reason : facts.message;
  return why.empty() ? std::string() : fmt::format(" ({})", visible(why));
}

// Those that something was to be done about come first.
std::vector<std::size_t> orphans_to_name(const std::vector<model::Orphan>& orphans) {
  std::vector<std::size_t> order(orphans.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return orphans[i].departs; });
  return order;
}

}  // namespace

void append_orphans(Page& page) {
  if (!page.run.orphans) {
    const bool of_a_plan = !page.run.run.plan.empty() || !page.run.run.undoes.empty();
    if (!page.run.directory.users || of_a_plan) return;  // the directory was not asked who is in it
    page.line("Not in the roster: unknown, for the directory was not read whole.");
    if (page.run.directory.withheld > 0) {
      page.line(fmt::format("{} might have been disabled, had it been.", counted(page.run.directory.withheld, "user")));
    }
    page.gap();
    return;
  }
  const std::vector<model::Orphan>& orphans = *page.run.orphans;
  if (orphans.empty()) return;
  page.line(fmt::format("Not in the roster: {} of the directory, {}", counted(orphans.size(), "user"),
                        orphan_counts(page.totals, orphans.size())));
  const std::vector<std::size_t> order = orphans_to_name(orphans);
  const auto departing = std::count_if(orphans.begin(), orphans.end(), [](const auto& one) { return one.departs; });
  const std::size_t most =
      std::max(max_orphans, std::min(static_cast<std::size_t>(departing), page.options.max_changes));
  for (std::size_t i = 0; i < order.size() && i < most; ++i) {
    const model::Orphan& orphan = orphans[order[i]];
    const std::string words = "  " + shorten(visible(orphan.email.empty() ? orphan.user_id : orphan.email), 80) +
                              orphan_words(page, order[i]);
    page.line(orphan.departs ? page.painted(Ink::yellow, words) : words);
  }
  if (orphans.size() > most) {
    page.line(page.painted(Ink::faint, fmt::format("  … and {} more, in the full report", orphans.size() - most)));
  }
  page.gap();
}

}  // namespace rostersync::report
