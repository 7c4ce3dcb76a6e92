#include "sandbox/rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
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

class FixedWindow final : public RateGate {
 public:
  explicit FixedWindow(const Rate& rate) : rate_(rate) {}

  std::optional<base::Duration> admit(base::Instant now) override {
    if (!is_open(now)) {
      opened_ = now;
      admitted_ = 0;
    }
    if (admitted_ >= rate_.requests) return *opened_ + rate_.per - now;
    ++admitted_;
    return std::nullopt;
  }
  Quota quota(base::Instant now) const override {
    if (!is_open(now)) return {rate_.requests, {}};
    return {rate_.requests - admitted_, *opened_ + rate_.per - now};
  }

 private:
  bool is_open(base::Instant now) const { return opened_ && now < *opened_ + rate_.per; }

  Rate rate_;
  std::optional<base::Instant> opened_;
  unsigned admitted_ = 0;
};

class SlidingWindow final : public RateGate {
 public:
  explicit SlidingWindow(const Rate& rate) : rate_(rate) {}

  std::optional<base::Duration> admit(base::Instant now) override {
    while (!admitted_.empty() && admitted_.front() + rate_.per <= now) admitted_.pop_front();
    if (admitted_.size() >= rate_.requests) return admitted_.front() + rate_.per - now;
    admitted_.push_back(now);
    return std::nullopt;
  }
  Quota quota(base::Instant now) const override {
    const auto within = std::count_if(admitted_.begin(), admitted_.end(),
                                      [&](const base::Instant& each) { return each + rate_.per > now; });
    if (within == 0) return {rate_.requests, {}};
    return {rate_.requests - static_cast<unsigned>(within), admitted_.back() + rate_.per - now};
  }

 private:
  Rate rate_;
  std::deque<base::Instant> admitted_;  // ascending
};

// Told by one number, as in the generic cell rate algorithm (ITU-T I.371): when the bucket would be full again.
class Bucket final : public RateGate {
 public:
  explicit Bucket(const Rate& rate)
      : interval_((rate.per + base::Duration(rate.requests - 1)) / rate.requests),
        capacity_(interval_ * rate.requests) {}

  std::optional<base::Duration> admit(base::Instant now) override {
    const base::Duration taken = missing(now) + interval_;
    if (taken > capacity_) return taken - capacity_;
    full_at_ = now + taken;
    return std::nullopt;
  }
  Quota quota(base::Instant now) const override {
    return {static_cast<unsigned>((capacity_ - missing(now)) / interval_), missing(now)};
  }

 private:
  // Of what the bucket holds when it is full, counted as the time in which it flows back.
  base::Duration missing(base::Instant now) const { return std::max(full_at_, now) - now; }

  base::Duration interval_;  // in which one request flows back; rounded up
  base::Duration capacity_;
  base::Instant full_at_ = base::Instant::min();
};

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

std::unique_ptr<RateGate> make_rate_gate(const std::optional<Rate>& rate, RateKind kind) {
  if (!rate) return nullptr;
  if (kind == RateKind::sliding) return std::make_unique<SlidingWindow>(*rate);
  if (kind == RateKind::bucket) return std::make_unique<Bucket>(*rate);
  return std::make_unique<FixedWindow>(*rate);
}

}  // namespace rostersync::sandbox
