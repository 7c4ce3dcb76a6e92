#include "sync/undoing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "model/value.hpp"
#include "plan/diff.hpp"

namespace rostersync::sync {

using model::Attribute;
using model::AttributeChange;
using model::OnUpdate;
using model::Outcome;
using model::Presence;
using model::Schema;

namespace {

bool is_create(const std::vector<AttributeChange>& changes) {
  return std::all_of(changes.begin(), changes.end(),
                     [](const AttributeChange& one) { return one.before_presence == Presence::absent; });
}

// What the entry says was written; nothing where it is certain that nothing was.
std::optional<Written::Kind> kind_of(const model::Entry& entry, const model::EntryDetail& detail, bool has_user) {
  if (entry.outcome == Outcome::updated) return Written::Kind::updated;
  if (entry.outcome == Outcome::created) return Written::Kind::created;
  if (entry.outcome != Outcome::failed || detail.changes.empty()) return std::nullopt;
  const bool in_doubt = detail.reason == "unsettled" || detail.reason == "not_kept" || detail.reason == "unverified";
  if (!is_create(detail.changes)) return in_doubt ? std::optional(Written::Kind::updated) : std::nullopt;
  if (has_user) return Written::Kind::created;  // and what a create cannot carry was refused
  return in_doubt ? std::optional(Written::Kind::perhaps_created) : std::nullopt;
}

bool same(const Attribute& attribute, Presence presence, std::string_view text, model::Meaning now) {
  const model::Meaning meant = model::effective(attribute, presence, text);
  return model::same_meaning(attribute, meant.presence, meant.text, now.presence, now.text);
}

// Why what an update replaced cannot be put back; empty: it can.
std::string why_lost(const Attribute& attribute, const AttributeChange& change) {
  if (attribute.type == model::Type::secret) return "is a secret, and nobody knows what it was";
  const bool known = change.before_presence == Presence::value || change.before_presence == Presence::clear;
  if (!attribute.readable || !known) return "cannot be read from the directory, so that nobody knows what it was";
  if (attribute.on_update != OnUpdate::yes) return "is carried by a create only";
  if (change.before_presence == Presence::clear && !attribute.clearable) return "was empty, and cannot be emptied";
  return {};
}

// Something that went out with the create, such as an invitation: only a create carries it, and no read shows it.
bool went_out(const Attribute& attribute, const AttributeChange& change) {
  const bool once = attribute.on_create && attribute.on_update == OnUpdate::no && !attribute.readable;
  return once && change.after_presence == Presence::value && change.after != "false";
}

Undoing of_a_create(const Schema& schema, const Written& written) {
  Undoing undoing;
  for (const AttributeChange& one : written.changes) {
    if (!went_out(schema[one.attribute], one)) continue;
    undoing.lost.push_back(
        fmt::format("{} took effect when they were created, and cannot be taken back", schema[one.attribute].name));
  }
  if (!schema.deactivation) {
    undoing.lost.emplace_back("they were created, and this directory has no way to disable a user");
  } else if (written.kind == Written::Kind::perhaps_created) {
    undoing.lost.emplace_back("whether they were created was never settled; look for them in the directory");
  } else {
    const model::Deactivation& off = *schema.deactivation;
    undoing.back.push_back({off.attribute, Presence::unknown, {}, Presence::value, off.value});
  }
  return undoing;
}

// The attributes that do not have what the run left there.
std::vector<std::string> drift_since(const Schema& schema, const std::vector<AttributeChange>& left,
                                     model::UserView now) {
  std::vector<std::string> names;
  for (const AttributeChange& one : left) {
    const Attribute& attribute = schema[one.attribute];
    if (!attribute.readable) continue;
    if (!same(attribute, one.after_presence, one.after, plan::remote_meaning(schema, now, one.attribute))) {
      names.push_back(attribute.name);
    }
  }
  return names;
}

Undone undo_create(const Schema& schema, const Written& written, const Undoing& undoing, model::UserView now) {
  Undone undone;
  if (plan::is_disabled(schema, now)) {
    undone.state = Undone::State::undone_already;
    return undone;
  }
  undone.drifted = drift_since(schema, written.changes, now);
  if (!undone.drifted.empty()) undone.state = Undone::State::drifted;
  for (AttributeChange one : undoing.back) {
    const model::Meaning meaning = plan::remote_meaning(schema, now, one.attribute);
    one.before_presence = meaning.presence;
    one.before = std::string(meaning.text);
    undone.changes.push_back(std::move(one));
  }
  return undone;
}

// By the rules of any update: no transition that is never sent, nothing without effect.
plan::Difference difference(const Schema& schema, const std::vector<AttributeChange>& back, model::UserView now) {
  std::vector<model::AttributeIndex> columns;
  for (const AttributeChange& one : back) columns.push_back(one.attribute);
  model::Users desired(schema.size(), columns);
  desired.add();
  for (const AttributeChange& one : back) desired.set(0, one.attribute, one.after_presence, one.after);
  return plan::diff(schema, {&desired, 0}, now);
}

}  // namespace

std::vector<Written> written_by(const model::Reconciliation& run) {
  std::vector<Written> all;
  for (model::Row row = 0; row < run.end_row(); ++row) {
    const model::Orphan* orphan = run.orphan(row);
    const model::EntryDetail* detail = run.find_detail(row);
    if (detail == nullptr || (orphan != nullptr && !orphan->departs)) continue;
    const std::string user_id(run.user_id(row));
    const auto kind = kind_of(run.entry(row), *detail, !user_id.empty());
    if (!kind) continue;
    all.push_back({*kind, std::string(run.key(row)), user_id, run.entry(row).line, detail->changes, {}});
    for (const model::Warning& warning : detail->warnings) {
      if (warning.code == plan::loses_effect) all.back().gone.push_back(warning.message);
    }
  }
  return all;
}

Undoing undoing_of(const Schema& schema, const Written& written) {
  if (written.kind != Written::Kind::updated) return of_a_create(schema, written);
  Undoing undoing;
  undoing.lost = written.gone;
  for (const AttributeChange& one : written.changes) {
    const std::string why = why_lost(schema[one.attribute], one);
    if (why.empty()) {
      undoing.back.push_back({one.attribute, one.after_presence, one.after, one.before_presence, one.before});
    } else {
      undoing.lost.push_back(fmt::format("{} {}", schema[one.attribute].name, why));
    }
  }
  return undoing;
}

Undone undo(const Schema& schema, const Written& written, const Undoing& undoing, model::UserView now) {
  if (written.kind != Written::Kind::updated) return undo_create(schema, written, undoing, now);
  Undone undone;
  bool any = false;
  for (const AttributeChange& one : undoing.back) {
    const Attribute& attribute = schema[one.attribute];
    const model::Meaning meaning = plan::remote_meaning(schema, now, one.attribute);
    if (same(attribute, one.after_presence, one.after, meaning)) continue;
    any = true;
    if (!same(attribute, one.before_presence, one.before, meaning)) undone.drifted.push_back(attribute.name);
  }
  if (!undone.drifted.empty() || !any) {
    undone.state = any ? Undone::State::drifted : Undone::State::undone_already;
    return undone;
  }
  plan::Difference made = difference(schema, undoing.back, now);
  for (model::Warning& warning : made.warnings) {
    if (warning.code != "matched_disabled") undone.lost.push_back(std::move(warning.message));
  }
  undone.changes = std::move(made.changes);
  if (undone.changes.empty()) undone.state = Undone::State::nothing_possible;
  return undone;
}

}  // namespace rostersync::sync
