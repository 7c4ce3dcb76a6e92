#include <fmt/format.h>

#include <algorithm>

#include "model/value.hpp"
#include "report/page.hpp"
#include "report/text.hpp"
#include "report/value.hpp"

namespace rostersync::report {

namespace {

using model::AttributeChange;
using model::Presence;

constexpr std::size_t indent = 8;
constexpr std::size_t min_room = 20;  // columns a value always gets, however long the attribute's name
constexpr std::string_view arrow = " -> ";

bool has_item(const std::vector<std::string>& items, const std::string& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

// Whether the change gives somebody a value that the schema calls privileged, which they did not have.
bool grants_privilege(const model::Attribute& attribute, const AttributeChange& change) {
  if (change.after_presence != Presence::value || attribute.privileged.empty()) return false;
  if (attribute.type != model::Type::text_set) {
    return std::find(attribute.privileged.begin(), attribute.privileged.end(), change.after) !=
           attribute.privileged.end();
  }
  const auto before = shown_items(attribute, change.before_presence, change.before);
  const auto after = shown_items(attribute, change.after_presence, change.after);
  return std::any_of(attribute.privileged.begin(), attribute.privileged.end(), [&](const std::string& value) {
    return has_item(after, in_quotes(value)) && !has_item(before, in_quotes(value));
  });
}

bool disables(const model::Schema& schema, const AttributeChange& change) {
  if (!schema.deactivation || schema.deactivation->attribute != change.attribute) return false;
  const model::Meaning after = model::effective(schema[change.attribute], change.after_presence, change.after);
  return after.presence == Presence::value && after.text == schema.deactivation->value;
}

// What a reader must not miss about a change; empty if it is an everyday one.
std::string_view alarm(const model::Schema& schema, const AttributeChange& change) {
  if (disables(schema, change)) return "disables this account";
  if (grants_privilege(schema[change.attribute], change)) return "privileged";
  return {};
}

// `items` with `sign` in front of each, as many as fit in `room`, then how many more.
std::string listed(const std::vector<std::string>& items, std::string_view sign, std::size_t room) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = fmt::format("{}{}{}", i == 0 ? "" : " ", sign, shorten(items[i], room));
    if (i > 0 && out.size() + item.size() > room) return out + fmt::format(" {}… {} more", sign, items.size() - i);
    out += item;
  }
  return out;
}

// A long set: what joins and what leaves.
std::string set_difference(const model::Attribute& attribute, const AttributeChange& change, std::size_t room) {
  const auto before = shown_items(attribute, change.before_presence, change.before);
  const auto after = shown_items(attribute, change.after_presence, change.after);
  std::vector<std::string> added;
  std::vector<std::string> removed;
  std::copy_if(after.begin(), after.end(), std::back_inserter(added),
               [&](const auto& i) { return !has_item(before, i); });
  std::copy_if(before.begin(), before.end(), std::back_inserter(removed),
               [&](const auto& i) { return !has_item(after, i); });
  const std::size_t share = removed.empty() || added.empty() ? room : room / 2;
  std::string out = listed(added, "+", share);
  if (!added.empty() && !removed.empty()) out += ' ';
  out += listed(removed, "-", share);
  return out + fmt::format(" ({} -> {} items)", before.size(), after.size());
}

// Where two texts part, some context earlier, so that what differs survives shortening: both from there on.
void skip_common_start(std::string& before, std::string& after) {
  constexpr std::size_t context = 12;
  const auto parts = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  auto at = static_cast<std::size_t>(parts.first - before.begin());
  if (at <= 2 * context) return;
  at -= context;
  while ((static_cast<unsigned char>(before[at]) & 0xC0U) == 0x80U) --at;  // not within a code point
  before = "…" + before.substr(at);
  after = "…" + after.substr(at);
}

// The change of one attribute in at most `room` columns a line; a second line is indented by `margin`.
std::string difference(const model::Attribute& attribute, const AttributeChange& change, std::size_t room,
                       std::size_t margin) {
  std::string before = display(attribute, change.before_presence, change.before);
  std::string after = display(attribute, change.after_presence, change.after);
  const bool from_nothing = change.before_presence == Presence::absent || change.before_presence == Presence::unknown;
  std::string whole = from_nothing ? after : before + std::string(arrow) + after;
  if (whole.size() <= room || shorten(whole, room) == whole) return whole;
  if (is_set(attribute.type)) return set_difference(attribute, change, room);
  if (from_nothing) return shorten(after, room);
  if (change.after_presence == Presence::value) skip_common_start(before, after);
  return fmt::format("{}\n{:{}}-> {}", shorten(before, room), "", margin, shorten(after, room - 3));
}

void append_attribute(Page& page, const AttributeChange& change, std::size_t name_width) {
  const model::Schema& schema = *page.run.schema;
  const model::Attribute& attribute = schema[change.attribute];
  const std::string_view warning = alarm(schema, change);
  const std::size_t margin = indent + name_width + 2;
  const std::size_t taken = margin + (warning.empty() ? 0 : warning.size() + 4);
  const std::size_t room = page_width > taken + min_room ? page_width - taken : min_room;
  std::string words = fmt::format("{:{}}{:<{}} {}", "", indent, attribute.name + ":", name_width + 1,
                                  difference(attribute, change, room, margin));
  if (!warning.empty()) {
    words[indent - 2] = '!';
    words += fmt::format("  ({})", warning);
  }
  page.line(page.painted(warning.empty() ? Ink::plain : Ink::red, words));
}

void append_user(Page& page, model::Row row) {
  const model::Outcome outcome = page.run.entries[row].outcome;
  const bool creates = outcome == model::Outcome::created || outcome == model::Outcome::planned_create;
  page.line(
      page.painted(creates ? Ink::green : Ink::yellow,
                   fmt::format("  {} {}: {}", creates ? '+' : '~', who(page.run, row), words_for(page, outcome))));
  const model::EntryDetail* detail = page.run.find_detail(row);
  if (detail == nullptr) return;
  std::size_t name_width = 0;
  for (const AttributeChange& change : detail->changes) {
    name_width = std::max(name_width, (*page.run.schema)[change.attribute].name.size());
  }
  for (const AttributeChange& change : detail->changes) append_attribute(page, change, name_width);
}

bool is_change(model::Outcome outcome) {
  using model::Outcome;
  return outcome == Outcome::planned_create || outcome == Outcome::planned_update || outcome == Outcome::created ||
         outcome == Outcome::updated;
}

}  // namespace

void append_changes(Page& page) {
  std::size_t shown = 0;
  std::uint64_t left = 0;
  for (std::size_t i = 0; i < page.run.entries.size(); ++i) {
    if (!is_change(page.run.entries[i].outcome)) continue;
    if (shown == page.options.max_changes) {
      ++left;
      continue;
    }
    if (shown++ > 0) page.gap();
    append_user(page, static_cast<model::Row>(i));
  }
  if (left > 0) {
    if (shown > 0) page.gap();
    page.line(page.painted(Ink::faint, fmt::format("  … and {}, in the full report", counted(left, "more change"))));
  }
  if (shown > 0 || left > 0) page.gap();
}

}  // namespace rostersync::report
