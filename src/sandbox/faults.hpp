// Which request meets which fault: drawn by seed, for the n-th attempt of one and the same request, so that a run meets
// the same faults however its requests interleave. Not for several threads at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "sandbox/behaviour.hpp"
#include "sandbox/request.hpp"

namespace rostersync::sandbox {

// How an answer reaches the client.
enum class Manner {
  whole,
  reset,     // not at all: the connection is reset (RST)
  truncated  // its head and a part of the body, then the connection ends
};

struct Fault {
  std::string name;         // as the ledger says it; "": none
  bool carried_out = true;  // the request is carried out before the fault strikes
  int status = 0;           // answered instead of the true answer; 0: the true one
  Manner manner = Manner::whole;
  std::chrono::milliseconds delay{0};  // before the answer leaves
};

class Faults {
 public:
  explicit Faults(Behaviour behaviour) : behaviour_(std::move(behaviour)) {}

  // For a request that is let in, once for each time it arrives.
  Fault draw(const Request& request, const Route& route);

  // What an outage does to a request (fail_after): 500, or a reset; never carried out.
  Fault outage(std::uint64_t sequence) const;

 private:
  struct Tally {
    std::uint64_t attempts = 0;
    unsigned disturbed = 0;  // of a write: in all; of a read: in a row
  };

  bool active() const;
  Fault disturbance(bool write, std::uint64_t choice) const;

  Behaviour behaviour_;
  std::unordered_map<std::uint64_t, Tally> tallies_;  // by identity of the request
};

}  // namespace rostersync::sandbox
