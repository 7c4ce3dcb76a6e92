#include "sandbox/behaviour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>

#include "base/error.hpp"
#include "text/text.hpp"

namespace rostersync::sandbox {

namespace {

using json::Json;

[[noreturn]] void refuse(const std::string& name, const Json& value, const std::string& expected) {
  throw base::CannotRun(fmt::format("{}: {} does not fit; it takes {}", name,
                                    value.dump(-1, ' ', false, Json::error_handler_t::replace), expected));
}

double percent(const std::string& name, const Json& value) {
  if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 100)
    refuse(name, value, "a percentage from 0 to 100");
  return value.get<double>();
}

template <class Number>
Number whole(const std::string& name, const Json& value, Number most) {
  const bool fits = value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0) &&
                    value.get<std::uint64_t>() <= most;
  if (!fits) refuse(name, value, fmt::format("a whole number from 0 to {}", most));
  return static_cast<Number>(value.get<std::uint64_t>());
}

unsigned count(const std::string& name, const Json& value) {
  return whole<unsigned>(name, value, 1'000'000'000);
}

std::optional<unsigned> optional_count(const std::string& name, const Json& value) {
  if (value.is_null()) return std::nullopt;
  return count(name, value);
}

// Counted from 1.
std::optional<unsigned> ordinal(const std::string& name, const Json& value) {
  if (value == 0) refuse(name, value, "a whole number from 1");
  return optional_count(name, value);
}

std::chrono::milliseconds milliseconds(const std::string& name, const Json& value) {
  return std::chrono::milliseconds(whole<unsigned>(name, value, 3'600'000));
}

std::chrono::seconds life(const std::string& name, const Json& value) {
  if (value == 0) refuse(name, value, "a whole number from 1");
  return std::chrono::seconds(count(name, value));
}

bool flag(const std::string& name, const Json& value) {
  if (!value.is_boolean()) refuse(name, value, "true or false");
  return value.get<bool>();
}

// An array of texts, or one text with commas.
std::vector<std::string> texts(const std::string& name, const Json& value) {
  std::vector<std::string> all;
  if (value.is_string()) {
    std::string rest = value.get<std::string>() + ",";
    for (auto comma = rest.find(','); comma != std::string::npos; comma = rest.find(',')) {
      if (comma > 0) all.push_back(rest.substr(0, comma));
      rest.erase(0, comma + 1);
    }
    return all;
  }
  if (!value.is_array()) refuse(name, value, "a list of texts");
  for (const Json& item : value) {
    if (!item.is_string()) refuse(name, value, "a list of texts");
    all.push_back(item.get<std::string>());
  }
  return all;
}

std::vector<std::string> kinds(const std::string& name, const Json& value) {
  const auto known = Behaviour{}.disturb_kinds;
  auto chosen = texts(name, value);
  const bool all_known = std::all_of(chosen.begin(), chosen.end(), [&](const std::string& kind) {
    return std::find(known.begin(), known.end(), kind) != known.end();
  });
  if (chosen.empty() || !all_known) refuse(name, value, fmt::format("some of {}", fmt::join(known, ",")));
  return chosen;
}

std::set<std::string> attributes(const std::string& name, const Json& value, const Profile& profile) {
  const auto chosen = texts(name, value);
  const auto known = profile.attributes();
  for (const auto& attribute : chosen) {
    if (!known.contains(attribute)) refuse(name, attribute, "attributes of a user, with commas between");
  }
  return {chosen.begin(), chosen.end()};
}

std::set<std::string> folded(const std::vector<std::string>& all) {
  std::set<std::string> result;
  for (const auto& one : all) result.insert(text::fold(one));
  return result;
}

std::optional<Rate> rate(const std::string& name, const Json& value) {
  if (!value.is_string()) refuse(name, value, "a rate such as 300/min, or off");
  return parse_rate(value.get<std::string>());
}

template <class Value>
using Words = std::map<std::string, Value>;

const Words<bool> on_off = {{"on", true}, {"off", false}};
const Words<RateKind> rate_kinds = {
    {"fixed", RateKind::fixed}, {"sliding", RateKind::sliding}, {"bucket", RateKind::bucket}};
const Words<QuotaHeaders> header_kinds = {{"none", QuotaHeaders::none},
                                          {"draft", QuotaHeaders::draft},
                                          {"legacy", QuotaHeaders::legacy},
                                          {"x", QuotaHeaders::x}};

template <class Value>
Value meaning(const Words<Value>& words, const std::string& name, const Json& value) {
  const auto found = value.is_string() ? words.find(value.get<std::string>()) : words.end();
  if (found != words.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [word, meant] : words) known.push_back(word);
  refuse(name, value, fmt::format("one of {}", fmt::join(known, ", ")));
}

template <class Value>
std::string word_for(const Words<Value>& words, Value value) {
  return std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.second == value; })->first;
}

