// What a user's attributes mean, as one number: whether a user is still as they were when a change was planned.
#pragma once

#include <vector>

#include "base/hash.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::model {

// Taken over canonical, effective, comparable values: independent of the order of a set, of the case of an attribute
// that compares without case, of whether a directory says "" or null, and of the order of attributes in a profile.
struct Fingerprint {
  std::vector<AttributeIndex> over;  // readable attributes, ascending; empty: nothing is known, and nothing can drift
  base::WideHash hash;
};

// Of those of `managed` that are readable and known in `user`; the id is never among them.
Fingerprint fingerprint(const Schema& schema, const std::vector<AttributeIndex>& managed, UserView user);

// Whether `user`, from a full read, still has that fingerprint. Something unknown is no proof: false.
bool matches(const Schema& schema, const Fingerprint& planned_on, UserView user);

}  // namespace rostersync::model
