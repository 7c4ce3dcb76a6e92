// rostersync-sandbox: a program of its own that plays a remote API on loopback, strictly by the vendor's published
// pages, with faults on demand. It shares no knowledge with the profiles, so that each can find the other wrong.
#pragma once

namespace rostersync::sandbox {

// The whole program; answers its exit status.
int run(int argc, char** argv);

}  // namespace rostersync::sandbox
