#include "directory/proof.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "model/value.hpp"

namespace rostersync::directory {

using model::AttributeChange;
using model::Presence;

namespace {

bool known_before(const model::Schema& schema, const AttributeChange& change) {
  return schema[change.attribute].readable &&
         (change.before_presence == Presence::value || change.before_presence == Presence::clear);
}

bool has(const model::Schema& schema, model::UserView user, model::AttributeIndex index, Presence presence,
         std::string_view text) {
  const model::Attribute& attribute = schema[index];
  const auto now = model::effective(attribute, user.presence(index), user.text(index));
  const auto wanted = model::effective(attribute, presence, text);
  return model::same_meaning(attribute, wanted.presence, wanted.text, now.presence, now.text);
}

bool as_before(const model::Schema& schema, const AttributeChange& change, model::UserView user) {
  return !known_before(schema, change) || has(schema, user, change.attribute, change.before_presence, change.before);
}

}  // namespace

std::optional<bool> carried_out(const model::Schema& schema, const Changes& changes, model::UserView user) {
  bool any = false;
  for (const AttributeChange& change : changes) {
    if (!schema[change.attribute].readable) continue;
    any = true;
    if (!has(schema, user, change.attribute, change.after_presence, change.after)) return false;
  }
  if (!any) return std::nullopt;
  return true;
}

Changes not_kept(const model::Schema& schema, const Changes& changes, model::UserView user) {
  Changes differ;
  std::copy_if(changes.begin(), changes.end(), std::back_inserter(differ), [&](const AttributeChange& change) {
    return schema[change.attribute].readable && user.presence(change.attribute) != Presence::unknown &&
           !has(schema, user, change.attribute, change.after_presence, change.after);
  });
  return differ;
}

bool all_readable(const model::Schema& schema, const Changes& changes) {
  return std::all_of(changes.begin(), changes.end(),
                     [&](const AttributeChange& change) { return schema[change.attribute].readable; });
}

Proof proof_in(const model::Schema& schema, const Changes& changes, model::UserView user) {
  const auto shown = carried_out(schema, changes, user);
  if (!shown) return Proof::none;
  if (!*shown) return Proof::not_carried_out;
  const bool some_known_before = std::any_of(
      changes.begin(), changes.end(), [&](const AttributeChange& change) { return known_before(schema, change); });
  return some_known_before || all_readable(schema, changes) ? Proof::carried_out : Proof::none;
}

bool as_planned(const model::Schema& schema, const model::Change& change, model::UserView user) {
  return model::matches(schema, change.planned_on, user) &&
         std::all_of(change.attributes.begin(), change.attributes.end(),
                     [&](const AttributeChange& one) { return as_before(schema, one, user); });
}

std::string drift(const model::Schema& schema, const model::Change& change, model::UserView user) {
  std::vector<std::string_view> names;
  for (const AttributeChange& one : change.attributes) {
    if (!as_before(schema, one, user)) names.push_back(schema[one.attribute].name);
  }
  if (names.empty()) return "not written over, because the user has changed since this was planned";
  return fmt::format("not written over, because the user has changed since this was planned: {}",
                     fmt::join(names, ", "));
}

}  // namespace rostersync::directory
