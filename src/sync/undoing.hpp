// What it takes to undo what a run wrote to one user. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::sync {

// A write of a run that was carried out, or may have been.
struct Written {
  enum class Kind { updated, created, perhaps_created };
  Kind kind = Kind::updated;
  std::string key;
  std::string user_id;  // empty: not known
  std::uint32_t line = 0;
  std::vector<model::AttributeChange> changes;
  std::vector<std::string> gone;  // what the directory may have dropped with it, a sentence each
};

// All that a run wrote: by roster row, then people whom it disabled because no row pointed to them.
std::vector<Written> written_by(const model::Reconciliation& run);

// As far as the run's own account tells.
struct Undoing {
  std::vector<model::AttributeChange> back;  // from what the run left to what was there before
  std::vector<std::string> lost;             // what cannot be undone, a sentence each
};
Undoing undoing_of(const model::Schema& schema, const Written& written);

// Once the user has been read in full.
struct Undone {
  enum class State { to_undo, undone_already, drifted, nothing_possible };
  State state = State::to_undo;
  std::vector<model::AttributeChange> changes;  // to_undo
  std::vector<std::string> drifted;             // names of attributes that do not have what the run left
  std::vector<std::string> lost;                // what turns out to be impossible
};
Undone undo(const model::Schema& schema, const Written& written, const Undoing& undoing, model::UserView now);

}  // namespace rostersync::sync
