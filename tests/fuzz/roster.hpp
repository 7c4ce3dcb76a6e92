// Reading a roster of the shipped profile, and what must hold of any that was read.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "fuzz/support.hpp"
#include "model/value.hpp"
#include "profile/profile.hpp"
#include "roster/roster.hpp"
#include "text/text.hpp"

namespace rostersync::fuzz {

inline const model::Schema& schema() {
  static const model::Schema shipped = profile::load("partoo", config_directory()).schema;
  return shipped;
}

// As much as can be asked at once: a stable key, mapped and ignored columns, blanks that clear.
inline roster::Options fuzz_options() {
  roster::Options options;
  options.key = "number";
  options.columns = {{"Mail", "email"}, {"Desk", ""}, {"HR", "number"}};
  options.blank_clears = {{"*", false}, {"phone", true}, {"business_ids", true}};
  options.manifest = roster::ManifestRule::off;
  return options;
}

inline std::string all_cells(const roster::Roster& read) {
  std::string text;
  for (model::Row row = 0; row < read.users.size(); ++row) {
    text += std::to_string(read.lines[row]);
    for (const model::AttributeIndex column : read.users.columns()) {
      text += '\x1f' + std::to_string(static_cast<int>(read.users.presence(row, column)));
      text += read.users.text(row, column);
    }
    text += '\x1e';
  }
  return text;
}

// Read again from what it would be sent as, a canonical value is itself.
inline void check_cell(const model::Attribute& attribute, model::Presence presence, std::string_view text) {
  require(!text::first_invalid_utf8(text), "a value is UTF-8", attribute.name);
  require(presence == model::Presence::value || text.empty(), "only a value has a text", attribute.name);
  if (presence != model::Presence::value) return;
  require(!text.empty(), "a value has a text", attribute.name);
  const model::Canonical again = model::canonical_from_json(attribute, model::json_from_canonical(attribute, text));
  require(again.fault.empty() && again.presence == presence && again.text == text, "a value is canonical",
          attribute.name + ": " + std::string(text) + " -> " + again.text + again.fault);
}

inline void check_faults(const roster::Roster& read) {
  const model::Row rows = read.users.size();
  for (const auto& [row, faults] : read.faults) {
    require(row < rows, "faults are of rows");
    require(!faults.empty(), "a row with faults has one");
    for (const model::Fault& fault : faults) {
      require(!fault.reason.empty() && !fault.message.empty(), "a fault has words");
      require(!text::first_invalid_utf8(fault.message), "what a fault says is UTF-8", fault.message);
    }
  }
  for (const auto& [row, key] : read.raw_keys) require(row < rows, "raw keys are of rows", key);
}

inline void check_roster(const roster::Roster& read, std::size_t lines) {
  const model::Row rows = read.users.size();
  require(rows > 0 && read.facts.rows == rows && read.lines.size() == rows, "rows are counted");
  require(read.unreadable_keys <= rows, "no more unreadable keys than rows");
  std::uint32_t before = 1;
  for (const std::uint32_t line : read.lines) {
    require(line >= before && line <= lines, "rows have ascending lines of the file");
    before = line;
  }
  check_faults(read);
  for (model::Row row = 0; row < rows; ++row) {
    bool says_who = false;
    for (const model::AttributeIndex column : read.users.columns()) {
      check_cell(schema()[column], read.users.presence(row, column), read.users.text(row, column));
      const bool who = column == schema().key || column == model::id_attribute;
      says_who = says_who || (who && read.users.presence(row, column) == model::Presence::value);
    }
    require(says_who || read.faults.contains(row), "a row that says not who it is of is rejected");
  }
}

struct Told {
  std::optional<roster::Roster> roster;
  std::string refusal;
};

// Reads the file and holds the roster, or the sentence that refuses it, to the above. `lines`: of its text.
inline Told read_and_check(const std::string& path, std::size_t lines, const roster::Options& options) {
  Told told;
  try {
    told.roster = roster::read(path, schema(), options);
  } catch (const base::Error& error) {
    told.refusal = error.what();
  }
  if (told.roster) {
    check_roster(*told.roster, lines);
  } else {
    require(!told.refusal.empty(), "a refusal has words");
    require(!text::first_invalid_utf8(told.refusal), "a refusal is UTF-8", told.refusal);
    require_line_within(told.refusal, path, lines);
  }
  return told;
}

}  // namespace rostersync::fuzz
