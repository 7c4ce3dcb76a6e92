// Changes as JSON: what a plan file holds of them, and what their digest is taken over. A value stands by its type, as
// in report.json, where that brings the same value back; otherwise as one of these, which no value can be mistaken for:
//   null                  empty (or to be emptied)
//   {"secret": true}      there is one; its text is never here
//   {"unknown": true}     of before: the directory does not tell
//   {"canonical": TEXT}   a text that is none of the attribute's type, such as an API may have answered
// A create's changes have no before.
#pragma once

#include <string>
#include <vector>

#include "json/json.hpp"
#include "model/plan.hpp"
#include "model/schema.hpp"

namespace rostersync::plan {

// {action, user_id, email, changes: [{attribute, before, after}]}, the changes by attribute name. What depends on the
// roster's order or on what else was read (row, line, fingerprint) is not in it.
json::OrderedJson change_json(const model::Schema& schema, const model::Change& change);

// The change that change_json() wrote; of a secret `after` is empty. Throws base::CannotRun for an attribute that the
// schema does not have, json::Json::exception for JSON of another form.
model::Change change_from_json(const model::Schema& schema, const json::Json& read);

// SHA-256 over the changes, whatever their order: 64 lower-case hexadecimal digits. Equal for a dry run and for the run
// that carries the same changes out.
std::string changes_digest(const model::Schema& schema, const std::vector<model::Change>& changes);

}  // namespace rostersync::plan
