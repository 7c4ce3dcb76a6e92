#include "sync/verdict.hpp"

namespace rostersync::sync {

using directory::Approach;
using directory::Status;
using model::Action;
using model::Outcome;

namespace {

Verdict done_well(const directory::Done& done, const Task& task) {
  if (task.approach == Approach::check_first && !done.sent) return {Outcome::unchanged, ""};
  return {task.change->action == Action::create ? Outcome::created : Outcome::updated, ""};
}

}  // namespace

Verdict judge(const directory::Done& done, const Task& task) {
  switch (done.status) {
    case Status::ok:
      return done_well(done, task);
    case Status::absent:
      return {Outcome::failed, "vanished"};
    case Status::refused:
      return {Outcome::failed, "refused"};
    case Status::exists:
    case Status::differs:
      return task.change->action == Action::create ? Verdict{Outcome::conflict, "unseen"}
                                                   : Verdict{Outcome::failed, "refused"};
    case Status::drifted:
      return {Outcome::conflict, "drifted"};
    case Status::not_carried_out:
      return {Outcome::skipped, task.if_not_carried_out};
    case Status::not_kept:
      return {Outcome::failed, "not_kept"};
    case Status::unverified:
      return {Outcome::failed, "unverified"};
    case Status::credentials:
      return {Outcome::failed, "credentials", false};
    case Status::gave_up:
      return {Outcome::failed, "gave_up", false};
    case Status::unsettled:
      return {Outcome::failed, "unsettled", false};
    case Status::stopped:
      break;
  }
  return {Outcome::skipped, "stopped", false};
}

}  // namespace rostersync::sync
