// The bodies of writes: attribute changes as the API says them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json.hpp"
#include "model/plan.hpp"
#include "model/schema.hpp"
#include "profile/wire.hpp"

namespace rostersync::directory {

enum class Direction { create, update };

// The body of a write: those of `changes` that go in that direction, each at its place within the user object, which
// stands at the JSON Pointer `at` of `constants` (null: nothing else).
json::Json body_of(const model::Schema& schema, const profile::Wire& wire, const json::Json& constants,
                   const std::string& at, const std::vector<model::AttributeChange>& changes, Direction direction);

// All of a user, as an update that replaces takes it: what a read answered, without what the profile leaves out, and
// with each attribute that an update takes where it has it, under `changes`.
json::Json whole_user_object(const model::Schema& schema, const profile::Wire& wire, json::Json as_read,
                             const std::vector<model::AttributeChange>& changes);

// `user` at the JSON Pointer `at` of `constants` (null: nothing else).
json::Json enclosed(const json::Json& constants, const std::string& at, json::Json user);

// The canonical value for what an API says by a code; nothing if the attribute has no codes, or none such. A number and
// its text are the same code.
std::optional<std::string> value_of_code(const profile::AttributePaths& paths, const json::Json& said);

}  // namespace rostersync::directory
