// At which of the client's requests its process is killed.
#pragma once

#include <cstdint>
#include <optional>

namespace rostersync::sandbox {

// The n-th request (or write) since the setting was made, from 1; nothing: none.
struct Kills {
  std::optional<unsigned> before;  // killed when the request arrives, which is not carried out
  std::optional<unsigned> after;   // killed when the request was carried out, which is not answered
  std::optional<unsigned> before_write;
  std::optional<unsigned> after_write;
};

enum class Kill { none, before, after };

// Counts the requests that arrive.
class KillCount {
 public:
  // What is due at the next one; the setting that asked for it is off from then on.
  Kill next(Kills& kills, bool write);

 private:
  unsigned requests_ = 0;
  unsigned writes_ = 0;
};

}  // namespace rostersync::sandbox
