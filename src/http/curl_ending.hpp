// How a transfer of libcurl's ended, in this house's terms. Pure.
#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace rostersync::http {

struct Ending {
  CURLcode code = CURLE_OK;
  long status = 0;          // of the last answer, an interim one perhaps; 0: none
  unsigned departures = 0;  // how often the request was about to be written to a connection
  std::string_view words;   // libcurl's own
};

// A failure to make a connection is of security only if nothing was sent before: libcurl may have had a connection,
// lost it with the request on it, and met the trouble when it made another.
Failure failure_of(const Ending& ending);

// `failure` in one sentence, with what can be done about it where that is not plain.
std::string detail_of(const Ending& ending, Failure failure);

}  // namespace rostersync::http
