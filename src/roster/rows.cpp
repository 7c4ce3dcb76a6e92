#include "roster/rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "roster/cell.hpp"
#include "text/text.hpp"

namespace rostersync::roster {

using model::AttributeIndex;
using model::Presence;
using model::Row;

namespace {

constexpr std::size_t longest_stable_key = 255;  // characters
constexpr std::size_t longest_raw_key = 1000;    // bytes

model::Attribute stable_key_named(const std::string& name) {
  model::Attribute attribute;
  attribute.name = name;
  attribute.clearable = true;  // which makes it none
  attribute.policy.max_length = longest_stable_key;
  return attribute;
}

}  // namespace

Rows::Rows(Roster& roster, const model::Schema& schema, const Options& options, const Mapping& mapping)
    : roster_(roster),
      schema_(schema),
      mapping_(mapping),
      stable_key_(stable_key_named(options.key)),
      has_stable_keys_(!options.key.empty()),
      blank_clears_(schema.size(), false) {
  const auto rest = options.blank_clears.find("*");
  for (AttributeIndex i = 0; i < schema.size(); ++i) {
    const auto own = options.blank_clears.find(schema[i].name);
    const auto said = own != options.blank_clears.end() ? own : rest;
    blank_clears_[i] = said != options.blank_clears.end() && said->second;
  }
}

void Rows::widen(const std::vector<AttributeIndex>& attributes) {
  const model::Users& narrow = roster_.users;
  auto columns = narrow.columns();
  for (const AttributeIndex attribute : attributes) {
    if (std::find(columns.begin(), columns.end(), attribute) == columns.end()) columns.push_back(attribute);
  }
  if (columns.size() == narrow.columns().size()) return;
  model::Users wide(schema_.size(), columns);
  for (Row row = 0; row < narrow.size(); ++row) {
    wide.add();
    for (const AttributeIndex attribute : narrow.columns()) {
      wide.set(row, attribute, narrow.presence(row, attribute), narrow.text(row, attribute));
    }
  }
  roster_.users = std::move(wide);
}

void Rows::begin(std::uint32_t line) {
  row_ = roster_.users.add();
  roster_.lines.push_back(line);
  who_faulty_ = false;
  stable_key_faulty_ = false;
  own_stable_key_.clear();
}

void Rows::add(AttributeIndex attribute, CellValue cell, std::string_view raw) {
  const bool blank = cell.presence == Presence::absent && cell.reason.empty();
  if (blank && blank_clears_[attribute]) {
    cell = clear_cell(schema_[attribute],
                      "a blank cell empties it here (\"roster.blank\"): give a value, or let blanks keep");
  }
  if (!cell.reason.empty()) {
    if (attribute == schema_.key || attribute == model::id_attribute) {
      who_faulty_ = true;
      if (raw.size() <= longest_raw_key) roster_.raw_keys.emplace(row_, text::nfc(text::trim(raw)));
    }
    add_fault(std::move(cell.reason), header(attribute), std::move(cell.message));
    return;
  }
  if (cell.presence != Presence::absent) roster_.users.set(row_, attribute, cell.presence, cell.text);
}

void Rows::add_fault(std::string reason, std::string_view column, std::string message) {
  roster_.faults[row_].push_back({std::move(reason), std::string(column), std::move(message)});
}

void Rows::add_stable_key(CellValue cell, std::string_view header) {
  if (cell.reason.empty()) {
    own_stable_key_ = std::move(cell.text);
    return;
  }
  stable_key_faulty_ = true;
  add_fault(std::move(cell.reason), header, std::move(cell.message));
}

void Rows::end() {
  if (has_stable_keys_) roster_.stable_keys.add(own_stable_key_);
  const bool has_id = readable(model::id_attribute);
  if (stable_key_faulty_ && !has_id) ++roster_.unreadable_keys;  // whomever it is linked to
  if (has_id || readable(schema_.key)) return;
  if (!stable_key_faulty_) ++roster_.unreadable_keys;
  if (who_faulty_) return;
  const AttributeIndex who = mapping_.headers().contains(schema_.key) ? schema_.key : model::id_attribute;
  add_fault("missing_required", header(who),
            fmt::format("neither {} nor {} is given; one of them must say who this is", schema_[schema_.key].name,
                        schema_[model::id_attribute].name));
}

bool Rows::readable(AttributeIndex attribute) const {
  return roster_.users.presence(row_, attribute) == Presence::value;
}

std::string Rows::header(AttributeIndex attribute) const {
  const auto found = mapping_.headers().find(attribute);
  return found == mapping_.headers().end() ? schema_[attribute].name : found->second;
}

}  // namespace rostersync::roster
