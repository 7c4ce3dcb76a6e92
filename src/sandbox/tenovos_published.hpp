// The published shapes, as JSON Schemas (draft 7) written from the vendor's pages of the operations.
#pragma once

#include <string>
#include <vector>

#include "json/json.hpp"
#include "sandbox/tenovos_version.hpp"

namespace rostersync::sandbox::tenovos {

const json::Json& sign_in_body_schema(Version version);  // by user name and password
const json::Json& refresh_body_schema();                 // by the tokens of a session
const json::Json& create_body_schema();
const json::Json& update_body_schema();

// What GET /user/{id} answers, in its order.
const std::vector<std::string>& answered_names(Version version);

// A user as version 1.5 answers it, and what a file of people may add: "accountType", which is never answered, and "me"
// for the caller. All but the e-mail and the names may be left out there.
const json::Json& person_schema();

}  // namespace rostersync::sandbox::tenovos
