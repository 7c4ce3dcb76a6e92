// Whom the configuration protects from being written. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/schema.hpp"
#include "model/users.hpp"
#include "plan/diff.hpp"

namespace rostersync::plan {

// Users that are never written: an e-mail glob, or attributes that all have these canonical values.
struct Protection {
  std::string key_glob;
  std::vector<std::pair<model::AttributeIndex, std::string>> attributes;
};

// unknown: it depends on an attribute that the read did not return.
enum class Protected { no, yes, unknown };

// Whether one of `protections` holds for the user as the directory has it, or as the row would leave it.
Protected is_protected(const model::Schema& schema, const std::vector<Protection>& protections, model::UserView desired,
                       model::UserView remote);
// The same for a user whom no row speaks of.
Protected is_protected(const model::Schema& schema, const std::vector<Protection>& protections, model::UserView remote);
// The same for a new user, whose unsaid attributes are the defaults.
Protected is_protected(const model::Schema& schema, const std::vector<Protection>& protections, model::UserView desired,
                       const Defaults& defaults);

}  // namespace rostersync::plan
