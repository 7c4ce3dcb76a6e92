#include "directory/session_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "directory/user_decoder.hpp"
#include "directory/words.hpp"
#include "http/http_date.hpp"
#include "json/view.hpp"
#include "text/text.hpp"

namespace rostersync::directory {

using json::View;

namespace {

std::optional<View> at(View document, const std::string& pointer) {
  return json::at(document, json::pointer_parts(pointer));
}

std::string text_at(View document, const std::string& pointer) {
  const auto found = at(document, pointer);
  return found && found->is_string() ? std::string(json::text_of(*found)) : std::string{};
}

// A number, or a text that is one: some servers quote it.
std::optional<double> number(std::optional<View> value) {
  if (!value) return std::nullopt;
  if (value->is_number()) return value->get_double().value_unsafe();
  if (!value->is_string()) return std::nullopt;
  const std::string_view text = json::text_of(*value);
  double parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return parsed;
}

// The server's own clock where it tells the time: this machine's may be wrong.
base::WallTime told_at(const http::Response& response, base::WallTime now) {
  const auto date = http::parse_http_date(response.header("Date").value_or(""));
  return date ? base::WallTime(*date) : now;
}

// Nothing where the answer does not say, or says what cannot be: then it shows when the session is refused.
std::optional<base::Duration> life_of(const profile::Expiry& expiry, View document, const http::Response& response,
                                      base::WallTime now) {
  const auto told = number(at(document, expiry.pointer));
  if (!told) return std::nullopt;
  double seconds = *told * std::chrono::duration<double>(expiry.unit).count();
  if (expiry.is_moment) seconds -= std::chrono::duration<double>(told_at(response, now).time_since_epoch()).count();
  constexpr double longest = 366.0 * 24 * 3600;
  if (!std::isfinite(seconds) || seconds <= 0) return std::nullopt;
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(std::min(seconds, longest)));
}

// Why a value cannot stand in a header or a body; empty if it can.
std::string fault_of(const std::optional<std::string>& value) {
  if (!value) return "has no text";
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  return std::any_of(value->begin(), value->end(), is_control) ? "has a control character" : "";
}

}  // namespace

SessionAnswer read_session(const profile::AuthWay& way, const http::Response& response, const SessionValues& before,
                           base::WallTime now) {
  SessionAnswer answer;
  json::ViewReader reader;
  const auto document = reader.read(response.body);
  if (!document) {
    answer.fault = "the answer is not JSON";
    return answer;
  }
  answer.is_whole = true;
  answer.values = before;
  bool is_new = false;
  for (const auto& [name, pointer] : way.sign_in.session) {
    const auto found = at(*document, pointer);
    if (!found && before.contains(name)) continue;
    const auto value = id_text(found);
    if (const std::string fault = fault_of(value); fault.empty()) {
      answer.values.insert_or_assign(name, base::Secret(*value));
      is_new = true;
    } else if (answer.fault.empty()) {
      answer.fault = fmt::format("the answer {} at {}", fault, pointer.empty() ? "its root" : pointer);
    }
  }
  if (!is_new && answer.fault.empty()) answer.fault = "the answer has nothing of a session";
  const std::string type = text_at(*document, "/token_type");
  if (way.kind == profile::AuthKind::oauth2 && answer.fault.empty() && !type.empty() && text::fold(type) != "bearer") {
    answer.fault = fmt::format("the token is of the type \"{}\", and only bearer tokens can be used", shortened(type));
  }
  if (way.sign_in.expires) answer.life = life_of(*way.sign_in.expires, *document, response, now);
  return answer;
}

std::string grant_error(const http::Response& response) {
  json::ViewReader reader;
  const auto document = reader.read(response.body);
  if (!document) return {};
  const std::string error = text_at(*document, "/error");
  const std::string description = text_at(*document, "/error_description");
  return error.empty() || description.empty() ? error : fmt::format("{}: {}", error, description);
}

}  // namespace rostersync::directory
