// A request and its answer as values, so that everything but the socket is plain functions.
#pragma once

#include <cstdint>
#include <map>
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

using Headers = std::map<std::string, std::string>;  // names in lower case

struct Request {
  std::string method;
  std::string path;                                        // decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in the order sent
  std::string content_type;                                // without parameters, lower case; "" if none was sent
  Headers headers;
  std::string body;                // as sent
  std::optional<json::Json> json;  // the body, where it is well-formed JSON of sane depth
  Ports ports;

  std::optional<std::string> header(const std::string& lower_case_name) const;
};

std::string lower_case(std::string_view ascii);

// Splits and decodes `target` (RFC 3986, '+' in the query is a space) and parses the body.
Request make_request(std::string method, std::string_view target, std::string_view content_type, Headers headers,
                     std::string body);

struct Answer {
  int status = 200;
  std::string body;  // JSON text
  std::vector<std::pair<std::string, std::string>> headers;
  bool committed = false;  // a user was created or changed
};

// What a request is for.
enum class Operation { listing, lookup, me, read, create, update, catalogue, sign_in, refresh, wrong_method, unknown };
struct Route {
  Operation operation = Operation::unknown;
  std::string subject;  // what the path names: the id of a user, or what is searched for
};
std::string_view name_of(Operation operation);  // for records
bool is_write(Operation operation);
// What changes no user: reading, and signing in.
bool is_read(Operation operation);
bool is_sign_in(Operation operation);  // a refresh is one too

// What may be asked by `method` alone.
Operation only(const Request& request, std::string_view method, Operation operation);

}  // namespace rostersync::sandbox
