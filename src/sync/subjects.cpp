#include "sync/subjects.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "model/value.hpp"
#include "plan/protection.hpp"
#include "sync/read_users.hpp"
#include "sync/settings.hpp"

namespace rostersync::sync {

using model::Outcome;
using model::Presence;
using plan::Protected;

namespace {

// The keys that the user has before and after the change, comparable.
std::set<std::string> keys_of(const model::Schema& schema, const model::Change& change) {
  std::set<std::string> keys = {model::comparable(schema[schema.key], change.key)};
  for (const model::AttributeChange& one : change.attributes) {
    if (one.attribute != schema.key) continue;
    if (one.before_presence == Presence::value) keys.insert(model::comparable(schema[schema.key], one.before));
    if (one.after_presence == Presence::value) keys.insert(model::comparable(schema[schema.key], one.after));
  }
  return keys;
}

bool is_named(const model::Schema& schema, const std::set<std::string>& only, const model::Change& change) {
  const auto keys = keys_of(schema, change);
  return only.empty() || std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return only.contains(key); });
}

std::vector<model::AttributeIndex> all_of(const model::Schema& schema) {
  std::vector<model::AttributeIndex> all;
  for (model::AttributeIndex index = 0; index < schema.size(); ++index) all.push_back(index);
  return all;
}

// The user as the change would leave them, as far as it says.
model::Users desired_by(const model::Schema& schema, const model::Change& change) {
  model::Users desired(schema.size(), all_of(schema));
  desired.add();
  for (const auto& one : change.attributes) desired.set(0, one.attribute, one.after_presence, one.after);
  return desired;
}

// The user as they were when the change was planned, as far as it says.
model::Users remote_by(const model::Schema& schema, const model::Change& change) {
  model::Users remote(schema.size(), all_of(schema));
  remote.add();
  for (const model::AttributeIndex index : remote.columns()) remote.set(0, index, Presence::unknown);
  remote.set(0, schema.key, Presence::value, change.key);
  for (const auto& one : change.attributes) {
    if (one.before_presence != Presence::absent) remote.set(0, one.attribute, one.before_presence, one.before);
  }
  return remote;
}

Protected protection_of(const model::Schema& schema, const plan::Options& options, const model::Change& change) {
  const model::Users desired = desired_by(schema, change);
  if (change.action == model::Action::create) {
    return plan::is_protected(schema, options.protect, {&desired, 0}, plan::Defaults{});
  }
  const model::Users remote = remote_by(schema, change);
  return plan::is_protected(schema, options.protect, {&desired, 0}, {&remote, 0});
}

std::vector<model::AttributeIndex> protection_rests_on(const model::Schema& schema, const plan::Options& options) {
  std::vector<model::AttributeIndex> needed = {schema.key};
  for (const plan::Protection& one : options.protect) {
    for (const auto& [index, value] : one.attributes) needed.push_back(index);
  }
  return needed;
}

// The rows of changes to whom the configuration protects.
std::set<model::Row> protected_rows(Session& session, const std::vector<model::Change>& changes,
                                    const plan::Options& options) {
  std::set<model::Row> rows;
  if (options.protect.empty()) return rows;
  const model::Schema& schema = session.order.profile.schema;
  std::vector<const model::Change*> undecided;
  std::vector<UserToRead> users;
  const std::vector<model::AttributeIndex> needed = protection_rests_on(schema, options);
  for (const model::Change& change : changes) {
    const Protected guarded = protection_of(schema, options, change);
    if (guarded == Protected::yes) rows.insert(change.row);
    if (guarded != Protected::unknown) continue;
    undecided.push_back(&change);
    users.push_back({change.user_id, needed});
  }
  read_users(session, users, [&](std::size_t at, const directory::Done& done) {
    if (!done.users) return;  // it will be read again before it is written
    const model::Users desired = desired_by(schema, *undecided[at]);
    const Protected guarded = plan::is_protected(schema, options.protect, {&desired, 0}, {&*done.users, 0});
    if (guarded != Protected::no) rows.insert(undecided[at]->row);
  });
  return rows;
}

void leave_out(model::Reconciliation& result, const model::Change& change, Outcome outcome, std::string reason,
               std::string message) {
  end_entry(result, change.row, outcome, std::move(reason), std::move(message));
  result.detail(change.row).changes = change.attributes;
}

}  // namespace

void account_for_subjects(Session& session, const std::vector<Subject>& subjects) {
  const model::Schema& schema = session.order.profile.schema;
  model::Reconciliation& result = session.result;
  model::Users& users = session.subjects.emplace(schema.size(), std::vector<model::AttributeIndex>{schema.key});
  result.users = &users;
  result.entries.resize(subjects.size());
  result.run.roster.rows = subjects.size();
  for (const Subject& subject : subjects) {
    const model::Row row = users.add();
    if (!subject.key.empty()) users.set(row, schema.key, Presence::value, subject.key);
    if (!subject.user_id.empty()) result.set_user_id(row, subject.user_id);
    result.entries[row].line = subject.line;
  }
}

void end_entry(model::Reconciliation& result, model::Row row, Outcome outcome, std::string reason,
               std::string message) {
  result.entry(row).outcome = outcome;
  model::EntryDetail& detail = result.detail(row);
  detail.reason = std::move(reason);
  detail.message = std::move(message);
}

void narrow(Session& session, std::vector<model::Change>& changes) {
  const model::Schema& schema = session.order.profile.schema;
  const plan::Options options = plan_options(session.order, session.own_user.id);
  const std::set<model::Row> guarded = protected_rows(session, changes, options);
  std::vector<model::Change> kept;
  for (model::Change& change : changes) {
    if (!is_named(schema, options.only, change)) {
      leave_out(session.result, change, Outcome::skipped, "only", "not among those that --only names");
    } else if (!change.user_id.empty() && change.user_id == options.own_user_id) {
      leave_out(session.result, change, Outcome::conflict, "protected",
                "this is the user behind the credentials, who is never written");
    } else if (guarded.contains(change.row)) {
      leave_out(session.result, change, Outcome::conflict, "protected",
                "the configuration protects this user from being written");
    } else if (options.limit && kept.size() >= *options.limit) {
      leave_out(session.result, change, Outcome::skipped, "limit",
                fmt::format("beyond the {} changes that --limit lets this run carry out", *options.limit));
    } else {
      kept.push_back(std::move(change));
    }
  }
  changes = std::move(kept);
}

void check_only(const Session& session, const std::vector<model::Change>& changes) {
  std::set<std::string> unmatched = plan_options(session.order, {}).only;
  for (const model::Change& change : changes) {
    for (const std::string& key : keys_of(session.order.profile.schema, change)) unmatched.erase(key);
  }
  if (unmatched.empty()) return;
  throw base::CannotRun(
      fmt::format("--only {}: none of the changes is of somebody with this key", fmt::join(unmatched, ", ")));
}

std::vector<model::AttributeIndex> attributes_of(const std::vector<model::Change>& changes) {
  std::set<model::AttributeIndex> attributes;
  for (const model::Change& change : changes) {
    for (const auto& one : change.attributes) attributes.insert(one.attribute);
    attributes.insert(change.planned_on.over.begin(), change.planned_on.over.end());
  }
  return {attributes.begin(), attributes.end()};
}

}  // namespace rostersync::sync