using Setter = std::function<void(Behaviour&, const std::string&, const Json&)>;
using AttributeSetter = std::set<std::string> ApiRules::*;  // that takes names of the API's attributes

const std::map<std::string, AttributeSetter>& attribute_setters() {
  static const std::map<std::string, AttributeSetter> all = {{"listing_omits", &ApiRules::listing_omits},
                                                             {"ignores", &ApiRules::ignores}};
  return all;
}

const std::map<std::string, Setter>& setters() {
  static const std::map<std::string, Setter> all = {
      {"fault_seed",
       [](Behaviour& b, auto& n, auto& v) { b.fault_seed = whole(n, v, std::numeric_limits<std::uint64_t>::max()); }},
      {"disturb_writes", [](Behaviour& b, auto& n, auto& v) { b.disturb_writes = percent(n, v); }},
      {"disturb_reads", [](Behaviour& b, auto& n, auto& v) { b.disturb_reads = percent(n, v); }},
      {"disturb_kinds", [](Behaviour& b, auto& n, auto& v) { b.disturb_kinds = kinds(n, v); }},
      {"disturb_max", [](Behaviour& b, auto& n, auto& v) { b.disturb_max = count(n, v); }},
      {"throttle", [](Behaviour& b, auto& n, auto& v) { b.throttle = percent(n, v); }},
      {"throttle_seconds", [](Behaviour& b, auto& n, auto& v) { b.throttle_seconds = count(n, v); }},
      {"latency", [](Behaviour& b, auto& n, auto& v) { b.latency = milliseconds(n, v); }},
      {"latency_jitter", [](Behaviour& b, auto& n, auto& v) { b.latency_jitter = milliseconds(n, v); }},
      {"revoke_after", [](Behaviour& b, auto& n, auto& v) { b.revoke_after = optional_count(n, v); }},
      {"fail_after", [](Behaviour& b, auto& n, auto& v) { b.fail_after = optional_count(n, v); }},
      {"rate", [](Behaviour& b, auto& n, auto& v) { b.rate = rate(n, v); }},
      {"rate_kind", [](Behaviour& b, auto& n, auto& v) { b.rate_kind = meaning(rate_kinds, n, v); }},
      {"rate_headers", [](Behaviour& b, auto& n, auto& v) { b.rate_headers = meaning(header_kinds, n, v); }},
      {"retry_after", [](Behaviour& b, auto& n, auto& v) { b.retry_after = meaning(on_off, n, v); }},
      {"kill_before", [](Behaviour& b, auto& n, auto& v) { b.kills.before = ordinal(n, v); }},
      {"kill_after", [](Behaviour& b, auto& n, auto& v) { b.kills.after = ordinal(n, v); }},
      {"kill_before_write", [](Behaviour& b, auto& n, auto& v) { b.kills.before_write = ordinal(n, v); }},
      {"kill_after_write", [](Behaviour& b, auto& n, auto& v) { b.kills.after_write = ordinal(n, v); }},
      {"retry_after_date", [](Behaviour& b, auto& n, auto& v) { b.retry_after_date = flag(n, v); }},
      {"forbid", [](Behaviour& b, auto& n, auto& v) { b.rules.forbidden = folded(texts(n, v)); }},
      {"lag", [](Behaviour& b, auto& n, auto& v) { b.rules.lag = count(n, v); }},
      {"session_seconds", [](Behaviour& b, auto& n, auto& v) { b.rules.sessions.life = life(n, v); }},
      {"session_requests", [](Behaviour& b, auto& n, auto& v) { b.rules.sessions.requests = ordinal(n, v); }},
      {"refresh", [](Behaviour& b, auto& n, auto& v) { b.rules.sessions.refresh = meaning(on_off, n, v); }},
      {"hide_disabled", [](Behaviour& b, auto& n, auto& v) { b.rules.hide_disabled = flag(n, v); }},
  };
  return all;
}

