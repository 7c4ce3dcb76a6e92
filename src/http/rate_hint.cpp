#include "http/rate_hint.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "http/field_list.hpp"
#include "http/http_date.hpp"

namespace rostersync::http {

namespace {

using base::Duration;

constexpr double longest_seconds = 366.0 * 24 * 3600;  // no window and no reset that makes sense is longer
constexpr double unix_time_from = 1U << 30U;
constexpr double largest_count = 1e15;  // RFC 9651 section 3.3.1: integers have at most 15 digits

struct Policy {
  std::string_view name;  // as written; empty in the earlier form
  std::uint64_t quota = 0;
  std::optional<Duration> window;
  bool of_requests = true;  // not of bytes, or of how many at once
};

// Whole or decimal (some servers count parts of a second). Nothing for anything else.
std::optional<double> number(std::optional<std::string_view> text) {
  if (!text || text->empty() || text->find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> count(std::optional<std::string_view> text) {
  const auto value = number(text);
  if (!value || *value > largest_count) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<Duration> time(std::optional<double> value) {
  if (!value || *value > longest_seconds) return std::nullopt;
  return std::chrono::ceil<Duration>(std::chrono::duration<double>(*value));
}

std::optional<Duration> window(const ListMember& member) {
  const auto text = member.parameter("w");
  const auto value = time(number(text ? text : member.parameter("window")));
  return value == Duration::zero() ? std::nullopt : value;
}

// Reads the resets of one answer, which must outlive it.
class Resets {
 public:
  Resets(const Response& response, base::WallTime now) : response_(response), now_(now) {}

  std::optional<Duration> operator()(std::optional<std::string_view> text) const {
    const auto value = number(text);
    return time(value && *value > unix_time_from ? std::max(*value - unix_now(), 0.0) : value);
  }

 private:
  double unix_now() const {
    const auto date = parse_http_date(response_.header("Date").value_or(""));
    using Seconds = std::chrono::duration<double>;  // in nanoseconds, a Date after 2262 would overflow
    return date ? Seconds(date->time_since_epoch()).count() : Seconds(now_.time_since_epoch()).count();
  }

  const Response& response_;
  base::WallTime now_;
};

// Both `"name";q=100;w=60` and the earlier `100;w=60`.
std::vector<Policy> policies_in(const std::vector<ListMember>& members) {
  std::vector<Policy> policies;
  for (const ListMember& member : members) {
    const auto named = member.parameter("q");
    const auto quota = count(named ? *named : member.item);
    if (!quota) continue;
    const auto unit = member.parameter("qu").value_or("\"requests\"");
    policies.push_back({named ? member.item : std::string_view{}, *quota, window(member),
                        unit == "\"requests\"" || unit == "\"request\""});
  }
  return policies;
}

// `"name";r=50;t=30` (draft 08 and later), one member a policy.
std::optional<RateHint> service_limit(const std::vector<ListMember>& members, const std::vector<Policy>& policies,
                                      const Resets& reset) {
  const auto left = [](const RateHint& hint) {
    return std::tuple(hint.remaining.value_or(std::numeric_limits<std::uint64_t>::max()),
                      -hint.reset.value_or(Duration::zero()));
  };
  std::optional<RateHint> least;
  for (const ListMember& member : members) {
    RateHint hint{{}, {}, count(member.parameter("r")), reset(member.parameter("t"))};
    if (!hint.remaining && !hint.reset) continue;
    const auto policy = std::find_if(policies.begin(), policies.end(),
                                     [&](const Policy& one) { return !one.name.empty() && one.name == member.item; });
    if (policy != policies.end()) {
      if (!policy->of_requests) continue;
      hint.limit = policy->quota;
      hint.window = policy->window;
    }
    if (!least || left(hint) < left(*least)) least = hint;
  }
  return least;
}

// The forms without names: the window is that of the policy with this limit, or of the only one there is. Of several,
// the shortest that this reset fits into.
std::optional<Duration> window_of(const RateHint& hint, const std::vector<Policy>& policies) {
  std::vector<Policy> meant;
  std::copy_if(policies.begin(), policies.end(), std::back_inserter(meant),
               [](const Policy& policy) { return policy.of_requests && policy.window; });
  if (meant.size() != 1) {
    meant.erase(std::remove_if(meant.begin(), meant.end(), [&](const Policy& one) { return one.quota != hint.limit; }),
                meant.end());
  }
  std::sort(meant.begin(), meant.end(), [](const Policy& a, const Policy& b) { return a.window < b.window; });
  const auto fits =
      std::find_if(meant.begin(), meant.end(), [&](const Policy& one) { return one.window >= hint.reset; });
  if (fits != meant.end()) return fits->window;
  return meant.empty() ? std::nullopt : meant.back().window;
}

// `limit=100, remaining=50, reset=30` (draft 07).
std::optional<RateHint> dictionary(const std::vector<ListMember>& members, const std::vector<Policy>& policies,
                                   const Resets& reset) {
  const auto value = [&](std::string_view key) -> std::optional<std::string_view> {
    for (const ListMember& member : members) {
      if (member.item.starts_with(key)) return member.item.substr(key.size());
    }
    return std::nullopt;
  };
  RateHint hint{count(value("limit=")), {}, count(value("remaining=")), reset(value("reset="))};
  if (!hint.limit && !hint.remaining && !hint.reset) return std::nullopt;
  hint.window = window_of(hint, policies);
  return hint;
}

// Three headers (up to draft 06, and what they were made from). The limit's may have the policies behind it:
// `100, 100;w=60`.
std::optional<RateHint> three_headers(const std::string& prefix, const Response& response, std::vector<Policy> policies,
                                      const Resets& reset) {
  const std::string limit = response.list(prefix + "-Limit");
  const auto limits = parse_field_list(limit);
  const auto first = limits.empty() ? std::nullopt : std::optional(limits.front().item);
  RateHint hint{
      count(first), {}, count(response.header(prefix + "-Remaining")), reset(response.header(prefix + "-Reset"))};
  if (!hint.limit && !hint.remaining && !hint.reset) return std::nullopt;
  const auto more = policies_in(limits);
  policies.insert(policies.end(), more.begin(), more.end());
  hint.window = window_of(hint, policies);
  return hint;
}

// Where nothing is said of what is left: the policy that lets the fewest requests through in the long run.
std::optional<RateHint> policy_alone(const std::vector<Policy>& policies) {
  const auto rate = [](const Policy& one) {
    if (!one.window) return std::numeric_limits<double>::infinity();
    return static_cast<double>(one.quota) / std::chrono::duration<double>(*one.window).count();
  };
  const Policy* strictest = nullptr;
  for (const Policy& one : policies) {
    if (one.of_requests && (strictest == nullptr || rate(one) < rate(*strictest))) strictest = &one;
  }
  if (strictest == nullptr) return std::nullopt;
  return RateHint{strictest->quota, strictest->window, {}, {}};
}

}  // namespace

std::optional<RateHint> rate_hint(const Response& response, base::WallTime now) {
  const Resets reset(response, now);
  const std::string policy = response.list("RateLimit-Policy");
  const std::vector<Policy> policies = policies_in(parse_field_list(policy));
  const std::string current = response.list("RateLimit");
  const auto members = parse_field_list(current);
  if (const auto hint = service_limit(members, policies, reset)) return hint;
  if (const auto hint = dictionary(members, policies, reset)) return hint;
  for (const char* prefix : {"RateLimit", "X-RateLimit", "X-Rate-Limit"}) {
    if (const auto hint = three_headers(prefix, response, policies, reset)) return hint;
  }
  return policy_alone(policies);
}

}  // namespace rostersync::http
