// What a run teaches those that come after it.
#pragma once

#include <deque>

#include "model/plan.hpp"
#include "store/memory.hpp"
#include "sync/session.hpp"

namespace rostersync::sync {

// What is remembered, for reading; null where nothing is.
store::Memory* memory(Session& session);

// What earlier runs than this one have written; loaded once.
const plan::Writings& writings(Session& session);

// Keeps, at once, what is taken as current without being sent (`session.assumed`).
void remember_assumed(Session& session);

// Keeps what an interrupted run has taught, as far as it is settled, before this one plans in its place. Of creates
// that turned out to have been carried out, what was to follow in an update is as yet unsent.
void remember_interrupted(Session& session, const store::RecordedRun& run);
// Keeps what the completion of these creates of such a run has taught.
void remember_completed(Session& session, const model::Reconciliation& run, const std::deque<model::Change>& changes);

// Keeps `session.lesson` and what the directory has confirmed of this run's changes, however the run ended. Called once
// at its conclusion; a run that has recorded no plan teaches nothing.
void remember(Session& session);

}  // namespace rostersync::sync
