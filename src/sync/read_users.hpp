// Reading many users whose ids are known.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sync/session.hpp"

namespace rostersync::sync {

struct UserToRead {
  std::string id;
  std::vector<model::AttributeIndex> needed;  // what must be known of them
};

// `take` is told of each once, by its place in `users`, with what came of reading it. With one listing where that takes
// fewer requests than a read for each, and the session's result tells how many users there are; of whom the listing
// does not show what is needed is read by id. Throws Stopped; base::CannotRun where the credentials are no longer
// accepted.
void read_users(Session& session, const std::vector<UserToRead>& users,
                const std::function<void(std::size_t, const directory::Done&)>& take);

}  // namespace rostersync::sync
