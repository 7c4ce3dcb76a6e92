// The headers of an answer: whatever they are, waits are bounded, redirects stay at home, and what is read out of them
// could be written back. The input is header lines; the first may be a status line.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "fuzz/support.hpp"
#include "http/field_list.hpp"
#include "http/header_block.hpp"
#include "http/http_date.hpp"
#include "http/observation.hpp"
#include "http/rate_hint.hpp"
#include "http/redirect.hpp"
#include "http/retry_policy.hpp"
#include "http/url.hpp"

using namespace rostersync;
using namespace rostersync::fuzz;
using namespace std::chrono_literals;

namespace {

const base::WallTime now = base::WallTime(std::chrono::seconds(1'700'000'000));
const std::string asked = "https://api.example.com/v2/user?page=1";

http::Response answer(std::string_view text) {
  http::Response response;
  http::HeaderBlock block;
  response.status = 429;
  std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 3), response.status);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    if (!block.add(text.substr(0, end))) break;
    text.remove_prefix(end);
  }
  response.headers = block.take();
  for (const auto& [name, value] : response.headers) {
    require(name.find_first_of(":\n") == std::string::npos, "a header's name ends at the colon", name);
  }
  return response;
}

void check_list(std::string_view text) {
  const auto blank = [](std::string_view part) {
    return !part.empty() && (part.front() == ' ' || part.front() == '\t' || part.back() == ' ' || part.back() == '\t');
  };
  const auto members = http::parse_field_list(text);
  std::string written;
  for (const http::ListMember& member : members) {
    require(!blank(member.item), "an item has no blanks around it", member.item);
    written += fmt::format("{}{}", written.empty() ? "" : ",", member.item);
    for (const auto& [name, value] : member.parameters) {
      require(!blank(name) && !blank(value), "nor has a parameter", name);
      require(member.parameter(name).has_value(), "a parameter is found by its name", name);
      written += fmt::format(";{}={}", name, value);
    }
  }
  if (text.find_first_of("\"\\") != std::string_view::npos || members.empty() || written.empty()) return;
  require(http::parse_field_list(written).size() <= members.size(), "written again, it has no more members", written);
}

void check_waits(const http::Response& response) {
  if (const auto wait = http::retry_after(response, now)) require(*wait >= 0ms, "a wait is not negative");
  http::RetryInput input;
  input.now = now;
  input.random = 0.5;
  for (const auto effect : {http::Effect::read, http::Effect::write}) {
    input.effect = effect;
    const http::Decision decision = http::decide(response, input, {});
    require(decision.wait >= 0ms && decision.asked >= 0ms, "a wait is not negative");
    require(decision.next != http::Next::again || decision.wait <= 16min,
            "no wait is beyond max_wait, but for its jitter", std::to_string(decision.wait.count()));
  }
  http::observe(response, base::Instant(1s), now);
}

void check_hint(const http::Response& response) {
  const auto hint = http::rate_hint(response, now);
  if (!hint) return;
  require(hint->limit || hint->remaining || hint->reset, "a hint says something");
  require(!hint->window || (*hint->window > 0s && *hint->window <= 24h * 366), "a window is one");
  require(!hint->reset || (*hint->reset >= 0s && *hint->reset <= 24h * 366), "a reset is not past, and not for ever");
}

void check_redirect(http::Response response) {
  http::Request request;
  request.method = "GET";
  request.url = asked;
  response.status = 302;
  const auto redirect = http::redirect(request, response);
  if (!redirect) return;
  require(redirect->target.empty() != redirect->refusal.empty(), "a redirect is followed or refused");
  if (redirect->target.empty()) return;
  require(http::origin_of(redirect->target) == http::origin_of(asked), "no redirect leaves the origin",
          redirect->target);
  require(redirect->target.starts_with("https://api.example.com/") ||
              redirect->target.starts_with("https://api.example.com?") ||
              http::origin_of(redirect->target) == "https://api.example.com:443",
          "a target is a URL of the origin", redirect->target);
}

void check_text(const std::string& text) {
  const std::string encoded = http::percent_encode(text);
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
           c == '_' || c == '~' || c == '%';
  };
  require(std::all_of(encoded.begin(), encoded.end(), plain), "what is encoded may stand anywhere", encoded);
  const std::string path = http::path_of("https://api.example.com/" + encoded);
  require(path == "/" + encoded, "what is encoded is one segment", path);
  http::is_loopback(text);
  http::origin_of(text);
  if (const auto resolved = http::resolve(asked, text)) {
    require(resolved->find('\n') == std::string::npos && resolved->find(' ') == std::string::npos, "a URL is one word",
            *resolved);
  }
  if (const auto date = http::parse_http_date(text)) {
    require(date->time_since_epoch() < 24h * 366 * 10'000, "a date is one that there is");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const http::Response response = answer(bytes_of(data, size));
  check_waits(response);
  check_hint(response);
  check_redirect(response);
  for (const auto& [name, value] : response.headers) {
    check_list(value);
    check_text(value);
    check_list(response.list(name));
  }
  return 0;
}
