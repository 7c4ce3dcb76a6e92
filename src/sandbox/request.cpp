#include "sandbox/request.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace rostersync::sandbox {

namespace {

constexpr int deepest = 64;  // levels of nesting; no published body has more than three

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

void add_query(std::string_view text, Request& request) {
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    request.query.emplace_back(decoded(pair.substr(0, equals), true), decoded(value, true));
  }
}

std::string media_type(std::string_view header) {
  std::string type(header.substr(0, header.find(';')));
  while (!type.empty() && std::isspace(static_cast<unsigned char>(type.back())) != 0) type.pop_back();
  return lower_case(type);
}

std::optional<json::Json> parsed(const std::string& body) {
  if (body.empty()) return std::nullopt;
  const auto refuse_depths = [](int depth, json::Json::parse_event_t, json::Json&) {
    if (depth > deepest) throw std::length_error("nested too deeply");
    return true;
  };
  try {
    return json::Json::parse(body, refuse_depths);
  } catch (const json::Json::exception&) {
    return std::nullopt;
  } catch (const std::length_error&) {
    return std::nullopt;
  }
}

}  // namespace

std::string lower_case(std::string_view ascii) {
  std::string lower(ascii);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

Request make_request(std::string method, std::string_view target, std::string_view content_type, Headers headers,
                     std::string body) {
  Request request;
  request.method = std::move(method);
  const auto mark = target.find('?');
  request.path = decoded(target.substr(0, mark), false);
  if (mark != std::string_view::npos) add_query(target.substr(mark + 1), request);
  request.content_type = media_type(content_type);
  request.headers = std::move(headers);
  request.json = parsed(body);
  request.body = std::move(body);
  return request;
}

std::optional<std::string> Request::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::listing:
      return "listing";
    case Operation::lookup:
      return "lookup";
    case Operation::me:
      return "me";
    case Operation::read:
      return "read";
    case Operation::create:
      return "create";
    case Operation::update:
      return "update";
    case Operation::catalogue:
      return "catalogue";
    case Operation::sign_in:
      return "sign_in";
    case Operation::refresh:
      return "refresh";
    case Operation::wrong_method:
      return "wrong_method";
    case Operation::unknown:
      break;
  }
  return "unknown";
}

bool is_write(Operation operation) {
  return operation == Operation::create || operation == Operation::update;
}

bool is_sign_in(Operation operation) {
  return operation == Operation::sign_in || operation == Operation::refresh;
}

bool is_read(Operation operation) {
  return operation == Operation::listing || operation == Operation::lookup || operation == Operation::me ||
         operation == Operation::read || operation == Operation::catalogue || is_sign_in(operation);
}

Operation only(const Request& request, std::string_view method, Operation operation) {
  return request.method == method ? operation : Operation::wrong_method;
}

}  // namespace rostersync::sandbox
