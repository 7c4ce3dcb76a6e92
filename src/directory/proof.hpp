// What reading a user tells of a write: whether it was carried out, and whether the user is still as it was planned on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::directory {

using Changes = std::vector<model::AttributeChange>;

// Whether `user` already means what `changes` ask for, as far as it can be read back; nothing if none of it can.
std::optional<bool> carried_out(const model::Schema& schema, const Changes& changes, model::UserView user);

// Those of `changes` that can be read back, and that `user` shows otherwise. What is unknown of them shows nothing.
Changes not_kept(const model::Schema& schema, const Changes& changes, model::UserView user);

bool all_readable(const model::Schema& schema, const Changes& changes);

// What a full read proves of an update that may have been carried out.
enum class Proof { carried_out, not_carried_out, none };

// Of attributes that are written together, those that can be read stand for those that cannot, where they are known to
// have been different before. Where nothing is known of before, as after a create, a value that is there proves
// nothing.
Proof proof_in(const model::Schema& schema, const Changes& changes, model::UserView user);

// Whether `user`, from a full read, is still as the update was planned on: by its fingerprint, and by what it would
// replace where that is known.
bool as_planned(const model::Schema& schema, const model::Change& change, model::UserView user);

// In one sentence, that it is not, with the names of the attributes that can be told; never a value.
std::string drift(const model::Schema& schema, const model::Change& change, model::UserView user);

}  // namespace rostersync::directory
