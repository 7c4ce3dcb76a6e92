// The process at the other end of a connection.
#pragma once

#include "sandbox/request.hpp"

namespace rostersync::sandbox {

// Kills the process that holds the client's end of a connection with SIGKILL, and comes back when it is gone, its
// sockets and locks with it. Only a process of this user, on this machine, and never the sandbox itself: false where
// there is none such.
bool kill_client(const Ports& ports);

}  // namespace rostersync::sandbox
