#include "plan/diff.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/value.hpp"

namespace rostersync::plan {

using model::Attribute;
using model::AttributeChange;
using model::AttributeIndex;
using model::OnUpdate;
using model::Presence;
using model::Schema;
using model::UserView;

namespace {

using Value = model::Meaning;

bool says_something(Presence presence) {
  return presence == Presence::value || presence == Presence::clear;
}

const model::Never* forbidden(const Attribute& attribute, Value from, Value to) {
  for (const model::Never& rule : attribute.never) {
    const bool from_fits = !rule.from || (from.presence == Presence::value && from.text == *rule.from);
    const bool to_fits = !rule.to || (to.presence == Presence::value && to.text == *rule.to);
    if (from_fits && to_fits) return &rule;
  }
  return nullptr;
}

bool permits(const model::AppliesWhen& rule, Value value) {
  return value.presence == Presence::value &&
         std::find(rule.values.begin(), rule.values.end(), value.text) != rule.values.end();
}

model::Warning not_applicable(const Schema& schema, const Attribute& attribute, const model::AppliesWhen& rule,
                              Value has) {
  return {"not_applicable", fmt::format("{} has an effect only where {} is {}, and it is {} here: not sent",
                                        attribute.name, schema[rule.attribute].name, fmt::join(rule.values, " or "),
                                        has.presence == Presence::value ? has.text : "empty")};
}

// One diff in progress.
class Differ {
 public:
  Differ(const Schema& schema, UserView desired, UserView remote, const WriteOnly& write_only)
      : schema_(schema), desired_(desired), remote_(remote), write_only_(write_only) {}

  Difference run() {
    for (const AttributeIndex index : desired_.users->columns()) {
      if (compared(index)) compare(index);
      if (recalled(index)) recall(index);
    }
    note_disabled();
    if (!result_.changes.empty()) note_lost_effects();
    return std::move(result_);
  }

 private:
  bool compared(AttributeIndex index) const {
    const Attribute& attribute = schema_[index];
    return index != model::id_attribute && attribute.readable && attribute.on_update == OnUpdate::yes &&
           says_something(desired_.presence(index));
  }

  bool recalled(AttributeIndex index) const {
    return write_only_.recollection != nullptr && updates_unseen(schema_[index], write_only_.on_request) &&
           says_something(desired_.presence(index));
  }

  Value desired(AttributeIndex index) const { return {desired_.presence(index), desired_.text(index)}; }

  // The value after this write, as far as other attributes depend on it.
  Value after(AttributeIndex index) const {
    const Value now = remote_meaning(schema_, remote_, index);
    if (!compared(index) || forbidden(schema_[index], now, desired(index)) != nullptr) return now;
    return model::effective(schema_[index], desired_.presence(index), desired_.text(index));
  }

  void need(AttributeIndex index) {
    if (std::find(result_.unknown.begin(), result_.unknown.end(), index) == result_.unknown.end()) {
      result_.unknown.push_back(index);
    }
  }

  // The rule that takes the attribute's effect away for certain; null if there is none, or none yet.
  const model::AppliesWhen* without_effect(const Attribute& attribute) const {
    const auto found =
        std::find_if(attribute.applies_when.begin(), attribute.applies_when.end(), [&](const auto& rule) {
          const Value value = after(rule.attribute);
          return value.presence != Presence::unknown && !permits(rule, value);
        });
    return found == attribute.applies_when.end() ? nullptr : &*found;
  }

  // Notes what must be read before anything can be said of the attribute; false if nothing must.
  bool undecided(AttributeIndex index, Value now) {
    const bool unread = now.presence == Presence::unknown;
    if (unread) need(index);
    return undecided_by_rules(schema_[index]) || unread;
  }

  bool undecided_by_rules(const Attribute& attribute) {
    bool missing = false;
    for (const model::AppliesWhen& rule : attribute.applies_when) {
      if (after(rule.attribute).presence != Presence::unknown) continue;
      need(rule.attribute);
      missing = true;
    }
    return missing;
  }

  void compare(AttributeIndex index) {
    const Attribute& attribute = schema_[index];
    const Value wanted = desired(index);
    const Value meant = model::effective(attribute, wanted.presence, wanted.text);
    const Value now = remote_meaning(schema_, remote_, index);
    if (model::same_meaning(attribute, meant.presence, meant.text, now.presence, now.text)) return;
    if (const model::AppliesWhen* rule = without_effect(attribute)) {
      result_.warnings.push_back(not_applicable(schema_, attribute, *rule, after(rule->attribute)));
      return;
    }
    if (undecided(index, now)) return;
    if (const model::Never* never = forbidden(attribute, now, wanted)) {
      result_.warnings.push_back({"not_sent", fmt::format("{}: {}", attribute.name, never->why)});
      return;
    }
    result_.changes.push_back({index, now.presence, std::string(now.text), wanted.presence, std::string(wanted.text)});
  }

