// What is told of rows that share a key, an id or a stable key. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"
#include "model/text_column.hpp"
#include "model/users.hpp"
#include "plan/matcher.hpp"
#include "plan/merge.hpp"

namespace rostersync::plan {

// What the roster says of its rows beyond their attributes.
struct Kinship {
  Merged merged;
  const model::TextColumn* stable_keys = nullptr;  // null, or without rows: there are none
  std::string stable_key_name;
};

struct Duplicate {
  model::Outcome outcome = model::Outcome::conflict;
  std::string reason;  // duplicate_key, duplicate_row, merged
  std::string message;
  std::vector<model::Warning> warnings;
};

// Of a row that is not rejected and not alone. For a dispute the message names the row and the columns that differ.
Duplicate told_of_duplicate(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected,
                            const Matcher& matcher, const Kinship& kinship, model::Row row);

}  // namespace rostersync::plan
