// What separates a desired user from a remote one: the attributes that differ by meaning, and no others. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"
#include "model/value.hpp"
#include "plan/recollection.hpp"

namespace rostersync::plan {

// The code of a warning that a write takes the effect of what the user has.
inline constexpr const char* loses_effect = "loses_effect";

struct Difference {
  std::vector<model::AttributeChange> changes;
  std::vector<model::Warning> warnings;
  // Attributes that decide something here and that the read did not return. While there is one, the user must be read
  // in full before `changes` means anything.
  std::vector<model::AttributeIndex> unknown;
  // Attributes that cannot be read back, were never confirmed, and are assumed to be as the roster has them.
  std::vector<model::AttributeIndex> assumed;
};

// The update that makes `remote` mean what `desired` says. Attributes without effect for the role that the user has
// after the write are left out (warning not_applicable), as are transitions that are never sent (warning not_sent),
// and attributes that only a create carries. What cannot be read back is compared with what is remembered; of such a
// change, `before` is unknown.
Difference diff(const model::Schema& schema, model::UserView desired, model::UserView remote,
                const WriteOnly& write_only = {});

// Whether an update may carry an attribute that cannot be read back.
bool updates_unseen(const model::Attribute& attribute, bool on_request);

// A canonical value for an attribute that a new user's row leaves unsaid.
using Defaults = std::map<model::AttributeIndex, std::string>;

struct Creation {
  std::vector<model::AttributeChange>
      changes;  // those that a create takes, and those that follow in a completing update
  std::vector<model::Warning> warnings;
  std::vector<model::AttributeIndex> missing;  // required (the key always is) and unsaid: the row is rejected
  bool inactive = false;                       // the row says that the account is disabled, which a create cannot carry
};
// What a user made from this row would have, by meaning: the row's value, else the default, else the initial one.
model::Meaning meaning_for_new(const model::Schema& schema, model::UserView desired, const Defaults& defaults,
                               model::AttributeIndex index);

Creation creation(const model::Schema& schema, model::UserView desired, const Defaults& defaults);

// Of attributes that cannot be read back: what the row says and a user made from it has without its being sent.
std::vector<model::AttributeChange> unseen_from_the_start(const model::Schema& schema, model::UserView desired,
                                                          const Defaults& defaults);

// What the remote user has, by meaning: unknown where the read did not bring it.
model::Meaning remote_meaning(const model::Schema& schema, model::UserView remote, model::AttributeIndex index);
// Whether the remote user is known to be disabled, as the schema's deactivation says.
bool is_disabled(const model::Schema& schema, model::UserView remote);

// Whether a change disables somebody who is enabled, as the schema's deactivation says.
bool deactivates(const model::Schema& schema, const std::vector<model::AttributeChange>& changes);
// Whether a change grants a privileged value (of a set of texts: an item that was not there).
bool grants_privilege(const model::Schema& schema, const std::vector<model::AttributeChange>& changes);

}  // namespace rostersync::plan
