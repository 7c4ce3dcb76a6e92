// An HTTP server on 127.0.0.1; the only place that knows the HTTP library.
#pragma once

#include <functional>
#include <memory>

#include "sandbox/rehearsal.hpp"

namespace rostersync::sandbox {

class LoopbackServer {
 public:
  using Handler = std::function<Delivery(const Request&)>;  // called from many threads at once

  using Failure = std::function<Answer(int status, const std::string& words)>;  // in the shape of the errors

  // Listens on `port` (0: any that is free); clients may connect from now on. Throws CannotRun.
  LoopbackServer(int port, Handler handler, Failure failure);
  // Finishes what is under way, closes every connection.
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace rostersync::sandbox
