// A look at a directory for whoever writes its profile: one page, and how it is understood.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "directory/sample.hpp"
#include "sync/order.hpp"

namespace rostersync::sync {

struct Probe {
  std::string request;  // "GET /users"
  int http_status = 0;
  std::shared_ptr<const directory::Sample> sample;
  std::vector<std::string> doubts;  // where what the page says of the listing contradicts the profile, or itself
};

// Asks for the first page of the listing, and for nothing else but what signing in takes. Neither reads nor keeps
// state. Throws base::CannotRun with the API's words where that fails, Stopped where it is to stop.
Probe probe(const Order& order, World& world);

}  // namespace rostersync::sync
