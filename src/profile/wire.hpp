// How one API says what a Schema means: requests, paths, paging, errors, rate. Data from a profile file; directory/ is
// its only reader.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json.hpp"
#include "model/schema.hpp"
#include "profile/auth.hpp"

namespace rostersync::profile {

// A text with placeholders {id} {key} {name} {credential.X}; the reader escapes what it fills in by position (path
// segment, query value, header value, text of a body).
using Template = std::string;

struct RequestTemplate {
  std::string method;  // GET, POST, PATCH, PUT
  Template path;       // below base_url, e.g. /user/{id}
  std::vector<std::pair<std::string, Template>> query;
  json::Json body;  // an object whose texts are templates; null: none
  std::string content_type = "application/json";
};

// Where an answer holds something: in its body at a JSON Pointer, or in a header.
struct Place {
  std::string pointer;
  std::string header;  // empty: in the body
};

enum class PagingBy {
  page,    // by number
  offset,  // by the number of users before it
  cursor,  // by what the page before says
  link,    // at the address that the page before gives (RFC 8288, or in its body)
  none     // there is one page
};

// A parameter that begins with '/' stands at that place of the request's body, any other in its query.
struct Paging {
  PagingBy by = PagingBy::none;
  std::string position;        // the parameter that says which page
  std::uint64_t first = 1;     // the first page's number, or the first user's offset
  std::string size_parameter;  // empty: the API decides
  std::uint64_t max_size = 0;  // 0: not known
  std::optional<Place> count;  // where the number of users is declared
  std::string last_page;       // JSON Pointer to the number of the last page; empty: not told
  std::string next;            // JSON Pointer to the next cursor or address; empty: the Link header
};

// What one of several listings says besides.
struct Pass {
  std::vector<std::pair<std::string, Template>> query;
  json::Json body;
};

// A request that answers several users.
struct ListOperation {
  RequestTemplate request;
  std::string items;  // JSON Pointer to the array of users
  std::string user;   // JSON Pointer to the user within an item
  std::optional<Paging> paging;
  std::vector<Pass> passes;  // empty: one, that says nothing else

  // Whether an answer may prove that everybody was shown.
  bool declares_count() const { return paging && paging->count; }
  // Whether any page can be asked for at any time, and all of them are of one listing.
  bool in_numbered_pages() const {
    return paging && (paging->by == PagingBy::page || paging->by == PagingBy::offset) && passes.size() <= 1;
  }
};

// A request that answers one user.
struct ReadOperation {
  RequestTemplate request;
  std::string user;  // JSON Pointer to the user in the answer
};

// The user behind the credentials: answered as such, or the one of several of whom an attribute is `is`, without case.
struct OwnOperation {
  RequestTemplate request;  // no method: the API has no such thing
  std::string user;
  bool searches = false;
  std::string items;
  Template is;
  std::vector<model::AttributeIndex> of;
};

// How a create's answer names the new user.
enum class Names { nobody, id, location };

struct CreateOperation {
  RequestTemplate request;
  std::string at;  // JSON Pointer to the user in the request's body
  Names names = Names::nobody;
  std::string id;  // Names::id: JSON Pointer to it
};

struct UpdateOperation {
  RequestTemplate request;
  std::string at;                    // JSON Pointer to the user in the request's body
  bool whole = false;                // all of the user is sent, as the API had it, with what differs
  std::vector<std::string> without;  // JSON Pointers into the user: what is then left out
  std::optional<std::string> user;   // JSON Pointer to the user, as written, in the answer
};

// What an error answer means.
enum class Meaning {
  row,          // this user's failure
  absent,       // there is no such user
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
  std::string item_message;         // where the message is a list of objects: JSON Pointers within one
  std::string item_field;
  std::vector<ErrorRule> rules;  // the first that fits; else 401 is credentials, 404 absent, any other 4xx row
};

enum class RateShape { window, bucket };

struct Rate {
  std::uint64_t requests = 0;  // 0: nothing is published
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
  std::vector<std::pair<std::string, json::Json>> codes;  // canonical value -> what the API says; empty: the value
  bool number_on_create = false;                          // digits are sent as a number
  bool number_on_update = false;
};

struct Wire {
  std::string base_url;  // default; no trailing slash
  std::vector<std::pair<std::string, Template>> headers;
  std::vector<AttributePaths> attributes;  // by model::AttributeIndex
  ListOperation list;
  ListOperation find;       // by key, exact
  ListOperation find_name;  // by a person's first name, fuzzy; no method: the API has no such thing
  ReadOperation read;
  OwnOperation me;
  CreateOperation create;
  UpdateOperation update;
  ErrorShapes errors;
  Rate rate;
  Auth auth;
};

}  // namespace rostersync::profile
