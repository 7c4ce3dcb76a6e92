#include "sandbox/rate.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/error.hpp"

namespace rostersync::sandbox {

namespace {

// Takes the digits at the front of `text`; 0 if there are none.
unsigned take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
  static const std::map<std::string_view, base::Duration> units = {
      {"s", std::chrono::seconds(1)}, {"min", std::chrono::minutes(1)}, {"h", std::chrono::hours(1)}};
  if (text == "off") return std::nullopt;
  std::string_view rest = text;
  Rate rate;
  rate.requests = take_number(rest);
  const bool slash = rest.starts_with('/');
  if (slash) rest.remove_prefix(1);
  const unsigned times = rest.empty() || rest.front() < '0' || rest.front() > '9' ? 1 : take_number(rest);
  const auto unit = units.find(rest);
  if (rate.requests == 0 || !slash || times == 0 || unit == units.end()) {
    throw base::CannotRun(fmt::format("rate: \"{}\" is no rate; write 300/min, 10/s, 20/10s, or off", text));
  }
  rate.per = unit->second * times;
  return rate;
}

std::string rate_text(const std::optional<Rate>& rate) {
  if (!rate) return "off";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(rate->per).count();
  if (seconds == 1) return fmt::format("{}/s", rate->requests);
  if (seconds == 60) return fmt::format("{}/min", rate->requests);
  return fmt::format("{}/{}s", rate->requests, seconds);
}

std::optional<base::Duration> FixedWindow::admit(base::Instant now) {
  if (!rate_) return std::nullopt;
  if (!opened_ || now >= *opened_ + rate_->per) {
    opened_ = now;
    admitted_ = 0;
  }
  if (admitted_ >= rate_->requests) return *opened_ + rate_->per - now;
  ++admitted_;
  return std::nullopt;
}

}  // namespace rostersync::sandbox
