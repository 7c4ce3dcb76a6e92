// What is remembered of people from one run to the next. Attributes stand by their names: a profile may change.
#pragma once

#include <cstdint>
#include <string>

#include "model/users.hpp"

namespace rostersync::model {

// An attribute that was written, could be read back, and has not been seen as it was written since.
struct Written {
  std::string user_id;
  std::string attribute;
  Presence sent_presence = Presence::value;  // value or clear, here and below
  std::string sent;                          // canonical
  Presence replaced_presence = Presence::clear;
  std::string replaced;     // canonical: what the directory had when it was first sent
  std::uint32_t times = 0;  // in how many runs the same was sent in place of the same
  std::string first;        // of these, RFC 3339
  std::string last;
  std::string last_run;  // its id
};

}  // namespace rostersync::model
