// The control address: what somebody who rehearses may look at and change, apart from the API that is played.
#pragma once

#include <functional>

#include "sandbox/rehearsal.hpp"

namespace rostersync::sandbox {

// GET and DELETE /ledger, GET /summary, GET and PUT /users, GET and POST /faults, POST /shutdown (calls `stop`).
// Anything refused is answered with {"error": sentence}.
Answer control(const Request& request, Rehearsal& rehearsal, const std::function<void()>& stop);

}  // namespace rostersync::sandbox
