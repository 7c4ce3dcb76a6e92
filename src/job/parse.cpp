// Single settings, as they stand in the configuration and on the command line.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "base/duration.hpp"
#include "base/error.hpp"
#include "job/job.hpp"
#include "json/explain.hpp"
#include "text/text.hpp"

namespace rostersync::job {
namespace {

std::string quoted(const std::string& text) {
  return json::in_words(json::Json(text));
}

// [host] or host, with or without a port.
bool is_authority(std::string_view authority) {
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = authority.find(':', bracket);
  const std::string_view host = authority.substr(0, colon);
  if (host.empty() || host == "[]" || (bracket > 0 && host.size() != bracket + 1)) return false;
  if (host.find_first_of(bracket > 0 ? "@\\" : "@\\[]") != std::string_view::npos) return false;
  if (colon == std::string_view::npos) return true;
  unsigned port = 0;
  const char* end = authority.data() + authority.size();
  const auto [stop, error] = std::from_chars(authority.data() + colon + 1, end, port);
  return error == std::errc{} && stop == end && port >= 1 && port <= 65535;
}

}  // namespace

RateTold parse_rate(const std::string& text, const std::string& where) {
  if (text == "auto") return {0, std::chrono::milliseconds(0), true};
  std::uint64_t requests = 0;
  const char* end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, requests);
  const std::string_view per(unit, static_cast<std::size_t>(end - unit));
  constexpr std::uint64_t most = 999'999'999;
  if (error == std::errc{} && requests > 0 && requests <= most) {
    if (per == "/s") return {requests, std::chrono::seconds(1)};
    if (per == "/min") return {requests, std::chrono::minutes(1)};
  }
  throw base::CannotRun(
      fmt::format("{}: expected auto, or a rate above zero such as 240/min or 10/s, found {}", where, quoted(text)));
}

std::chrono::milliseconds parse_duration(const std::string& text, const std::string& where) {
  if (const auto duration = base::parse_duration(text)) return *duration;
  throw base::CannotRun(
      fmt::format("{}: expected a duration above zero such as 500ms, 30s, 20m or 2h, found {}", where, quoted(text)));
}

std::string parse_base_url(const std::string& text, const std::string& where) {
  const std::size_t start = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const std::string_view rest = std::string_view(text).substr(start);
  const bool is_plain =
      rest.find_first_of("?#@") == std::string_view::npos &&
      std::all_of(rest.begin(), rest.end(), [](char c) { return c > ' ' && c != '\x7f' && c != '"' && c != '{'; });
  if (start == 0 || !is_plain || !is_authority(rest.substr(0, rest.find('/')))) {
    throw base::CannotRun(
        fmt::format("{}: expected an address that starts with http:// or https://, names a host and has neither user "
                    "name, query nor fragment, such as https://api.example.com/v2",
                    where));
  }
  return text.substr(0, text.find_last_not_of('/') + 1);
}

std::string parse_token_url(const std::string& text, const std::string& where) {
  parse_base_url(text, where);
  return text;
}

std::uint64_t parse_runs(const std::string& text, const std::string& where) {
  std::uint64_t runs = 0;
  const char* end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, runs);
  const std::string_view word(unit, static_cast<std::size_t>(end - unit));
  if (error == std::errc{} && runs > 0 && (word == " runs" || word == " run")) return runs;
  throw base::CannotRun(fmt::format(
      "{}: expected a number of runs above zero, such as \"3 runs\" or \"1 run\", found {}", where, quoted(text)));
}

std::string parse_date(const std::string& text, const std::string& where) {
  const auto number = [&](std::size_t from, std::size_t size) {
    unsigned value = 0;
    const char* end = text.data() + from + size;
    return std::from_chars(text.data() + from, end, value).ptr == end ? value : 0;
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number(0, 4))),
                                           std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2))};
    if (date.ok()) return text;
  }
  throw base::CannotRun(
      fmt::format("{}: expected a date that there is, such as \"2030-06-30\", found {}", where, quoted(text)));
}

std::string parse_domain(const std::string& text, const std::string& where) {
  const bool plain = !text.empty() && text.find_first_of("@ \t\r\n") == std::string::npos;
  if (plain) return text::fold(text);
  throw base::CannotRun(
      fmt::format("{}: expected a domain such as \"example.com\", without \"@\", found {}", where, quoted(text)));
}

Fetch parse_fetch(const std::string& text, const std::string& where) {
  constexpr std::array names = {"auto", "list", "by-id", "by-key"};
  constexpr std::array modes = {Fetch::automatic, Fetch::list, Fetch::by_id, Fetch::by_key};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (text == names[i]) return modes[i];
  }
  const auto near = text::nearest(text, names);
  throw base::CannotRun(fmt::format("{}: expected auto, list, by-id or by-key, found {}{}", where, quoted(text),
                                    near ? fmt::format("; did you mean {}?", *near) : ""));
}

}  // namespace rostersync::job
