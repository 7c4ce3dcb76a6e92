#include "plan/protection.hpp"

#include <algorithm>

#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::plan {

using model::AttributeIndex;
using model::Meaning;
using model::Presence;
using model::Schema;
using model::UserView;

namespace {

// `meaning` tells what one state of the user has for an attribute.
template <class Meanings>
Protected holds(const Schema& schema, const Protection& protection, Meanings meaning) {
  if (!protection.key_glob.empty()) {
    const Meaning key = meaning(schema.key);
    if (key.presence == Presence::unknown) return Protected::unknown;
    return text::glob_match(protection.key_glob, key.text) ? Protected::yes : Protected::no;
  }
  Protected result = Protected::yes;
  for (const auto& [index, value] : protection.attributes) {
    const Meaning has = meaning(index);
    if (has.presence == Presence::unknown) {
      result = Protected::unknown;
    } else if (!model::same_meaning(schema[index], has.presence, has.text, Presence::value, value)) {
      return Protected::no;
    }
  }
  return result;
}

template <class Meanings>
Protected any_holds(const Schema& schema, const std::vector<Protection>& protections, Meanings meaning) {
  Protected result = Protected::no;
  for (const Protection& protection : protections) {
    const Protected one = holds(schema, protection, meaning);
    if (one == Protected::yes) return one;
    if (one == Protected::unknown) result = one;
  }
  return result;
}

bool says_something(Presence presence) {
  return presence == Presence::value || presence == Presence::clear;
}

}  // namespace

Protected is_protected(const Schema& schema, const std::vector<Protection>& protections, UserView desired,
                       UserView remote) {
  const auto before = [&](AttributeIndex index) { return remote_meaning(schema, remote, index); };
  const auto after = [&](AttributeIndex index) {
    const Presence presence = desired.presence(index);
    if (!says_something(presence)) return before(index);
    return model::effective(schema[index], presence, desired.text(index));
  };
  const Protected now = any_holds(schema, protections, before);
  if (now == Protected::yes) return now;
  const Protected then = any_holds(schema, protections, after);
  return then == Protected::no ? now : then;
}

Protected is_protected(const Schema& schema, const std::vector<Protection>& protections, UserView remote) {
  return any_holds(schema, protections, [&](AttributeIndex index) { return remote_meaning(schema, remote, index); });
}

Protected is_protected(const Schema& schema, const std::vector<Protection>& protections, UserView desired,
                       const Defaults& defaults) {
  return any_holds(schema, protections,
                   [&](AttributeIndex index) { return meaning_for_new(schema, desired, defaults, index); });
}

}  // namespace rostersync::plan
