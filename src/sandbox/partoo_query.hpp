// The query parameters of the reading operations, checked as strictly as the bodies.
#pragma once

#include "sandbox/request.hpp"
#include "sandbox/store.hpp"

namespace rostersync::sandbox::partoo {

struct Query {
  Selection selection;
  std::size_t page = 1;
  std::size_t per_page = 30;
  bool business_ids = true;                                // display_business_ids
  json::OrderedJson faults = json::OrderedJson::object();  // by parameter; empty if nothing is wrong
};

// Of GET /user/search.
Query search_query(const Request& request);
// Of GET /user/{id} and /user/me, which take display_business_ids alone.
Query user_query(const Request& request);
// Of a write, which takes none.
Query no_query(const Request& request);

}  // namespace rostersync::sandbox::partoo
