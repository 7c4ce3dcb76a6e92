// The shapes of the answers that say no, and what they say it for.
#pragma once

#include <string>

#include "sandbox/request.hpp"

namespace rostersync::sandbox::tenovos {

Answer json_answer(int status, const json::OrderedJson& value);

// {"message": words}, the shape of the errors that are not about a body.
Answer message_answer(int status, const std::string& words);
Answer unauthorized();
// Of an id that there is not, and of a user whom the caller may not change: which of the two is not told.
Answer user_not_found();

// {"status": "error", "message": words}, with 400.
Answer bad_request(const std::string& words);

// What is wrong with a body, and with a query beside it, before anybody is looked up; "": nothing.
std::string body_fault(const Request& request, const json::Json& schema);

}  // namespace rostersync::sandbox::tenovos
