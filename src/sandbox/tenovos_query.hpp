// The query parameters, checked as strictly as the bodies.
#pragma once

#include <cstddef>
#include <string>

#include "sandbox/request.hpp"

namespace rostersync::sandbox::tenovos {

struct Window {
  std::size_t from = 0;
  std::size_t limit = 20;  // where a request says nothing; the page does not tell how many
  std::string fault;       // "": nothing is wrong
};

// Of a search by version 1.5.
Window window_of(const Request& request);

// What is wrong with the query of an operation that takes none; "": nothing.
std::string no_query_fault(const Request& request);

}  // namespace rostersync::sandbox::tenovos
