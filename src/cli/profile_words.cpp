#include "cli/profile_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::cli {

using json::OrderedJson;

namespace {

constexpr std::size_t longest_value = 40;  // bytes, of what stands in a table

std::string shown(const json::Json& value) {
  std::string text = value.dump(-1, ' ', false, json::Json::error_handler_t::replace);
  if (text.size() <= longest_value) return text;
  text.resize(longest_value);
  text.resize(text::first_invalid_utf8(text).value_or(text.size()));
  return text + "…";
}

std::string understood(const model::Attribute& attribute, const directory::SampledAttribute& one) {
  if (!one.fault.empty()) return "! " + one.fault;
  if (!one.said) return "not told here: read by id where it matters";
  if (one.understood.empty()) return "nothing";
  return attribute.name == "id" ? one.understood : shown(model::json_from_canonical(attribute, one.understood));
}

std::string attribute_line(const model::Schema& schema, const directory::SampledAttribute& one, std::size_t width) {
  const model::Attribute& attribute = schema[one.attribute];
  const std::string said = one.said ? shown(*one.said) : "(not there)";
  return fmt::format("  {:<{}}  {:<20}  {:<28}  {}\n", attribute.name, width, one.place, said,
                     understood(attribute, one));
}

OrderedJson or_null(const std::string& text) {
  return text.empty() ? OrderedJson(nullptr) : OrderedJson(text);
}

std::string pages_in_words(const directory::PageFacts& facts) {
  const std::string count = facts.count ? fmt::format("declares {} in all", *facts.count) : "declares no count";
  return count + (facts.next.empty() ? ", and this is the last page" : ", and more pages follow");
}

std::string doubts_in_words(const model::Schema& schema, const directory::Sample& sample) {
  std::string text;
  for (const directory::SampledAttribute& one : sample.attributes) {
    if (one.missing < sample.users) continue;
    text += fmt::format(
        "  {} at {}: no user of the page has it. If it is misspelt, correct \"read\"; if the API never "
        "gives it back, say \"read\": false\n",
        schema[one.attribute].name, one.place);
  }
  return text.empty() ? "" : "\nNot found:\n" + text;
}

std::string unmentioned_in_words(const directory::Sample& sample) {
  if (sample.unmentioned.empty()) return "\nThe profile mentions all that the API returned.\n";
  std::string text = "\nThe API returned, and the profile does not mention:\n";
  for (const directory::Unmentioned& one : sample.unmentioned) {
    text += fmt::format("  {:<28}  {:<28}  of {} users\n", one.place, shown(one.said), one.users);
  }
  return text;
}

}  // namespace

std::string check_in_words(const std::string& file, const profile::Assessment& assessment) {
  std::string text = fmt::format("{} is valid.\n\n", file);
  for (const auto& [label, words] : assessment.facts) text += fmt::format("  {:<12}{}\n", label, words);
  if (!assessment.consequences.empty()) text += "\nWhat follows from what it says, and does not say:\n";
  for (const std::string& sentence : assessment.consequences) text += fmt::format("  - {}\n", sentence);
  return text;
}

std::string probe_in_words(const model::Schema& schema, const sync::Probe& probe) {
  const directory::Sample& sample = *probe.sample;
  std::string text = fmt::format("\n{} answered {} with {} users; it {}.\n", probe.request, probe.http_status,
                                 sample.users, pages_in_words(sample.facts));
  for (const std::string& doubt : probe.doubts) text += fmt::format("  ! {}\n", doubt);
  if (sample.users == 0) return text + "There is nobody to look at.\n";
  std::size_t width = 9;
  for (const auto& one : sample.attributes) width = std::max(width, schema[one.attribute].name.size());
  text += fmt::format("\nThe first of them:\n  {:<{}}  {:<20}  {:<28}  {}\n", "attribute", width, "place",
                      "the API says", "understood as");
  for (const auto& one : sample.attributes) text += attribute_line(schema, one, width);
  return text + doubts_in_words(schema, sample) + unmentioned_in_words(sample);
}

OrderedJson check_in_json(const std::string& file, const profile::Assessment& assessment) {
  OrderedJson it;
  it["file"] = file;
  it["valid"] = true;
  it["facts"] = OrderedJson::object();
  for (const auto& [label, words] : assessment.facts) it["facts"][label] = words;
  it["consequences"] = assessment.consequences;
  return it;
}

OrderedJson probe_in_json(const model::Schema& schema, const sync::Probe& probe) {
  const directory::Sample& sample = *probe.sample;
  OrderedJson it;
  it["request"] = probe.request;
  it["http_status"] = probe.http_status;
  it["users"] = sample.users;
  it["count"] = sample.facts.count ? OrderedJson(*sample.facts.count) : OrderedJson(nullptr);
  it["more"] = !sample.facts.next.empty();
  it["doubts"] = probe.doubts;
  it["attributes"] = OrderedJson::array();
  for (const directory::SampledAttribute& one : sample.attributes) {
    it["attributes"].push_back({{"name", schema[one.attribute].name},
                                {"place", one.place},
                                {"said", one.said ? OrderedJson(*one.said) : OrderedJson(nullptr)},
                                {"understood", or_null(one.understood)},
                                {"fault", or_null(one.fault)},
                                {"missing", one.missing}});
  }
  it["unmentioned"] = OrderedJson::array();
  for (const directory::Unmentioned& one : sample.unmentioned) {
    it["unmentioned"].push_back({{"place", one.place}, {"said", OrderedJson(one.said)}, {"users", one.users}});
  }
  return it;
}

}  // namespace rostersync::cli
