// Who the rows of a roster are, as far as earlier runs and people have told; and what the next run is to know of it.
#pragma once

#include "plan/planner.hpp"
#include "sync/session.hpp"

namespace rostersync::sync {

// Adds the roster's stable keys and what is remembered of them and of accepted renames. The session must outlive the
// options.
void identify(Session& session, plan::Options& options);

// Notes what this run was told of probable renames and what came of it (`session.settled`).
void note_decisions(Session& session, const plan::Planner& planner);

// Keeps that, at once: called when the plan has passed its limits.
void remember_decisions(Session& session);

// Adds to the lesson which user each row with a stable key has turned out to be. Rows in conflict, and rejected ones,
// teach nothing.
void learn_links(Session& session);

}  // namespace rostersync::sync
