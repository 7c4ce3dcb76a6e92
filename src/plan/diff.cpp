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
  Differ(const Schema& schema, UserView desired, UserView remote)
      : schema_(schema), desired_(desired), remote_(remote) {}

  Difference run() {
    for (const AttributeIndex index : desired_.users->columns()) {
      if (compared(index)) compare(index);
    }
    note_disabled();
    return std::move(result_);
  }

 private:
  bool compared(AttributeIndex index) const {
    const Attribute& attribute = schema_[index];
    return index != model::id_attribute && attribute.readable && attribute.on_update == OnUpdate::yes &&
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
    bool missing = now.presence == Presence::unknown;
    if (missing) need(index);
    for (const model::AppliesWhen& rule : schema_[index].applies_when) {
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

Difference diff(const Schema& schema, UserView desired, UserView remote) {
  return Differ(schema, desired, remote).run();
}

Creation creation(const Schema& schema, UserView desired, const Defaults& defaults) {
  Creation result;
  result.inactive = calls_inactive(schema, desired, defaults);
  for (AttributeIndex index = 0; index < schema.size(); ++index) {
    const Attribute& attribute = schema[index];
    const Value value = value_for_new(desired, defaults, index);
    if (is_missing(schema, desired, defaults, index)) result.missing.push_back(index);
    if (index == model::id_attribute || !sent_for_new(attribute, value)) continue;
    const auto rule = std::find_if(attribute.applies_when.begin(), attribute.applies_when.end(), [&](const auto& when) {
      return !permits(when, meaning_for_new(schema, desired, defaults, when.attribute));
    });
    if (rule != attribute.applies_when.end()) {
      result.warnings.push_back(
          not_applicable(schema, attribute, *rule, meaning_for_new(schema, desired, defaults, rule->attribute)));
      continue;
    }
    result.changes.push_back({index, Presence::absent, {}, Presence::value, std::string(value.text)});
  }
  return result;
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
