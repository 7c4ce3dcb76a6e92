#include "sync/identify.hpp"

#include <unordered_map>

#include "sync/remember.hpp"

namespace rostersync::sync {

using model::Outcome;
using model::Row;

namespace {

using Links = std::unordered_map<std::string, std::string>;

Links known_links(Session& session) {
  store::Memory* const known = memory(session);
  return known == nullptr ? Links{} : known->links();
}

const model::TextColumn* stable_keys(const Session& session) {
  if (session.roster) return &session.roster->stable_keys;
  return session.stable_keys ? &*session.stable_keys : nullptr;
}

// By stable key, those that the run's rows stand for.
Links links_of(const model::Reconciliation& run, const model::TextColumn& keys) {
  Links links;
  for (Row row = 0; row < run.entries.size() && row < keys.size(); ++row) {
    const Outcome outcome = run.entries[row].outcome;
    if (outcome == Outcome::conflict || outcome == Outcome::rejected) continue;
    if (!keys[row].empty() && !run.user_id(row).empty()) links[std::string(keys[row])] = run.user_id(row);
  }
  return links;
}

}  // namespace

void identify(Session& session, plan::Options& options) {
  options.identity.stable_keys = stable_keys(session);
  if (options.identity.stable_keys != nullptr && !options.identity.stable_keys->empty()) {
    options.identity.links = known_links(session);
  }
  if (store::Memory* const known = memory(session)) options.acceptances.settled = known->settled();
}

void note_decisions(Session& session, const plan::Planner& planner) {
  for (plan::Decision& one : planner.decisions()) session.settled.push_back({one.key, one.user_id});
}

void remember_decisions(Session& session) {
  store::Lesson lesson;
  lesson.settled.keep = std::move(session.settled);
  session.settled.clear();
  keep(session, lesson);
}

// A number that HR gave anew takes the place of the one that the user was known by.
void learn_links(Session& session) {
  const model::TextColumn* const keys = stable_keys(session);
  if (keys == nullptr || keys->empty()) return;
  const Links known = known_links(session);
  const Links now = links_of(session.result, *keys);
  std::unordered_map<std::string, std::string> by_user;
  for (const auto& [key, user_id] : now) {
    by_user[user_id] = key;
    const auto before = known.find(key);
    if (before == known.end() || before->second != user_id) session.lesson.links.keep.push_back({key, user_id});
  }
  for (const auto& [key, user_id] : known) {
    if (by_user.contains(user_id) && !now.contains(key)) session.lesson.links.forget.push_back(key);
  }
}

}  // namespace rostersync::sync