  // Of what cannot be read back.
  void recall(AttributeIndex index) {
    using Answer = Recollection::Answer;
    const Attribute& attribute = schema_[index];
    const Value wanted = desired(index);
    const Answer answer =
        write_only_.recollection->ask(remote_.text(model::id_attribute), index, wanted.presence, wanted.text);
    if (answer == Answer::current) return;
    if (const model::AppliesWhen* rule = without_effect(attribute)) {
      result_.warnings.push_back(not_applicable(schema_, attribute, *rule, after(rule->attribute)));
      return;
    }
    const Value now{Presence::unknown, {}};
    if (undecided_by_rules(attribute)) return;
    if (const model::Never* never = forbidden(attribute, now, wanted)) {
      result_.warnings.push_back({"not_sent", fmt::format("{}: {}", attribute.name, never->why)});
    } else if (answer == Answer::unknown && write_only_.assume_current) {
      result_.assumed.push_back(index);
    } else {
      result_.changes.push_back({index, now.presence, {}, wanted.presence, std::string(wanted.text)});
    }
  }

  // What the user has, and this write takes the effect of: the directory may drop it, and no before-image of it is
  // kept.
  void note_lost_effects() {
    for (AttributeIndex index = 0; index < schema_.size(); ++index) {
      const Attribute& attribute = schema_[index];
      const Value now = remote_meaning(schema_, remote_, index);
      const model::AppliesWhen* rule = without_effect(attribute);
      if (now.presence != Presence::value || rule == nullptr) continue;
      if (!permits(*rule, remote_meaning(schema_, remote_, rule->attribute))) continue;  // nor had it any before
      const std::string role(after(rule->attribute).text);
      result_.warnings.push_back(
          {loses_effect,
           fmt::format("{} is {} here, and has no effect where {} is {}: the directory may drop it, and "
                       "undoing this run would not bring it back",
                       attribute.name, now.text, schema_[rule->attribute].name, role.empty() ? "empty" : role)});
    }
  }

  void note_disabled() {
    if (!is_disabled(schema_, remote_)) return;
    const AttributeIndex attribute = schema_.deactivation->attribute;
    if (says_something(desired_.presence(attribute))) return;
    result_.warnings.push_back(
        {"matched_disabled", fmt::format("this account is disabled in the directory, and the roster "
                                         "says nothing of {}",
                                         schema_[attribute].name)});
  }

