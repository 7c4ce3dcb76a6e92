#include "plan/planner.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace rostersync::plan {

using model::Presence;
using model::Row;
using model::UserView;

Planner::Planner(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected,
                 Options options)
    : schema_(schema),
      roster_(roster),
      rejected_(rejected),
      options_(std::move(options)),
      matcher_(schema, roster, rejected, options_.identity),
      state_(roster.size()),
      unread_(roster.size()),
      departures_(schema, options_.missing, options_.protect, options_.own_user_id, roster.columns()),
      namesakes_(schema) {
  for (const auto& [key, former] : options_.acceptances.renames) renamed_from_[former].push_back(key);
  for (const auto& [key, user] : options_.acceptances.settled) {
    if (user) settled_on_[*user].push_back(key);
  }
}

void Planner::begin_listing() {
  std::fill(state_.begin(), state_.end(), State{});
  unread_.assign(unread_.size(), false);
  guesses_.clear();
  pending_.clear();
  failures_.clear();
  ids_.clear();
  departures_.clear();
  namesakes_.clear();
  former_users_.clear();
  searched_.clear();
  listed_ = 0;
  disabled_ = 0;
}

bool Planner::needs_looking_up(Row row) const {
  return matcher_.sharing(row) == Sharing::alone && !rejected_[row];
}

// Gives the row to the user; a second, different one is a rival.
bool Planner::claim(Row row, std::string_view id) {
  State& state = state_[row];
  if (state.user.presence() == Presence::value && ids_.text(state.user) != id) {
    state.rival = ids_.add(Presence::value, id);
    return false;
  }
  if (state.user.presence() != Presence::value) state.user = ids_.add(Presence::value, id);
  return true;
}

bool Planner::offer(UserView remote, Seen seen) {
  const std::string_view id = remote.text(model::id_attribute);
  const std::string_view key = remote.text(schema_.key);
  if (id.empty()) {
    throw base::CannotRun("the directory answered with a user who has no id, and could not be told from others");
  }
  if (seen == Seen::listed) {
    ++listed_;
    if (is_disabled(schema_, remote)) ++disabled_;
  }
  const Matcher::Found found = matcher_.find(id, key);
  for (const Row row : found.rivals) state_[row].rival = ids_.add(Presence::value, id);
  bool needs_full_read = false;
  if (!found.pointed_to() && (seen == Seen::listed || departures_.awaits(std::string(id)))) {
    needs_full_read = departures_.add(remote);
    namesakes_.add(remote);
  }
  const auto claimants = std::count_if(found.rows.begin(), found.rows.end(),
                                       [&](Row row) { return matcher_.sharing(row) != Sharing::repeats; });
  for (const Row row : found.rows) {
    if (!claim(row, id)) continue;
    if (claimants > 1) state_[row].rival = state_[row].user;
    if (!needs_looking_up(row)) continue;
    needs_full_read = compare(row, remote) || needs_full_read;
  }
  return take_guesses_of(found, remote) || needs_full_read;
}

bool Planner::compare(Row row, UserView remote) {
  const UserView desired{&roster_, row};
  Difference difference = diff(schema_, desired, remote, options_.write_only);
  pending_.erase(row);
  unread_[row] = true;
  if (!difference.unknown.empty()) return true;
  Pending pending;
  if (!difference.changes.empty()) {
    const Protected guarded = is_protected(schema_, options_.protect, desired, remote);
    if (guarded == Protected::unknown) return true;
    pending.protected_user = guarded == Protected::yes;
    pending.planned_on = model::fingerprint(schema_, roster_.columns(), remote);
  }
  unread_[row] = false;
  give_up(remote.text(model::id_attribute), difference, pending);
  const bool nothing_to_say = difference.changes.empty() && pending.given_up.empty() && difference.warnings.empty() &&
                              difference.assumed.empty() && pending.outdated.empty();
  if (nothing_to_say) return false;
  pending.changes = std::move(difference.changes);
  pending.warnings = std::move(difference.warnings);
  pending.assumed = std::move(difference.assumed);
  pending.remote_key = std::string(remote.text(schema_.key));
  pending_.emplace(row, std::move(pending));
  return false;
}

// Takes out what was sent often enough, but for people whom --only names: that is to be tried once more.
void Planner::give_up(std::string_view user_id, Difference& difference, Pending& pending) const {
  if (options_.writings == nullptr) return;
  const bool asked_for = !options_.only.empty();
  for (const model::Written* before : options_.writings->of(user_id)) {
    const auto found = std::find_if(difference.changes.begin(), difference.changes.end(), [&](const auto& change) {
      return schema_[change.attribute].name == before->attribute;
    });
    const Effort made =
        found == difference.changes.end() ? Effort::first : effort(schema_[found->attribute], before, *found);
    if (made == Effort::first) pending.outdated.push_back(before);
    if (made != Effort::none || asked_for) continue;
    pending.given_up.push_back(std::move(*found));
    difference.changes.erase(found);
  }
}

void Planner::fail(Row row, std::uint16_t http_status, std::string reason, std::string message) {
  failures_[row] = {http_status, std::move(reason), std::move(message)};
}

// A user whose key changed while the directory was being read may have been given to one row and then to another: no
// offer alone shows it.
void Planner::find_shared_users() {
  KeyIndex owners(state_.size());
  constexpr Row ahead = 16;  // memory is asked in time, as in LookAhead
  for (Row row = 0; row < state_.size(); ++row) {
    if (row + 2 * ahead < state_.size()) __builtin_prefetch(ids_.text(state_[row + 2 * ahead].user).data());
    if (row + ahead < state_.size()) owners.ask_for(ids_.text(state_[row + ahead].user));
    if (!matched(row) || matcher_.sharing(row) == Sharing::repeats) continue;
    const std::string_view id = ids_.text(state_[row].user);
    owners.for_each(id, [&](Row other) {
      if (ids_.text(state_[other].user) != id) return;
      state_[row].rival = state_[row].user;
      state_[other].rival = state_[other].user;
    });
    owners.add(id, row);
  }
}

std::vector<Unmatched> Planner::orphans() const {
  std::vector<Unmatched> sorted = departures_.everybody();
  // Listed under a key that no row has, and seen again under one that a row has.
  std::vector<bool> pointed_to(sorted.size());
  const auto note = [&](model::Cell cell) {
    if (cell.presence() != Presence::value) return;
    const std::string_view id = ids_.text(cell);
    const auto found =
        std::lower_bound(sorted.begin(), sorted.end(), id,
                         [](const Unmatched& user, std::string_view wanted) { return user.id < wanted; });
    if (found != sorted.end() && found->id == id) pointed_to[static_cast<std::size_t>(found - sorted.begin())] = true;
  };
  for_owned(note);
  std::size_t at = 0;
  sorted.erase(std::remove_if(sorted.begin(), sorted.end(), [&](const Unmatched&) { return pointed_to[at++]; }),
               sorted.end());
  const std::set<std::string> renamed = probably_renamed();
  std::erase_if(sorted, [&](const Unmatched& user) { return renamed.contains(user.id); });
  return sorted;
}

std::size_t Planner::bytes() const {
  return matcher_.bytes() + state_.capacity() * sizeof(State) + unread_.capacity() / 8 + ids_.bytes();
}

}  // namespace rostersync::plan
