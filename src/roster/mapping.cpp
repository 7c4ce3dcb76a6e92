#include "roster/mapping.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "text/text.hpp"

namespace rostersync::roster {

using model::Attribute;
using model::AttributeIndex;

namespace {

constexpr std::size_t most_named = 10;  // unknown columns in one message

std::string named(std::string_view header) {
  return text::quoted(header, 40);
}

}  // namespace

Mapping::Mapping(std::string name, const model::Schema& schema, const Options& options)
    : name_(std::move(name)), schema_(schema), options_(options), option_used_(options.columns.size(), false) {
  for (AttributeIndex i = 0; i < schema.size(); ++i) loose_attributes_.emplace(text::loose_name(schema[i].name), i);
  for (const auto& [header, attribute] : options.columns) {
    loose_options_.push_back(text::loose_name(text::trim(header)));
    if (!attribute.empty()) require_attribute(attribute, fmt::format("roster.columns.{}", header));
  }
  for (const auto& [attribute, clears] : options.blank_clears) {
    if (attribute != "*") require_attribute(attribute, "roster.blank");
  }
}

std::vector<std::string> Mapping::attribute_names() const {
  std::vector<std::string> names;
  if (!options_.key.empty()) names.push_back(options_.key);
  for (const Attribute& attribute : schema_.attributes) names.push_back(attribute.name);
  return names;
}

void Mapping::require_attribute(const std::string& name, std::string_view key) const {
  if (schema_.find(name) || names_stable_key(name)) return;
  const auto near = text::nearest(name, attribute_names());
  throw base::CannotRun(fmt::format("{} in the configuration names the attribute {}, which the profile does not have{}",
                                    text::quoted(key), named(name),
                                    near ? fmt::format("; did you mean {}?", text::quoted(*near)) : std::string()));
}

Mapping::Resolved Mapping::resolve(std::string_view header) const {
  const std::string exact = text::nfc(text::trim(header));
  const std::string loose = text::loose_name(exact);
  std::size_t option = options_.columns.size();
  for (std::size_t i = options_.columns.size(); i-- > 0;) {
    if (loose_options_[i] == loose) option = i;
  }
  for (std::size_t i = options_.columns.size(); i-- > 0;) {
    if (text::nfc(text::trim(options_.columns[i].first)) == exact) option = i;
  }
  if (option == options_.columns.size()) return resolve_name(loose);
  const std::string& name = options_.columns[option].second;
  if (name.empty()) return {Meaning::ignored, 0, option};
  const auto attribute = schema_.find(name);
  return {attribute ? Meaning::attribute : Meaning::ignored, attribute.value_or(0), option, names_stable_key(name)};
}

Mapping::Resolved Mapping::resolve_name(std::string_view loose) const {
  if (loose.empty()) return {};
  Resolved resolved;
  resolved.stable_key = names_stable_key(loose);
  if (resolved.stable_key) resolved.meaning = Meaning::ignored;
  const auto found = loose_attributes_.find(std::string(loose));
  if (found != loose_attributes_.end()) {
    resolved.meaning = Meaning::attribute;
    resolved.attribute = found->second;
  }
  return resolved;
}

bool Mapping::names_stable_key(std::string_view name) const {
  return !options_.key.empty() && text::loose_name(name) == text::loose_name(options_.key);
}

void Mapping::add_stable_key(std::string_view header, const std::string& name, std::uint32_t line) {
  if (stable_key_) {
    throw base::CannotRun(
        fmt::format("{}:{}: two columns, {} and {}, both stand for the stable key {} (\"roster.key\"); map one of them "
                    "to null under \"roster.columns\" in the configuration, or rename it",
                    name_, line, named(*stable_key_), named(name), named(options_.key)));
  }
  stable_key_ = std::string(header);
}

std::optional<AttributeIndex> Mapping::add(std::string_view header, std::uint32_t line, std::string_view place) {
  const std::string name = text::nfc(text::trim(header));
  if (name.empty()) {
    throw base::CannotRun(
        fmt::format("{}:{}: {} has no name (a delimiter at the end of the header makes such a column); "
                    "name it, or delete it from every row",
                    name_, line, place));
  }
  const Resolved resolved = resolve(name);
  names_.push_back(name);
  auto& target = added_[std::string(header)];
  target = std::nullopt;
  if (resolved.option < option_used_.size()) option_used_[resolved.option] = true;
  if (resolved.meaning == Meaning::unknown) unknown_.push_back({name, line});
  if (resolved.stable_key) add_stable_key(header, name, line);
  if (resolved.meaning != Meaning::attribute) return target;
  const Attribute& attribute = schema_[resolved.attribute];
  if (const auto first = headers_.find(resolved.attribute); first != headers_.end()) {
    throw base::CannotRun(
        fmt::format("{}:{}: two columns, {} and {}, both stand for {}; map one of them to null under "
                    "\"roster.columns\" in the configuration, or rename it",
                    name_, line, named(first->second), named(name), attribute.name));
  }
  const bool matched = resolved.attribute == model::id_attribute || resolved.attribute == schema_.key;
  if (!attribute.writable() && !matched) {
    if (resolved.stable_key) return target;
    column_warnings_.push_back(
        {"read_only", fmt::format("the column {} is ignored: {} is read-only{}", named(name), attribute.name,
                                  attribute.why.empty() ? "" : " (" + attribute.why + ")")});
    return target;
  }
  if (!attribute.deprecated.empty()) {
    column_warnings_.push_back({"deprecated", fmt::format("the column {}: {} is deprecated: {}", named(name),
                                                          attribute.name, attribute.deprecated)});
  }
  headers_.emplace(resolved.attribute, name);
  return target = resolved.attribute;
}

std::optional<AttributeIndex> Mapping::find_or_add(std::string_view header, std::uint32_t line) {
  if (const auto found = added_.find(header); found != added_.end()) return found->second;
  return add(header, line, "a member of this record");
}

void Mapping::check() const {
  if (!unknown_.empty()) {
    std::vector<std::string> names;
    for (const Unknown& column : unknown_) {
      if (names.size() == most_named) {
        names.push_back(fmt::format("and {} more", unknown_.size() - most_named));
        break;
      }
      const auto near = text::nearest(column.header, attribute_names());
      names.push_back(named(column.header) + (near ? fmt::format(" (did you mean {}?)", text::quoted(*near)) : ""));
    }
    const bool one = unknown_.size() == 1;
    throw base::CannotRun(fmt::format(
        "{}:{}: {} {} no attribute of the profile; rename {} or map {} under \"roster.columns\" in the configuration, "
        "to an attribute or to null to ignore {}",
        name_, unknown_.front().line, fmt::join(names, ", "), one ? "is" : "are each",
        one ? "the column" : "the columns", one ? "it" : "them", one ? "it" : "them"));
  }
  std::vector<std::string> names;
  if (!options_.key.empty() && !stable_key_) {
    for (const std::string& name : names_) names.push_back(named(name));
    throw base::Refused(
        fmt::format("{}: there is no column {}, which the configuration calls the stable key "
                    "(\"roster.key\"); the columns are {}",
                    name_, named(options_.key), fmt::join(names, ", ")));
  }
  if (headers_.contains(schema_.key) || headers_.contains(model::id_attribute)) return;
  for (const auto& [attribute, header] : headers_) names.push_back(named(header));
  throw base::Refused(fmt::format("{}: there is no key column: {} or {} must say who a row is; the columns are {}",
                                  name_, text::quoted(schema_[schema_.key].name),
                                  text::quoted(schema_[model::id_attribute].name),
                                  names.empty() ? "all ignored" : fmt::format("{}", fmt::join(names, ", "))));
}

std::vector<model::Warning> Mapping::warnings() const {
  auto all = column_warnings_;
  for (std::size_t i = 0; i < option_used_.size(); ++i) {
    if (option_used_[i]) continue;
    all.push_back({"unused_mapping", fmt::format("\"roster.columns\" names {}, and the roster has no such column",
                                                 named(options_.columns[i].first))});
  }
  return all;
}

}  // namespace rostersync::roster
