// A reconciliation over changes, where there is no roster: one entry for each create or update, one orphan for each
// deactivation.
#pragma once

#include <string>
#include <vector>

#include "sync/session.hpp"

namespace rostersync::sync {

struct Subject {
  std::string key;
  std::string user_id;     // empty: a new user
  std::uint32_t line = 0;  // of the roster; 0: none
};

// Makes the entries, all pending. The session's result tells as many rows of the roster.
void account_for_subjects(Session& session, const std::vector<Subject>& subjects);

// Ends an entry before anything was sent for it.
void end_entry(model::Reconciliation& result, model::Row row, model::Outcome outcome, std::string reason,
               std::string message);

// Takes out of the changes what this run may not write, or is not asked to: the user behind the credentials and whom
// the configuration protects (conflict, protected), whom --only does not name, and what is beyond --limit (skipped).
// Reads users where whether they are protected depends on it. Throws Stopped.
void narrow(Session& session, std::vector<model::Change>& changes);

// Throws base::CannotRun for a key after --only that none of the changes has.
void check_only(const Session& session, const std::vector<model::Change>& changes);

// What must be read of users for these changes.
std::vector<model::AttributeIndex> attributes_of(const std::vector<model::Change>& changes);

}  // namespace rostersync::sync
