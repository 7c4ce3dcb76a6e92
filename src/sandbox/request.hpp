// A request and its answer as values, so that everything but the socket is plain functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/json.hpp"

namespace rostersync::sandbox {

// Of the connection that a request came by; both ends are on 127.0.0.1.
struct Ports {
  std::uint16_t client = 0;
  std::uint16_t server = 0;
};

struct Request {
  std::string method;
  std::string path;                                        // decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in the order sent
  std::string content_type;                                // without parameters, lower case; "" if none was sent
  std::optional<std::string> key;                          // what x-APIKey held
  std::string body;                                        // as sent
  std::optional<json::Json> json;                          // the body, where it is well-formed JSON of sane depth
  Ports ports;
};

// Splits and decodes `target` (RFC 3986, '+' in the query is a space) and parses the body.
Request make_request(std::string method, std::string_view target, std::string_view content_type,
                     std::optional<std::string> key, std::string body);

struct Answer {
  int status = 200;
  std::string body;  // JSON text
  std::vector<std::pair<std::string, std::string>> headers;
  bool committed = false;  // a user was created or changed
};

// {"errors": {kind: detail}}, the shape of every published error.
Answer error_answer(int status, const std::string& kind, const json::OrderedJson& detail);

// What a request is for, by its method and path alone.
enum class Operation { listing, lookup, me, read, create, update, wrong_method, unknown };
struct Route {
  Operation operation = Operation::unknown;
  std::string user_id;  // of read and update
};
Route route(const Request& request);
bool is_write(Operation operation);
bool is_read(Operation operation);

}  // namespace rostersync::sandbox
