// The published shapes, as JSON Schemas (draft 7) written from the vendor's pages: Partoo v2, "Create user", "Update
// user" (with the attributes of its older page) and "User information".
#pragma once

#include "json/json.hpp"

namespace rostersync::sandbox::partoo {

const json::Json& create_body_schema();
const json::Json& update_body_schema();
const json::Json& user_schema();  // what GET /user/{id} answers, all of it

// user_schema() plus what a file of people may add: the write-only attributes, and "me" for the key's own user.
// "id" and most others may be left out there.
const json::Json& person_schema();

}  // namespace rostersync::sandbox::partoo
