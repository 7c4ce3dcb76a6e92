#include "roster/roster.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "roster/cell.hpp"
#include "roster/csv_reader.hpp"
#include "roster/json_reader.hpp"
#include "roster/manifest.hpp"
#include "roster/mapping.hpp"
#include "roster/rows.hpp"
#include "text/text.hpp"

namespace rostersync::roster {

using model::AttributeIndex;

namespace {

// Rows that are not as wide as the header. All are counted before the roster is refused, so that one look mends them
// all.
class Ragged {
 public:
  void add(const CsvRecord& record) {
    if (places_.size() < most_named)
      places_.push_back(fmt::format("line {} has {}", record.line, record.fields.size()));
    ++count_;
  }
  void check(const TextStream& stream, std::size_t width, char delimiter) const {
    if (count_ == 0) return;
    throw base::Refused(
        fmt::format("{}: {} {} not as wide as the header, which has {} {}: {}{}; a cell that holds {} must be "
                    "in quotes",
                    stream.name(), count_, count_ == 1 ? "row is" : "rows are", width,
                    width == 1 ? "column" : "columns", fmt::join(places_, ", "), count_ > places_.size() ? " …" : "",
                    delimiter == '\t' ? "a tab" : fmt::format("\"{}\"", delimiter)));
  }

 private:
  static constexpr std::size_t most_named = 5;
  std::vector<std::string> places_;
  std::uint64_t count_ = 0;
};

[[noreturn]] void refuse_no_rows(const TextStream& stream) {
  throw base::Refused(fmt::format("{}: the roster has no data rows", stream.name()));
}

struct Reading {
  TextStream& stream;
  const model::Schema& schema;
  const Options& options;
  Mapping& mapping;
  Rows& rows;
  Roster& roster;
};

void read_csv(Reading& to) {
  CsvReader reader(to.stream, to.options.delimiter, [&](std::string_view header) { return to.mapping.known(header); });
  CsvRecord record;
  if (!reader.next(record)) refuse_no_rows(to.stream);
  std::vector<std::optional<AttributeIndex>> targets;
  std::vector<AttributeIndex> columns;
  std::optional<std::size_t> stable_key;
  for (const std::string& header : record.fields) {
    targets.push_back(to.mapping.add(header, record.line, fmt::format("column {}", targets.size() + 1)));
    if (to.mapping.is_stable_key(header)) stable_key = targets.size() - 1;
    if (targets.back()) columns.push_back(*targets.back());
  }
  to.mapping.check();
  if (stable_key) to.roster.stable_key_header = text::nfc(text::trim(record.fields[*stable_key]));
  to.rows.widen(columns);
  Ragged ragged;
  while (reader.next(record)) {
    if (record.fields.size() != targets.size()) {
      ragged.add(record);
      continue;
    }
    to.rows.begin(record.line);
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (targets[i]) to.rows.add(*targets[i], parse_cell(to.schema[*targets[i]], record.fields[i]), record.fields[i]);
    }
    if (stable_key) {
      const std::string& cell = record.fields[*stable_key];
      to.rows.add_stable_key(parse_cell(to.rows.stable_key(), cell), to.roster.stable_key_header);
    }
    to.rows.end();
  }
  ragged.check(to.stream, targets.size(), reader.delimiter());
  to.roster.facts.format = "csv";
  to.roster.facts.delimiter = reader.delimiter();
}

// As the file has it, as near as can be.
std::string json_text(const json::Json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, json::Json::error_handler_t::replace);
}

void add_json_stable_key(Reading& to, const JsonField& field) {
  to.roster.stable_key_header = text::nfc(text::trim(field.name));
  to.rows.add_stable_key(parse_json_cell(to.rows.stable_key(), field.value), to.roster.stable_key_header);
}

void add_json_row(Reading& to, const JsonRecord& record) {
  std::vector<std::optional<AttributeIndex>> targets;
  std::vector<AttributeIndex> columns;
  for (const JsonField& field : record.fields) {
    targets.push_back(to.mapping.find_or_add(field.name, record.line));
    if (targets.back()) columns.push_back(*targets.back());
  }
  to.rows.widen(columns);
  to.rows.begin(record.line);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const JsonField& field = record.fields[i];
    const bool stable_key = to.mapping.is_stable_key(field.name);
    if (!targets[i] && !stable_key) continue;
    const auto same = [&](const JsonField& other) { return other.name == field.name; };
    const auto first = std::find_if(record.fields.begin(), record.fields.end(), same) - record.fields.begin();
    if (static_cast<std::size_t>(first) != i) {
      to.rows.add_fault(
          "duplicate_field", field.name,
          fmt::format("the record has {} more than once; which one counts cannot be told", text::quoted(field.name)));
      continue;
    }
    if (targets[i]) {
      const bool says_who = *targets[i] == to.schema.key || *targets[i] == model::id_attribute;
      to.rows.add(*targets[i], parse_json_cell(to.schema[*targets[i]], field.value),
                  says_who ? json_text(field.value) : std::string());
    }
    if (stable_key) add_json_stable_key(to, field);
  }
  to.rows.end();
}

void read_json(Reading& to) {
  JsonReader reader(to.stream, [&](std::string_view name) { return to.mapping.known(name); });
  JsonRecord record;
  while (reader.next(record)) add_json_row(to, record);
  if (to.roster.users.size() == 0) refuse_no_rows(to.stream);
  to.mapping.check();
  to.roster.facts.format = reader.format();
}

// A file that is cut off breaks some rule or other; that it is not the one that was meant says more.
void check_manifest_of_broken(Source& source, const std::optional<Manifest>& manifest) {
  if (!manifest) return;
  source.drain();
  check_bytes(*manifest, source.name(), source.sha256());
}

Roster read_source(Source& source, const model::Schema& schema, const Options& options) {
  TextStream stream(source);
  Mapping mapping(source.name(), schema, options);
  Roster roster{model::Users(schema.size(), {})};
  Rows rows(roster, schema, options, mapping);
  Reading reading{stream, schema, options, mapping, rows, roster};
  const auto first = stream.first_solid();
  if (!first) refuse_no_rows(stream);
  if (*first == '[' || *first == '{') {
    read_json(reading);
  } else {
    read_csv(reading);
  }
  if (roster.users.size() == 0) refuse_no_rows(stream);
  roster.warnings = mapping.warnings();
  roster.headers = mapping.headers();
  roster.facts.rows = roster.users.size();
  roster.facts.encoding = "utf-8";
  roster.facts.bom = stream.bom();
  return roster;
}

}  // namespace

Roster read(const std::string& path, const model::Schema& schema, const Options& options) {
  const std::optional<Manifest> manifest = read_manifest(path, options.manifest);
  Source source(path);
  std::optional<Roster> roster;
  try {
    roster = read_source(source, schema, options);
  } catch (const base::Error&) {
    check_manifest_of_broken(source, manifest);
    throw;
  }
  roster->facts.path = path;
  roster->facts.sha256 = source.sha256();
  if (manifest) {
    check_bytes(*manifest, source.name(), roster->facts.sha256);
    check_rows(*manifest, source.name(), roster->facts.rows);
  }
  return std::move(*roster);
}

}  // namespace rostersync::roster
