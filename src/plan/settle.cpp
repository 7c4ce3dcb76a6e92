// How each row is settled once the directory has been seen.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/value.hpp"
#include "plan/planner.hpp"
#include "plan/rename_words.hpp"

namespace rostersync::plan {

using model::Outcome;
using model::Presence;
using model::Row;

namespace {

constexpr const char* not_sent_any_more = "not sent any more, until the roster or the directory says something else";

}  // namespace

struct Planner::Settling {
  Coverage coverage;
  model::Reconciliation& out;
  std::vector<model::Change> changes;
  std::optional<Owned> owned = std::nullopt;  // made where a new row has namesakes

  void end(Row row, Outcome outcome, std::string reason, std::string message) {
    out.entry(row).outcome = outcome;
    model::EntryDetail& detail = out.detail(row);
    detail.reason = std::move(reason);
    detail.message = std::move(message);
  }

  void warn(Row row, std::vector<model::Warning> warnings) {
    if (warnings.empty()) return;
    auto& all = out.detail(row).warnings;
    all.insert(all.end(), std::make_move_iterator(warnings.begin()), std::make_move_iterator(warnings.end()));
  }
};

std::vector<model::Change> Planner::settle(Coverage coverage, model::Reconciliation& reconciliation) {
  Settling settling{coverage, reconciliation, {}};
  take_guesses();
  find_shared_users();
  for (Row row = 0; row < roster_.size(); ++row) settle_row(row, settling);
  warn_of_unused(settling);
  if (coverage == Coverage::whole) {
    settle_orphans(settling);
  } else {
    count_withheld(settling);
  }
  return std::move(settling.changes);
}

void Planner::settle_row(Row row, Settling& settling) {
  const State& state = state_[row];
  if (state.user.presence() == Presence::value) settling.out.set_user_id(row, ids_.text(state.user));
  const auto failure = failures_.find(row);
  if (rejected_[row]) {
    settling.out.entries[row].outcome = Outcome::rejected;
  } else if (matcher_.sharing(row) != Sharing::alone) {
    Duplicate told = duplicate(row);
    settling.end(row, told.outcome, std::move(told.reason), std::move(told.message));
    settling.warn(row, std::move(told.warnings));
  } else if (failure != failures_.end()) {
    settling.end(row, Outcome::failed, failure->second.reason, failure->second.message);
    settling.out.entries[row].http_status = failure->second.http_status;
  } else if (!matched(row) && has_id(row)) {
    settling.end(row, Outcome::conflict, "unknown_id",
                 fmt::format("the directory has no user with the id {}", roster_.text(row, model::id_attribute)));
  } else if (state.rival.presence() == Presence::value) {
    settle_rival(row, settling);
  } else if (unread_[row]) {
    settling.end(row, Outcome::conflict, "drifted",
                 "the user changed, or could not be read in full, while the directory was being read; run again");
  } else if (matched(row)) {
    settle_matched(row, settling);
  } else {
    settle_new(row, settling);
  }
}

void Planner::settle_rival(Row row, Settling& settling) {
  const std::string_view first = ids_.text(state_[row].user);
  const std::string_view second = ids_.text(state_[row].rival);
  settling.end(row, Outcome::conflict, "ambiguous_match",
               first == second ? fmt::format("another row points to the same user {}", first)
                               : fmt::format("points to two users, {} and {}", first, second));
}

bool Planner::wanted(std::string_view key) const {
  return options_.only.empty() || options_.only.contains(model::comparable(schema_[schema_.key], key));
}

void Planner::settle_matched(Row row, Settling& settling) {
  const auto found = pending_.find(row);
  settling.out.entries[row].outcome = Outcome::unchanged;  // unless there is something to change
  if (found == pending_.end()) return;
  Pending& pending = found->second;
  settling.warn(row, std::move(pending.warnings));
  const std::string_view own_key = roster_.text(row, schema_.key);
  if (wanted(own_key) || wanted(pending.remote_key)) {
    for (const auto attribute : pending.assumed) assumed_.push_back({row, attribute});
  }
  outdated_.insert(outdated_.end(), pending.outdated.begin(), pending.outdated.end());
  if (pending.changes.empty() && pending.given_up.empty()) return;
  const std::string id(ids_.text(state_[row].user));
  if (!options_.update) {
    settling.end(row, Outcome::skipped, "update_disabled", "the configuration says \"update\": false");
  } else if (!wanted(own_key) && !wanted(pending.remote_key)) {
    settling.end(row, Outcome::skipped, "only", "not among those that --only names");
  } else if (id == options_.own_user_id) {
    settling.end(row, Outcome::conflict, "protected", "this is the user behind the credentials, who is never written");
  } else if (pending.protected_user) {
    settling.end(row, Outcome::conflict, "protected", "the configuration protects this user from being written");
  } else if (pending.changes.empty()) {
    settle_given_up(row, pending, settling);
  } else {
    for (const model::Fault& fault : faults_of(id, pending.given_up)) {
      settling.warn(row, {{"not_kept", fmt::format("{}: {}: {}", fault.column, fault.message, not_sent_any_more)}});
    }
    take({row, model::Action::update, id, own_key.empty() ? pending.remote_key : std::string(own_key),
          std::move(pending.changes), std::move(pending.planned_on)},
         settling);
    return;
  }
  model::EntryDetail& detail = settling.out.detail(row);
  detail.changes = std::move(pending.changes);
  detail.changes.insert(detail.changes.end(), pending.given_up.begin(), pending.given_up.end());
}

std::vector<model::Fault> Planner::faults_of(const std::string& user_id,
                                             const std::vector<model::AttributeChange>& given_up) const {
  if (given_up.empty()) return {};
  return not_kept(schema_, *options_.writings, {0, model::Action::update, user_id, {}, given_up});
}

void Planner::settle_given_up(Row row, const Pending& pending, Settling& settling) {
  auto faults = faults_of(std::string(ids_.text(state_[row].user)), pending.given_up);
  settling.end(row, Outcome::skipped, "not_kept", fmt::format("{}: {}", in_words(faults), not_sent_any_more));
  settling.out.detail(row).faults = std::move(faults);
}

bool Planner::would_create(Row row) const {
  if (!needs_looking_up(row) || matched(row) || failures_.contains(row)) return false;
  if (has_id(row)) return false;
  return !not_created(row, creation(schema_, {&roster_, row}, options_.defaults));
}

// Why nobody is made of this row, whatever the directory holds.
std::optional<Planner::NotCreated> Planner::not_created(Row row, const Creation& made) const {
  if (!options_.create) {
    return NotCreated{Outcome::skipped, "create_disabled",
                      "not in the directory, and the configuration says \"create\": false"};
  }
  if (made.inactive) {
    return NotCreated{Outcome::skipped, "inactive",
                      "not in the directory, and the roster calls them inactive: not created"};
  }
  if (!made.missing.empty()) return NotCreated{Outcome::rejected, {}, {}};
  if (!wanted(roster_.text(row, schema_.key))) {
    return NotCreated{Outcome::skipped, "only", "not among those that --only names"};
  }
  if (is_protected(schema_, options_.protect, {&roster_, row}, options_.defaults) != Protected::no) {
    return NotCreated{Outcome::conflict, "protected", "the configuration protects this user from being written"};
  }
  return std::nullopt;
}

void Planner::settle_new(Row row, Settling& settling) {
  Creation made = creation(schema_, {&roster_, row}, options_.defaults);
  settling.warn(row, std::move(made.warnings));
  if (auto why = not_created(row, made)) {
    if (why->outcome == Outcome::rejected) return settle_incomplete(row, made, settling);
    settling.end(row, why->outcome, std::move(why->reason), std::move(why->message));
    return;
  }
  if (auto why = withheld(row, settling)) {
    settling.end(row, why->outcome, std::move(why->reason), std::move(why->message));
    return;
  }
  take({row, model::Action::create, {}, std::string(roster_.text(row, schema_.key)), std::move(made.changes)},
       settling);
}

// Why nobody is made of this row, because of what the directory holds, or may hold.
std::optional<Planner::NotCreated> Planner::withheld(Row row, Settling& settling) const {
  if (settling.coverage == Coverage::unproved) {
    return NotCreated{
        Outcome::skipped, "listing_incomplete",
        "not created, because the listing of the directory was not proved complete and they may be there unseen"};
  }
  const std::string key(roster_.text(row, schema_.key));
  if (const std::string* former = former_key(row)) {
    return NotCreated{Outcome::conflict, "probable_rename", rename_of_nobody(key, *former)};
  }
  if (settling.coverage == Coverage::targeted && !searched_.contains(row) && !searched_name(row).empty()) {
    return NotCreated{Outcome::skipped, "listing_incomplete",
                      "not created, because the directory was not listed and cannot be searched by name, so that they "
                      "may be there under another key; use --fetch list"};
  }
  return perhaps_renamed(row, settling);
}

std::optional<Planner::NotCreated> Planner::perhaps_renamed(Row row, Settling& settling) const {
  if (namesakes_.empty()) return std::nullopt;
  if (!settling.owned) settling.owned.emplace(owned());
  const auto who = namesakes(row, *settling.owned);
  if (who.empty()) return std::nullopt;
  return NotCreated{
      Outcome::conflict, "probable_rename",
      probable_rename(std::string(roster_.text(row, schema_.key)), namesakes_.whole_name({&roster_, row}), who)};
}

// A row that lacks what a new user needs may be of somebody who is there under another key, and needs none of it.
void Planner::settle_incomplete(Row row, const Creation& made, Settling& settling) {
  reject_new(row, made, settling);
  if (settling.coverage == Coverage::unproved) {  // they may be there, and need none of it
    auto why = withheld(row, settling);
    if (why) settling.end(row, why->outcome, std::move(why->reason), std::move(why->message));
    return;
  }
  auto who = settling.coverage == Coverage::whole ? perhaps_renamed(row, settling) : std::nullopt;
  if (who) settling.end(row, who->outcome, std::move(who->reason), std::move(who->message));
}

void Planner::reject_new(Row row, const Creation& made, Settling& settling) {
  settling.out.entries[row].outcome = Outcome::rejected;
  for (const auto index : made.missing) {
    const auto& attribute = schema_[index];
    settling.out.detail(row).faults.push_back(
        {"missing_required", attribute.name,
         fmt::format("a new user needs {}{}", attribute.name, attribute.why.empty() ? "" : ": " + attribute.why)});
  }
}

// What this run was told and what had no effect would otherwise look like something that was settled.
void Planner::warn_of_unused(Settling& settling) const {
  const auto warn = [&](std::string message) {
    settling.out.warnings.push_back({"accept_unused", std::move(message)});
  };
  const std::string& key_name = schema_[schema_.key].name;
  for (const std::string& key : options_.acceptances.newcomers) {
    if (matcher_.with_key(key).empty()) {
      warn(fmt::format("--accept-new {}: no row of the roster has this {}", key, key_name));
    }
  }
  for (const auto& [key, former] : options_.acceptances.renames) {
    const std::vector<Row> rows = matcher_.with_key(key);
    const bool is_there = std::any_of(rows.begin(), rows.end(), [&](Row row) { return matched(row); });
    if (rows.empty()) {
      warn(fmt::format("--accept-rename {}={}: no row of the roster has the {} {}", former, key, key_name, key));
    } else if (!former_users_.contains(former) && !is_there) {
      warn(fmt::format("--accept-rename {}={}: no user of the directory has the {} {}", former, key, key_name, former));
    }
  }
}

// After the rows, so that a --limit is spent on them first.
void Planner::settle_orphans(Settling& settling) {
  std::vector<Departures::Verdict> verdicts;
  for (const Unmatched& user : orphans()) verdicts.push_back(departures_.judge(user, wanted(user.key)));
  auto& told = settling.out.orphans.emplace();
  for (const auto& verdict : verdicts) told.push_back(verdict.orphan);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    Departures::Verdict& verdict = verdicts[i];
    if (!verdict.departs) continue;
    verdict.change.row = settling.out.orphan_row(i);
    if (*verdict.withheld == '\0') {
      take(std::move(verdict.change), settling);
      continue;
    }
    settling.end(verdict.change.row, Outcome::skipped, verdict.withheld, std::move(verdict.message));
    settling.out.detail(verdict.change.row).changes = std::move(verdict.change.attributes);
  }
}

// Who they are cannot be said for certain, so they are only counted.
void Planner::count_withheld(Settling& settling) const {
  if (!options_.only.empty()) return;
  for (const Unmatched& user : orphans()) {
    if (departures_.judge(user, true).departs) ++settling.out.directory.withheld;
  }
}

void Planner::take(model::Change change, Settling& settling) {
  if (options_.limit && settling.changes.size() >= *options_.limit) {
    settling.end(change.row, Outcome::skipped, "limit",
                 fmt::format("beyond the {} changes that --limit lets this run carry out", *options_.limit));
    settling.out.detail(change.row).changes = std::move(change.attributes);
    return;
  }
  settling.out.entry(change.row).outcome = Outcome::pending;
  settling.changes.push_back(std::move(change));
}

}  // namespace rostersync::plan