  const Schema& schema_;
  UserView desired_;
  UserView remote_;
  const WriteOnly& write_only_;
  Difference result_;
};

// The value a new user would have: the row's, else the default.
Value value_for_new(UserView desired, const Defaults& defaults, AttributeIndex index) {
  if (says_something(desired.presence(index))) return {desired.presence(index), desired.text(index)};
  const auto found = defaults.find(index);
  if (found != defaults.end()) return {Presence::value, found->second};
  return {};
}

// Whether the row calls a new user inactive and no create can say so.
bool calls_inactive(const Schema& schema, UserView desired, const Defaults& defaults) {
  if (!schema.deactivation) return false;
  const Attribute& attribute = schema[schema.deactivation->attribute];
  const Value value = value_for_new(desired, defaults, schema.deactivation->attribute);
  return !attribute.on_create && value.presence == Presence::value && value.text == schema.deactivation->value &&
         attribute.initial != schema.deactivation->value;
}

bool is_missing(const Schema& schema, UserView desired, const Defaults& defaults, AttributeIndex index) {
  if (index == schema.key) return desired.presence(index) != Presence::value;  // a key is the row's own
  return schema[index].required && value_for_new(desired, defaults, index).presence != Presence::value;
}

// Whether an attribute has a value, or an item of that value if it is a set of texts.
bool holds(const Attribute& attribute, Presence presence, std::string_view text, const std::string& value) {
  if (presence != Presence::value) return false;
  if (attribute.type != model::Type::text_set) return text == value;
  const json::Json items = model::json_from_canonical(attribute, text);
  return std::find(items.begin(), items.end(), json::Json(value)) != items.end();
}

bool sent_for_new(const Attribute& attribute, Value value) {
  if (value.presence != Presence::value) return false;  // a new user has nothing to clear
  if (attribute.on_create) return true;
  return attribute.on_update == OnUpdate::yes && !(attribute.initial && *attribute.initial == value.text);
}

// The rule that takes the attribute's effect away for a user made from this row; null if there is none.
const model::AppliesWhen* without_effect_for_new(const Schema& schema, UserView desired, const Defaults& defaults,
                                                 const Attribute& attribute) {
  const auto rule = std::find_if(attribute.applies_when.begin(), attribute.applies_when.end(), [&](const auto& when) {
    return !permits(when, meaning_for_new(schema, desired, defaults, when.attribute));
  });
  return rule == attribute.applies_when.end() ? nullptr : &*rule;
}

}  // namespace

model::Meaning remote_meaning(const Schema& schema, UserView remote, AttributeIndex index) {
  const Presence presence = remote.presence(index);
  if (presence == Presence::absent) return {Presence::unknown, {}};
  return model::effective(schema[index], presence, remote.text(index));
}

model::Meaning meaning_for_new(const Schema& schema, UserView desired, const Defaults& defaults, AttributeIndex index) {
  const Value value = value_for_new(desired, defaults, index);
  return model::effective(schema[index], value.presence == Presence::value ? value.presence : Presence::clear,
                          value.text);
}

bool is_disabled(const Schema& schema, UserView remote) {
  if (!schema.deactivation) return false;
  const model::Meaning now = remote_meaning(schema, remote, schema.deactivation->attribute);
  return now.presence == Presence::value && now.text == schema.deactivation->value;
}

Difference diff(const Schema& schema, UserView desired, UserView remote, const WriteOnly& write_only) {
  return Differ(schema, desired, remote, write_only).run();
}

bool updates_unseen(const Attribute& attribute, bool on_request) {
  if (attribute.readable) return false;
  return attribute.on_update == OnUpdate::yes || (on_request && attribute.on_update == OnUpdate::on_request);
}

Creation creation(const Schema& schema, UserView desired, const Defaults& defaults) {
  Creation result;
  result.inactive = calls_inactive(schema, desired, defaults);
  for (AttributeIndex index = 0; index < schema.size(); ++index) {
    const Attribute& attribute = schema[index];
    const Value value = value_for_new(desired, defaults, index);
    if (is_missing(schema, desired, defaults, index)) result.missing.push_back(index);
    if (index == model::id_attribute || !sent_for_new(attribute, value)) continue;
    if (const model::AppliesWhen* rule = without_effect_for_new(schema, desired, defaults, attribute)) {
      result.warnings.push_back(
          not_applicable(schema, attribute, *rule, meaning_for_new(schema, desired, defaults, rule->attribute)));
      continue;
    }
    result.changes.push_back({index, Presence::absent, {}, Presence::value, std::string(value.text)});
  }
  return result;
}

std::vector<AttributeChange> unseen_from_the_start(const Schema& schema, UserView desired, const Defaults& defaults) {
  std::vector<AttributeChange> unseen;
  for (const AttributeIndex index : desired.users->columns()) {
    const Attribute& attribute = schema[index];
    const Value value{desired.presence(index), desired.text(index)};
    const bool as_new = value.presence == Presence::clear ||
                        (value.presence == Presence::value && attribute.initial && *attribute.initial == value.text);
    if (attribute.readable || !as_new) continue;
    if (without_effect_for_new(schema, desired, defaults, attribute) != nullptr) continue;
    unseen.push_back({index, Presence::absent, {}, value.presence, std::string(value.text)});
  }
  return unseen;
}

bool deactivates(const Schema& schema, const std::vector<AttributeChange>& changes) {
  return schema.deactivation && std::any_of(changes.begin(), changes.end(), [&](const AttributeChange& change) {
           if (change.attribute != schema.deactivation->attribute) return false;
           const model::Meaning after = model::effective(schema[change.attribute], change.after_presence, change.after);
           return after.presence == Presence::value && after.text == schema.deactivation->value;
         });
}

bool grants_privilege(const Schema& schema, const std::vector<AttributeChange>& changes) {
  return std::any_of(changes.begin(), changes.end(), [&](const AttributeChange& change) {
    const auto& privileged = schema[change.attribute].privileged;
    return std::any_of(privileged.begin(), privileged.end(), [&](const std::string& value) {
      return holds(schema[change.attribute], change.after_presence, change.after, value) &&
             !holds(schema[change.attribute], change.before_presence, change.before, value);
    });
  });
}

}  // namespace rostersync::plan