const std::set<std::string>& session_settings() {
  static const std::set<std::string> names = {"session_seconds", "session_requests", "refresh"};
  return names;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& [name, setter] : setters()) all.push_back(name);
  for (const auto& [name, setter] : attribute_setters()) all.push_back(name);
  return all;
}

}  // namespace

Behaviour published_behaviour(const Profile& profile) {
  Behaviour behaviour;
  behaviour.rate = profile.published_rate();
  return behaviour;
}

Behaviour changed(Behaviour behaviour, const Json& changes, const Profile& profile) {
  if (!changes.is_object())
    throw base::CannotRun(fmt::format("the settings must be a JSON object; known are {}", fmt::join(names(), ", ")));
  for (const auto& [given, value] : changes.items()) {
    std::string name = given;
    std::replace(name.begin(), name.end(), '-', '_');
    const auto attribute_setter = attribute_setters().find(name);
    if (attribute_setter != attribute_setters().end()) {
      behaviour.rules.*attribute_setter->second = attributes(given, value, profile);
      continue;
    }
    const auto setter = setters().find(name);
    if (setter == setters().end()) {
      const auto near = text::nearest(name, names());
      throw base::CannotRun(fmt::format(
          "{}: there is no such setting; {}", given,
          near ? fmt::format("did you mean \"{}\"?", *near) : fmt::format("known are {}", fmt::join(names(), ", "))));
    }
    if (session_settings().contains(name) && !profile.has_sessions())
      throw base::CannotRun(
          fmt::format("{}: nobody signs in to this API; it has no sessions to set anything of", given));
    setter->second(behaviour, given, value);
  }
  return behaviour;
}

json::OrderedJson describe(const Behaviour& behaviour, const Profile& profile) {
  const auto or_null = [](const std::optional<unsigned>& number) {
    return number ? json::OrderedJson(*number) : json::OrderedJson();
  };
  json::OrderedJson settings = {{"rate", rate_text(behaviour.rate)},
                                {"rate_kind", word_for(rate_kinds, behaviour.rate_kind)},
                                {"rate_headers", word_for(header_kinds, behaviour.rate_headers)},
                                {"retry_after", word_for(on_off, behaviour.retry_after)},
                                {"retry_after_date", behaviour.retry_after_date},
                                {"fault_seed", behaviour.fault_seed},
                                {"disturb_writes", behaviour.disturb_writes},
                                {"disturb_reads", behaviour.disturb_reads},
                                {"disturb_kinds", behaviour.disturb_kinds},
                                {"disturb_max", behaviour.disturb_max},
                                {"throttle", behaviour.throttle},
                                {"throttle_seconds", behaviour.throttle_seconds},
                                {"latency", behaviour.latency.count()},
                                {"latency_jitter", behaviour.latency_jitter.count()},
                                {"revoke_after", or_null(behaviour.revoke_after)},
                                {"fail_after", or_null(behaviour.fail_after)},
                                {"kill_before", or_null(behaviour.kills.before)},
                                {"kill_after", or_null(behaviour.kills.after)},
                                {"kill_before_write", or_null(behaviour.kills.before_write)},
                                {"kill_after_write", or_null(behaviour.kills.after_write)},
                                {"forbid", behaviour.rules.forbidden},
                                {"listing_omits", behaviour.rules.listing_omits},
                                {"ignores", behaviour.rules.ignores},
                                {"lag", behaviour.rules.lag},
                                {"hide_disabled", behaviour.rules.hide_disabled}};
  if (!profile.has_sessions()) return settings;
  settings["session_seconds"] = behaviour.rules.sessions.life.count();
  settings["session_requests"] = or_null(behaviour.rules.sessions.requests);
  settings["refresh"] = word_for(on_off, behaviour.rules.sessions.refresh);
  return settings;
}

}  // namespace rostersync::sandbox
