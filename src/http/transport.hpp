// The seam below the dispatcher: start requests, wait for completions. One thread, no callbacks to the outside.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace rostersync::http {

struct Completion {
  RequestId id = 0;
  Response response;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // Begins a request. Never waits. The caller keeps in_flight() within its own limit.
  virtual void start(RequestId id, const Request& request) = 0;
  // Waits until at least one request is complete, `max` has passed, or wake-up descriptor is readable; appends what is
  // complete. With nothing in flight it only waits.
  virtual void wait(base::Duration max, std::vector<Completion>& completions) = 0;
  virtual std::size_t in_flight() const = 0;
};

struct TransportOptions {
  std::size_t max_in_flight = 16;
  std::chrono::milliseconds timeout{30000};
  std::uint64_t max_answer_bytes = std::uint64_t{64} << 20;  // decoded; all that are under way: four times that
  int wake_up_descriptor = -1;                               // e.g. a signalfd; -1: none. Only watched, never read.
  std::string user_agent = "rostersync";
};

// libcurl's multi interface. TLS is 1.2 or newer and verified (SSL_CERT_FILE names authorities), redirects are not
// followed, answers may be compressed, a request never goes out twice. An answer that only its connection ends (no
// length, no chunks) cannot be told from a cut one, not even inside gzip: whoever reads the body must see that it is
// whole. A header with a line break in it throws CannotRun. Ignores SIGPIPE for the whole process, unless somebody
// handles it already.
std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options);

}  // namespace rostersync::http
