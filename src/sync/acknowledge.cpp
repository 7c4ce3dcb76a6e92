#include "sync/acknowledge.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::sync {

using job::Acknowledgement;
using model::Outcome;
using model::Row;

namespace {

bool has_run_out(const Acknowledgement& one, const std::string& today) {
  return one.until && *one.until < today;
}

// What names a row -> the acknowledgement. The first one of a name counts.
class Names {
 public:
  Names(const std::vector<Acknowledgement>& all, const model::Attribute& key, const std::string& today) : key_(key) {
    for (const Acknowledgement& one : all) {
      if (has_run_out(one, today)) continue;
      exact_.emplace(one.key, &one);
      by_key_.emplace(model::comparable(key_, one.key), &one);
    }
  }

  bool empty() const { return exact_.empty(); }
  const Acknowledgement* by_key(std::string_view key) const { return find(by_key_, model::comparable(key_, key)); }
  const Acknowledgement* exactly(std::string_view name) const { return find(exact_, std::string(name)); }

 private:
  using Index = std::unordered_map<std::string, const Acknowledgement*>;
  static const Acknowledgement* find(const Index& index, const std::string& name) {
    const auto found = name.empty() ? index.end() : index.find(name);
    return found == index.end() ? nullptr : found->second;
  }

  const model::Attribute& key_;
  Index exact_;
  Index by_key_;
};

const Acknowledgement* in_roster(const Names& names, const roster::Roster& roster, Row row) {
  if (const auto* one = names.exactly(roster.users.text(row, model::id_attribute))) return one;
  if (!roster.stable_keys.empty()) {
    if (const auto* one = names.exactly(roster.stable_keys[row])) return one;
  }
  const auto raw = roster.raw_keys.find(row);
  return raw == roster.raw_keys.end() ? nullptr : names.by_key(raw->second);
}

const Acknowledgement* of_row(const Names& names, const model::Reconciliation& result, const roster::Roster* roster,
                              Row row) {
  if (const auto* one = names.by_key(result.key(row))) return one;
  if (const auto* one = names.exactly(result.user_id(row))) return one;
  return roster == nullptr ? nullptr : in_roster(names, *roster, row);
}

// Nobody is needed, and nobody could have been. What was only planned, withheld or left out may yet fail.
bool is_in_order(const model::Reconciliation& result, Row row) {
  static const std::set<std::string> settled = {"inactive", "duplicate_row", "merged", "create_disabled"};
  switch (result.entries[row].outcome) {
    case Outcome::unchanged:
    case Outcome::created:
    case Outcome::updated:
      return true;
    case Outcome::skipped:
      return settled.contains(result.find_detail(row)->reason);
    default:
      return false;
  }
}

void warn(model::Reconciliation& result, std::string code, std::string message) {
  const bool told = std::any_of(result.warnings.begin(), result.warnings.end(),
                                [&](const auto& one) { return one.code == code && one.message == message; });
  if (!told) result.warnings.push_back({std::move(code), std::move(message)});
}

}  // namespace

void mark_acknowledged(model::Reconciliation& result, const std::vector<Acknowledgement>& acknowledgements,
                       const roster::Roster* roster, const std::string& today) {
  const Names names(acknowledgements, (*result.schema)[result.schema->key], today);
  if (names.empty()) return;
  for (Row row = 0; row < result.entries.size(); ++row) {
    const Acknowledgement* one = of_row(names, result, roster, row);
    if (one != nullptr) result.detail(row).acknowledged = model::Acknowledged{one->key, one->reason, one->until};
  }
}

void warn_of_acknowledgements(model::Reconciliation& result, const std::vector<Acknowledgement>& acknowledgements,
                              const std::string& today) {
  std::set<std::string> marked;
  for (Row row = 0; row < result.entries.size(); ++row) {
    const model::EntryDetail* detail = result.find_detail(row);
    if (detail != nullptr && detail->acknowledged) marked.insert(detail->acknowledged->key);
  }
  for (const Acknowledgement& one : acknowledgements) {
    if (has_run_out(one, today)) {
      warn(result, "acknowledgement_expired",
           fmt::format("{} was acknowledged until {} ({}) and is no longer; mend its row, or move the date in "
                       "\"acknowledge\"",
                       text::quoted(one.key), *one.until, one.reason));
    } else if (!marked.contains(one.key) && result.run.command != "validate") {  // which knows nobody's id
      warn(result, "acknowledgement_unused",
           fmt::format("{} is acknowledged ({}), and no row has this key, id or stable key; remove it from "
                       "\"acknowledge\"",
                       text::quoted(one.key), one.reason));
    }
  }
}

void warn_of_needless_acknowledgements(model::Reconciliation& result) {
  struct Named {
    Row first = 0;
    std::string reason;
    bool needed = false;
  };
  std::map<std::string, Named> by_key;
  for (Row row = 0; row < result.entries.size(); ++row) {
    const model::EntryDetail* detail = result.find_detail(row);
    if (detail == nullptr || !detail->acknowledged) continue;
    Named& named =
        by_key.try_emplace(detail->acknowledged->key, Named{row, detail->acknowledged->reason}).first->second;
    named.needed = named.needed || !is_in_order(result, row);
  }
  for (const auto& [key, named] : by_key) {
    if (named.needed) continue;
    warn(result, "acknowledgement_unused",
         fmt::format("{} is acknowledged ({}), and row {} needs nobody any more; remove it from \"acknowledge\"",
                     text::quoted(key), named.reason, std::uint64_t{named.first} + 1));
  }
}

std::string today_of(const Session& session) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(session.world.clock.wall())));
}

}  // namespace rostersync::sync
