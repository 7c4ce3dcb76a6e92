// How a transfer of libcurl's ended, in this house's terms. Pure.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace rostersync::http {

// All that is under way may hold so many times what one answer may: a page is far from its limit, unless somebody means
// harm.
constexpr std::uint64_t most_held_answers = 4;

// What an answer had too much of.
enum class Excess {
  none,
  body,      // decoded, or as its length announces
  headers,   // in all
  together,  // with the others under way: what is too much at once may come later
};

struct Ending {
  CURLcode code = CURLE_OK;
  long status = 0;          // of the last answer, an interim one perhaps; 0: none
  unsigned departures = 0;  // how often the request was about to be written to a connection
  std::string_view words;   // libcurl's own
  Excess excess = Excess::none;
};

// A failure to make a connection is of security only if nothing was sent before: libcurl may have had a connection,
// lost it with the request on it, and met the trouble when it made another.
Failure failure_of(const Ending& ending);

// `failure` in one sentence, with what can be done about it where that is not plain. `max_body_bytes`: of one answer.
std::string detail_of(const Ending& ending, Failure failure, std::uint64_t max_body_bytes);

}  // namespace rostersync::http
