// Where an answer leads. Pure.
#pragma once

#include <optional>
#include <string>

#include "http/message.hpp"

namespace rostersync::http {

struct Redirect {
  std::string target;   // the absolute URL to go on at; empty if the redirect leaves the origin and is not followed
  std::string refusal;  // and why, in one sentence
};

// Redirects of GET reads alone: 301, 302, 303, 307 and 308 with a Location that makes sense. Nothing for every other
// answer.
std::optional<Redirect> redirect(const Request& request, const Response& response);

}  // namespace rostersync::http
