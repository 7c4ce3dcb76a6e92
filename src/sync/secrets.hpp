// Secrets that a run still has to send. The journal does not hold them: they are taken from the roster, if that is
// still there and still the same.
#pragma once

#include "sync/session.hpp"

namespace rostersync::sync {

// The roster that the order names, if it can be read and is the same to the byte; otherwise `why` says what is wrong
// with it.
std::optional<roster::Roster> same_roster(const Order& order, const std::string& sha256, std::string& why);

// Fills them into the open changes. Those that cannot be had, and were never sent, are skipped (secret_unavailable).
void fill_in_secrets(Session& session, const store::RunRecord& run);

// The same for changes that nothing was done for yet, out of the roster that the session names, which must have the
// digest that its result tells: those that cannot be had are skipped, and taken out.
void fill_in_secrets(Session& session, std::vector<model::Change>& changes);

}  // namespace rostersync::sync
