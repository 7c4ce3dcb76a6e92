// Requests and answers, without a library's types.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rostersync::http {

using RequestId = std::uint64_t;
using Headers = std::vector<std::pair<std::string, std::string>>;  // names as sent or received

// What a request does to the remote side. In a dry run the dispatcher refuses every `write`.
enum class Effect { read, sign_in, write };

struct Request {
  std::string method;
  std::string url;
  Headers headers;  // may hold secrets; never logged
  std::string body;
  Effect effect = Effect::read;
};

// Why there is no usable answer.
enum class Failure {
  none,
  never_left,  // not one byte of the request went out: resolve, connect, TLS, or the guard against a second send at its
               // first
  lost,        // sent, or perhaps sent, and no whole answer came: reset, cut, undecodable
  timed_out,   // likewise, by the clock
  too_large,   // the decoded answer passed the limit
  insecure     // not that host, not trusted, no TLS 1.2, or a redirect left the origin: retrying cannot help
};

std::string_view name_of(Failure failure);

struct Response {
  int status = 0;  // 0 unless failure is none
  Headers headers;
  std::string body;  // decoded
  Failure failure = Failure::none;
  std::string detail;  // the failure in words, without secrets
  std::uint64_t bytes_received = 0;

  // The first header of that name, without case; nothing if absent.
  std::optional<std::string_view> header(std::string_view name) const;
  // All headers of that name, joined by commas as RFC 9110 section 5.3 has it; empty if absent.
  std::string list(std::string_view name) const;
};

}  // namespace rostersync::http
