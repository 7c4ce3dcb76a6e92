// A plan as a file that a person can read, two of which can be compared line by line, and that is carried out as it
// stands or not at all: {schema "rostersync.plan/1", run, directory, refused, changes, changes_digest, digest}, two
// spaces deep. No secret stands in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"
#include "model/plan.hpp"
#include "model/schema.hpp"

namespace rostersync::plan {

struct SavedChange {
  model::Change change;    // of a secret `after` is empty; `row` is the roster's, no_row where it has none
  std::uint32_t line = 0;  // of the roster; 0: none
};

// All that is told of a plan beside its changes.
struct PlanHeader {
  model::RunFacts run;       // id, command, started_at, version, profile, base_url, roster, changes_digest
  std::string organization;  // of the credentials it was made with; empty where the API does not say
  model::DirectoryFacts directory;
  std::uint64_t enabled = 0;  // of the directory's users, as far as is known
  std::string refused;        // by which limit, in words; empty: by none
};

// The whole file, the same for the same plan. `header.run.changes_digest` is taken as it is.
std::string write_plan(const PlanHeader& header, std::vector<SavedChange> changes, const model::Schema& schema);

// A file that was read: its form and its digest hold.
class SavedPlan {
 public:
  // Throws base::CannotRun, naming the file, where the text is no plan, is of an unknown schema, or was changed since
  // it was written (white space apart).
  SavedPlan(std::string_view text, std::string name);

  const PlanHeader& header() const { return header_; }

  // In the file's order. Throws base::CannotRun where the schema lacks an attribute that they name, or they are not
  // what their digest says.
  std::vector<SavedChange> changes(const model::Schema& schema) const;

 private:
  std::string name_;
  json::Json root_;
  PlanHeader header_;
};

}  // namespace rostersync::plan
