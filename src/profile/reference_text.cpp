#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "profile/profile.hpp"
#include "profile/words.hpp"

namespace rostersync::profile {
namespace {

constexpr std::size_t page_width = 100;

using model::Attribute;
using model::OnUpdate;
using model::Schema;

// "  Label       words", wrapped.
std::string line(std::string_view label, std::string_view words, std::string_view indent = "  ") {
  return wrap(fmt::format("{}{:<13}", indent, label), words, page_width);
}

std::string per(std::chrono::milliseconds span) {
  if (span == std::chrono::minutes(1)) return "a minute";
  if (span == std::chrono::seconds(1)) return "a second";
  return fmt::format("in {} s", std::chrono::duration<double>(span).count());
}

std::string rate_in_words(const Rate& rate) {
  if (rate.requests == 0)
    return fmt::format("nothing is published: it is found out; at most {} at once", rate.max_in_flight);
  const auto own = std::floor(static_cast<double>(rate.requests) * rate.share + 1e-9);
  return fmt::format("{} requests {}, of {} that the API allows; at most {} at once", own, per(rate.per), rate.requests,
                     rate.max_in_flight);
}

std::string names_of(const Schema& schema, const std::vector<model::AttributeIndex>& attributes) {
  std::vector<std::string> names;
  for (const auto index : attributes) names.push_back(schema[index].name);
  return fmt::format("{}", fmt::join(names, ", "));
}

// "api_key, and username with password, or token".
std::string credentials_in_words(const Profile& profile) {
  std::vector<std::string> ways;
  for (const AuthWay& way : profile.wire.auth) {
    if (!way.credentials.empty()) ways.push_back(fmt::format("{}", fmt::join(way.credentials, " with ")));
  }
  const std::string always = fmt::format("{}", fmt::join(profile.credentials, ", "));
  const std::string either = fmt::format("{}", fmt::join(ways, ", or "));
  if (always.empty() && either.empty()) return "none";
  return always.empty() || either.empty() ? always + either : always + ", and " + either;
}

std::string header(const Profile& profile) {
  const Schema& schema = profile.schema;
  std::string text = fmt::format("{} (profile {})\n", profile.title, profile.name);
  if (!profile.description.empty()) text += wrap("", profile.description, page_width);
  text += '\n';
  text += line("Base URL", profile.wire.base_url);
  text += line("Credentials", credentials_in_words(profile));
  text += line("Rate", rate_in_words(profile.wire.rate));
  text += line("Matched by", fmt::format("id, where a row has one; else {}", schema[schema.key].name));
  text += line("A new user", fmt::format("needs {}", [&] {
                 std::vector<std::string> names;
                 for (const Attribute& attribute : schema.attributes) {
                   if (attribute.required) names.push_back(attribute.name);
                 }
                 return fmt::format("{}", fmt::join(names, ", "));
               }()));
  text += line("A name is", names_of(schema, schema.name));
  if (schema.deactivation) {
    text += line("Shut out by",
                 fmt::format("{} = {}", schema[schema.deactivation->attribute].name, schema.deactivation->value));
  }
  return text;
}

std::string how_to_roster() {
  std::string text = "\nHOW TO WRITE A ROSTER\n\n";
  for (const char* rule :
       {"A CSV file with a header row, a JSON array of objects, or one JSON object a line; UTF-8.",
        "Each column (or member) is named like an attribute below; \"First Name\" and first_name are the same.",
        "A blank cell leaves the attribute as it is. The cell \\N, or JSON null, clears it, where it can be cleared.",
        "A list is written a|b|c or as a JSON array. Where | parts the columns, put the list in quotes.",
        "A column that the API only reads is ignored, with a warning. A column that is no attribute is an error."}) {
    text += wrap("  - ", rule, page_width);
  }
  return text;
}

std::string yes(bool is_so) {
  return is_so ? "yes" : "-";
}

std::string table(const Schema& schema) {
  std::size_t width = 9;
  for (const Attribute& attribute : schema.attributes) width = std::max(width, attribute.name.size());
  const auto row = [&](std::string_view name, std::string_view type, const std::vector<std::string>& cells) {
    std::string text = fmt::format("  {:<{}}  {:<17}", name, width, type);
    for (const std::string& cell : cells) text += fmt::format("  {:<6}", cell);
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
  };
  std::string text = "\nATTRIBUTES\n\n" + row("", "", {"read", "create", "update", "clear"});
  for (const Attribute& attribute : schema.attributes) {
    text += row(attribute.name, type_name(attribute.type),
                {yes(attribute.readable), attribute.required ? "needed" : yes(attribute.on_create),
                 yes(attribute.on_update == OnUpdate::yes), yes(attribute.clearable)});
  }
  return text;
}

// In which direction an attribute travels, where that is not every direction.
std::string direction_in_words(const Attribute& attribute) {
  if (!attribute.writable()) return "read only; a roster's column of it is ignored";
  if (attribute.on_update == OnUpdate::on_request) {
    return "sent when a user is created; later only where the configuration says \"password_updates\": true";
  }
  if (attribute.on_update != OnUpdate::yes) return "sent when a user is created, never later";
  if (!attribute.on_create) return "not part of a create; a new user gets it by an update that follows at once";
  return "";
}

std::string never_in_words(const model::Never& never) {
  std::string words = never.from ? "from " + *never.from : "";
  if (never.to) words += (words.empty() ? "to " : " to ") + *never.to;
  return words + ": " + never.why;
}

std::string block(const Schema& schema, const Attribute& attribute) {
  const auto add = [](std::string_view label, const std::string& words) {
    return words.empty() ? "" : line(label, words, "    ");
  };
  const auto joined = [](const std::vector<std::string>& values, std::string_view between) {
    return fmt::format("{}", fmt::join(values, between));
  };
  const bool is_id = attribute.name == schema[model::id_attribute].name;
  std::string text = fmt::format("\n  {}\n", attribute.name);
  if (!attribute.description.empty()) text += wrap("    ", attribute.description, page_width);
  if (attribute.writable() || is_id) text += add("Write", how_to_write(attribute.type));
  text += add("Values", joined(attribute.values, ", "));
  text += add("Rules", in_words(attribute.policy));
  if (attribute.required)
    text += add("Needed", "to create a user" + (attribute.why.empty() ? "" : ": " + attribute.why));
  if (!is_id) text += add("Direction", direction_in_words(attribute));
  if (attribute.writable() && !attribute.readable) {
    text += add("Not read", "the API does not give it back, so it is compared with what was last confirmed");
  }
  if (!attribute.required) text += add("Why", attribute.why);
  for (const model::AppliesWhen& condition : attribute.applies_when) {
    text +=
        add("Only where", fmt::format("{} is {}", schema[condition.attribute].name, joined(condition.values, " or ")));
  }
  for (const model::Never& never : attribute.never) text += add("Never sent", never_in_words(never));
  if (!attribute.privileged.empty()) {
    text += add("Privileged",
                joined(attribute.privileged, ", ") + " (granting it counts against the limit \"privileged\")");
  }
  if (attribute.initial) text += add("Unsaid", "means " + *attribute.initial);
  if (attribute.on_update == OnUpdate::yes && !attribute.clearable) text += add("Clearing", "cannot be cleared");
  if (attribute.clearable) text += add("Clearing", "\\N, or JSON null");
  return text + add("Deprecated", attribute.deprecated);
}

}  // namespace

std::string reference_text(const Profile& profile) {
  std::string text = header(profile) + how_to_roster() + table(profile.schema) + "\nEACH ATTRIBUTE\n";
  for (const Attribute& attribute : profile.schema.attributes) text += block(profile.schema, attribute);
  return text;
}

}  // namespace rostersync::profile
