// How one API says what a Schema means: requests, paths, paging, errors, rate. Data from a profile file; directory/ is
// its only reader.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "json/json.hpp"
#include "model/schema.hpp"
#include "profile/auth.hpp"

namespace rostersync::profile {

// A text with placeholders {id} {key} {name} {credential.X}; the reader escapes what it fills in by position (path
// segment, query value, header value).
using Template = std::string;

struct RequestTemplate {
  std::string method;  // GET, POST, PATCH, PUT
  Template path;       // below base_url, e.g. /user/{id}
  std::vector<std::pair<std::string, Template>> query;
};

// Pages by number: page, page+1 … with `size_parameter`=max_size, until the answer's page >= its last page.
struct Paging {
  std::string page_parameter;
  std::uint64_t first_page = 1;
  std::string size_parameter;
  std::uint64_t max_size = 100;
  std::string count;      // JSON Pointer to the declared number of users
  std::string last_page;  // JSON Pointer to the number of the last page
};

// A request that answers several users.
struct ListOperation {
  RequestTemplate request;
  std::string items;  // JSON Pointer to the array of users
  std::optional<Paging> paging;
};

struct CreateOperation {
  RequestTemplate request;
  std::string id;  // JSON Pointer to the new user's id in the answer; empty: the answer has none
};

// What an error answer means.
enum class Meaning {
  row,          // this user's failure
  credentials,  // the key is not accepted: the run stops
  exists        // a create was refused because the user is there
};

struct ErrorRule {
  std::vector<int> statuses;
  std::vector<std::string> message_contains;  // any of them, without case; empty: any message
  Meaning meaning = Meaning::row;
};

struct ErrorShapes {
  std::vector<std::string>
      messages;  // JSON Pointers, the first that exists is the message (rendered as compact JSON if no text)
  std::vector<std::string> fields;  // JSON Pointers to an object whose keys may be attributes that were sent
  std::vector<ErrorRule> rules;     // the first that fits; any other 4xx is `row`
};

enum class RateShape { window, bucket };

struct Rate {
  std::uint64_t requests = 60;
  std::chrono::milliseconds per{60000};
  RateShape shape = RateShape::window;
  double share = 1.0;                            // of the published quota that this client takes by default
  std::chrono::milliseconds retry_after{60000};  // pause after a 429 that says nothing
  std::uint64_t max_in_flight = 16;
};

// How one attribute travels. Paths are JSON Pointers into a user object; empty: not in that direction.
struct AttributePaths {
  std::string read;
  std::string create;
  std::string update;
  json::Json cleared;  // what a cleared attribute is sent as: "" or []; null where it is not clearable
};

struct Wire {
  std::string base_url;  // default; no trailing slash
  std::vector<std::pair<std::string, Template>> headers;
  std::vector<AttributePaths> attributes;  // by model::AttributeIndex
  ListOperation list;
  ListOperation find;       // by key, exact
  ListOperation find_name;  // by a person's first name, fuzzy; no method: the API has no such thing
  RequestTemplate read;
  RequestTemplate me;
  CreateOperation create;
  RequestTemplate update;
  ErrorShapes errors;
  Rate rate;
  Auth auth;
};

}  // namespace rostersync::profile
