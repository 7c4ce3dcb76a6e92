// What an operation's end means for the row that it was for.
#pragma once

#include "directory/directory.hpp"
#include "model/plan.hpp"
#include "sync/execute.hpp"

namespace rostersync::sync {

struct Verdict {
  model::Outcome outcome = model::Outcome::failed;
  const char* reason = "";
  // Whether this is the row's last word, even where the execution stops: a later process need not take it up.
  bool final = true;
};

Verdict judge(const directory::Done& done, const Task& task);

}  // namespace rostersync::sync
