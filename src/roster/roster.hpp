// A roster file as desired users: bytes -> records -> mapped, normalised, validated rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"
#include "model/text_column.hpp"
#include "model/users.hpp"

namespace rostersync::roster {

// Whether ROSTER.sha256 must hold: where it is there, in any case, or not at all.
enum class ManifestRule { automatic, required, off };

// What reading needs to know; made from the job configuration by sync/.
struct Options {
  std::string key;  // the column of ids that whoever keeps the roster keeps stable, an attribute or not; empty: none
  std::vector<std::pair<std::string, std::string>> columns;  // header -> attribute or `key`; empty: ignore
  std::map<std::string, bool> blank_clears;                  // by attribute name; "*" for the rest (default: keep)
  std::string delimiter = "auto";
  ManifestRule manifest = ManifestRule::automatic;
};

struct Roster {
  explicit Roster(model::Users table) : users(std::move(table)) {}

  model::Users users;                                      // one row per data row, faulty ones with what could be read
  std::vector<std::uint32_t> lines;                        // physical line of each row, from 1
  std::map<model::Row, std::vector<model::Fault>> faults;  // rows that are rejected
  std::map<model::Row, std::vector<model::Warning>> row_warnings;
  std::vector<model::Warning> warnings;  // read-only column ignored, deprecated attribute, mapping unused
  model::RosterFacts facts;
  std::map<model::AttributeIndex, std::string> headers;  // the roster's own header of each attribute that has a column
  model::TextColumn stable_keys;                         // of Options::key; no rows where none is configured
  std::string stable_key_header;                         // the roster's own
  std::map<model::Row, std::string> raw_keys;            // what stands where a key or an id should, and is none
  std::uint64_t unreadable_keys = 0;                     // rows of which it cannot be told to whom they point
};

// Reads `path` ("-": standard input), streaming. Each row is validated against `schema` as far as a row alone can tell:
// types, permitted values, policies, clears, a key or an id. A stable key is text of at most 255 characters, NFC and
// trimmed, compared exactly; a number is its digits, and a blank none. What depends on the directory (required on
// create, applies-when) is plan/'s. Throws base::CannotRun: unreadable, or a column that is no attribute (with the
// likely name), or one attribute twice. Throws base::Refused (integrity): no data rows, no key column, no column of
// stable keys where one is configured, an unclosed quote, rows of the wrong width, bytes that are not UTF-8, invalid
// JSON, a manifest (roster/manifest.hpp) that does not hold; the sentence names the line. Where the
// manifest says that this is not the file that was meant, that is told before whatever else is wrong with it.
Roster read(const std::string& path, const model::Schema& schema, const Options& options);

// Cell text as a roster has it -> canonical, with the fault's sentence where it is none. Used for rows and for
// defaults.
struct CellValue {
  model::Presence presence = model::Presence::absent;
  std::string text;
  std::string reason;   // not empty: the fault's reason (invalid_value, not_clearable, …)
  std::string message;  // and its sentence
};
CellValue parse_cell(const model::Attribute& attribute, std::string_view cell);

}  // namespace rostersync::roster
