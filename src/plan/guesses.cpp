// Whom a row may mean although nobody has its own id, link or key: somebody who moves to another domain, or of whom a
// person has said so.
#include <algorithm>

#include "model/value.hpp"
#include "plan/planner.hpp"

namespace rostersync::plan {

using model::Presence;
using model::Row;
using model::UserView;

bool Planner::linked(Row row) const {
  return certain(row) && ids_.text(state_[row].user) == matcher_.link(row);
}

std::string Planner::key_of(Row row) const {
  if (roster_.presence(row, schema_.key) != Presence::value) return {};
  return model::comparable(schema_[schema_.key], roster_.text(row, schema_.key));
}

// The key that this run was told the row's user still has; null: none.
const std::string* Planner::former_key(Row row) const {
  if (options_.acceptances.renames.empty()) return nullptr;
  const auto found = options_.acceptances.renames.find(key_of(row));
  return found == options_.acceptances.renames.end() ? nullptr : &found->second;
}

// Whether a person has said that the row is nobody who is there. The latest word counts.
bool Planner::is_newcomer(Row row) const {
  const Acceptances& said = options_.acceptances;
  if (said.newcomers.empty() && said.settled.empty()) return false;
  const std::string key = key_of(row);
  if (said.newcomers.contains(key)) return true;
  const auto settled = said.settled.find(key);
  return settled != said.settled.end() && !settled->second && !said.renames.contains(key);
}

std::string_view Planner::settled_user(Row row) const {
  if (options_.acceptances.settled.empty() || former_key(row) != nullptr) return {};
  const std::string key = key_of(row);
  const auto settled = options_.acceptances.settled.find(key);
  const bool is_told = settled != options_.acceptances.settled.end() && settled->second;
  return is_told && !options_.acceptances.newcomers.contains(key) ? std::string_view(*settled->second)
                                                                  : std::string_view{};
}

std::vector<std::string> Planner::other_keys(Row row) const {
  if (is_newcomer(row)) return {};
  std::vector<std::string> keys = matcher_.keys_before(row);
  if (const std::string* former = former_key(row)) keys.push_back(*former);
  return keys;
}

std::string Planner::searched_name(Row row) const {
  return is_newcomer(row) ? std::string{} : namesakes_.searched_name({&roster_, row});
}

std::vector<Row> Planner::rows_of(UserView remote) const {
  Matcher::Found found = matcher_.find(remote.text(model::id_attribute), remote.text(schema_.key));
  found.rows.insert(found.rows.end(), found.moved.begin(), found.moved.end());
  const auto add = [&](const auto& keys, const std::string& of) {
    const auto told = keys.find(of);
    if (told == keys.end()) return;
    for (const std::string& key : told->second) {
      const std::vector<Row> more = matcher_.with_key(key);
      found.rows.insert(found.rows.end(), more.begin(), more.end());
    }
  };
  add(renamed_from_, model::comparable(schema_[schema_.key], remote.text(schema_.key)));
  add(settled_on_, std::string(remote.text(model::id_attribute)));
  std::sort(found.rows.begin(), found.rows.end());
  found.rows.erase(std::unique(found.rows.begin(), found.rows.end()), found.rows.end());
  return std::move(found.rows);
}

// Gives the row to the user for want of a better one; whether they are the first for that reason, and nobody better was
// seen.
bool Planner::guess(Row row, std::string_view id, By by) {
  const auto [at, first] = guesses_.try_emplace(row);
  Guess& known = at->second;
  if (first || by > known.by) {
    known = {by, ids_.add(Presence::value, id), {}};
  } else if (by < known.by) {
    return false;
  } else if (ids_.text(known.user) != id) {
    known.rival = ids_.add(Presence::value, id);
    return false;
  }
  return !certain(row) && !has_id(row);
}

// Whether the user must be read in full.
bool Planner::take_guess(Row row, By by, UserView remote) {
  return guess(row, remote.text(model::id_attribute), by) && needs_looking_up(row) && compare(row, remote);
}

bool Planner::take_guesses_of(const Matcher::Found& found, UserView remote) {
  bool needs_full_read = false;
  for (const Row row : found.moved) {
    if (!is_newcomer(row)) needs_full_read = take_guess(row, By::domain, remote) || needs_full_read;
  }
  const std::string id(remote.text(model::id_attribute));
  const auto take = [&](const std::vector<std::string>& keys, By by) {
    for (const std::string& key : keys) {
      for (const Row row : matcher_.with_key(key)) {
        if (std::find(found.rows.begin(), found.rows.end(), row) != found.rows.end()) continue;  // theirs already
        if (by == By::earlier_run && settled_user(row) != id) continue;                          // told otherwise since
        needs_full_read = take_guess(row, by, remote) || needs_full_read;
      }
    }
  };
  if (const auto settled = settled_on_.find(id); settled != settled_on_.end() && !found.pointed_to()) {
    take(settled->second, By::earlier_run);
  }
  if (renamed_from_.empty()) return needs_full_read;
  const std::string key = model::comparable(schema_[schema_.key], remote.text(schema_.key));
  if (const auto told = renamed_from_.find(key); told != renamed_from_.end()) {
    former_users_[key] = id;
    take(told->second, By::acceptance);
  }
  return needs_full_read;
}

// Whether a guess has a say: what earlier runs were told, and what moves with a domain, only where nothing says
// otherwise. But of a row's key, and the same at the domain that is left, it would be a guess which of two users is
// meant; and what this run was told is never passed over in silence.
bool Planner::stands(Row row, const Guess& guess) const {
  if (!certain(row)) return !has_id(row);
  return guess.by == By::acceptance || (guess.by == By::domain && !linked(row));
}

void Planner::take_guesses() {
  for (const auto& [row, guess] : guesses_) {
    if (!stands(row, guess)) continue;
    if (!certain(row)) {
      state_[row] = {guess.user, guess.rival};
    } else if (ids_.text(state_[row].user) != ids_.text(guess.user)) {
      state_[row].rival = guess.user;
    }
  }
  guesses_.clear();
}

std::vector<Decision> Planner::decisions() const {
  std::vector<Decision> all;
  for (const std::string& key : options_.acceptances.newcomers) {
    if (!matcher_.with_key(key).empty()) all.push_back({key, std::nullopt});
  }
  for (const auto& [key, former] : options_.acceptances.renames) {
    const auto user = former_users_.find(former);
    if (user == former_users_.end()) continue;
    for (const Row row : matcher_.with_key(key)) {
      const State& state = state_[row];
      const bool alone = needs_looking_up(row) && state.rival.presence() != Presence::value;
      if (alone && certain(row) && ids_.text(state.user) == user->second) all.push_back({key, user->second});
    }
  }
  return all;
}

}  // namespace rostersync::plan
