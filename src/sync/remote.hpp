// The remote directory of a run, and all that stands between: limiter, transport, dispatcher.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "directory/rest_directory.hpp"
#include "http/dispatcher.hpp"
#include "store/rate_file.hpp"
#include "sync/order.hpp"
#include "sync/rate_memory.hpp"

namespace rostersync::sync {

class Remote {
 public:
  // `wanted`: the attributes that are read of every user. All references must outlive it.
  Remote(const Order& order, World& world, const StopCondition& stop, store::RateFile& rate_file,
         std::vector<model::AttributeIndex> wanted);
  Remote(const Remote&) = delete;
  Remote& operator=(const Remote&) = delete;

  directory::Directory& directory() { return directory_; }
  const http::Counters& counters() const { return dispatcher_.counters(); }
  http::Pace pace() const { return dispatcher_.pace(); }

 private:
  RateMemory memory_;
  std::unique_ptr<http::RateLimiter> limiter_;
  std::unique_ptr<http::Transport> transport_;
  http::Dispatcher dispatcher_;
  directory::RestDirectory directory_;
};

// How long an operation insists in this run.
directory::Persistence persistence(const Order& order);

// What the first operation of a run, a read, comes to. Throws base::CannotRun where the directory cannot be reached,
// has no such address or does not accept the credentials, Stopped where the run is to stop.
directory::Done first_answer(directory::Operation operation, const Order& order, directory::Directory& directory,
                             const StopCondition& stop);

// The user behind the credentials.
struct OwnUser {
  std::string id;
  std::string organization;  // empty where the API does not say
};

// Asks who that is: the first request of a run. Throws base::CannotRun where the directory cannot be reached or does
// not accept the credentials, Stopped where the run is to stop.
OwnUser meet_own_user(const Order& order, directory::Directory& directory, const StopCondition& stop);

}  // namespace rostersync::sync
