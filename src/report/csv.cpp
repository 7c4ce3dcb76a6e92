#include <fmt/format.h>

#include <algorithm>

#include "model/plan.hpp"
#include "report/report.hpp"
#include "report/row.hpp"
#include "report/text.hpp"
#include "report/value.hpp"

namespace rostersync::report {

namespace {

constexpr std::string_view header =
    "row,line,key,user_id,outcome,changes,reason,message,warnings,attempts,http_status,request_ids,acknowledged\r\n";

// A spreadsheet's cell holds 32,767 UTF-16 units (Excel's limits); what is longer spills over the rows below.
constexpr std::size_t max_cell = 32'700;
constexpr std::string_view cut_mark = "… (whole in report.json)";

// The size of what makes a spreadsheet evaluate a cell that starts with it, full-width forms included; 0 if nothing
// does.
std::size_t formula_start(std::string_view text) {
  for (const std::string_view sign : {"=", "+", "-", "@", "＝", "＋", "－", "＠"}) {
    if (text.starts_with(sign)) return sign.size();
  }
  return 0;
}

// An apostrophe before whatever could start a formula: at the start of the cell and, since a spreadsheet set to a
// language that writes a decimal comma splits at ';', after each one of those too. Spaces and quotes in front do not
// help.
std::string defused(std::string_view text) {
  std::string out;
  if (text.starts_with('\t') || text.starts_with('\r') || text.starts_with('\n')) out += '\'';
  bool at_start = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t sign = at_start ? formula_start(text.substr(at)) : 0;
    if (sign > 0) out += '\'';
    const std::size_t size = std::max<std::size_t>(sign, 1);
    const char first = text[at];
    const bool separates = first == ';' || first == '\t' || first == '\r' || first == '\n';
    at_start = separates || (at_start && (first == ' ' || first == '"'));
    out.append(text.substr(at, size));
    at += size;
  }
  return out;
}

// Whether cell() leaves the text as it is, as it does most ids, addresses and words.
bool is_plain(std::string_view text) {
  constexpr std::string_view signs = "=+-@";
  return text.size() <= max_cell && (text.empty() || signs.find(text.front()) == std::string_view::npos) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7F && c != ',' && c != '"' && c != ';' && c != '\''; });
}

// One cell, RFC 4180: quoted where it must be. One record is one line: line breaks within are spelt out.
std::string cell(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string shown = visible(defused(text));
  if (shown.size() > max_cell) {
    std::size_t end = max_cell - cut_mark.size();
    while ((static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;  // not within a code point
    shown.replace(end, std::string::npos, cut_mark);
  }
  if (shown.find_first_of(",\";' ") == std::string::npos) return shown;
  std::string out = "\"";
  for (const char c : shown) out.append(c == '"' ? 2 : 1, c);
  return out += '"';
}

template <class Range, class Text>
std::string joined(const Range& range, const Text& text) {
  std::string out;
  for (const auto& item : range) {
    if (!out.empty()) out += "; ";
    out += text(item);
  }
  return out;
}

std::string change_text(const model::Schema& schema, const model::AttributeChange& change) {
  const model::Attribute& attribute = schema[change.attribute];
  return fmt::format("{}: {} -> {}", attribute.name, plain_value(attribute, change.before_presence, change.before),
                     plain_value(attribute, change.after_presence, change.after));
}

std::string record(const model::Reconciliation& reconciliation, model::Row row) {
  static const model::EntryDetail nothing;
  const RowFacts facts = facts_of(reconciliation, row);
  const model::EntryDetail& detail = facts.detail != nullptr ? *facts.detail : nothing;
  const std::string changes =
      joined(detail.changes, [&](const auto& change) { return change_text(*reconciliation.schema, change); });
  const std::string warnings = joined(detail.warnings, [](const model::Warning& warning) { return warning.code; });
  const std::string request_ids = joined(detail.request_ids, [](const std::string& id) { return id; });
  const std::uint16_t status = facts.entry->http_status;
  std::string line;
  const auto add = [&](std::string_view text) { line.append(text) += ','; };
  const auto add_number = [&](std::uint64_t number) {
    const fmt::format_int digits(number);
    add({digits.data(), digits.size()});
  };
  add_number(std::uint64_t{row} + 1);
  add_number(facts.entry->line);
  add(cell(facts.key));
  add(cell(facts.user_id));
  add(model::to_string(facts.entry->outcome));
  add(cell(changes));
  add(cell(facts.reason));
  add(cell(facts.message));
  add(cell(warnings));
  add_number(facts.entry->attempts);
  add(status == 0 ? std::string() : fmt::to_string(status));
  add(cell(request_ids));
  return line + cell(to_text(reconciliation.acknowledged(row))) + "\r\n";
}

}  // namespace

void write_csv(const model::Reconciliation& reconciliation, const Sink& sink) {
  model::totals(reconciliation);  // throws unless every row is accounted for
  sink(header);
  for (std::size_t i = 0; i < reconciliation.entries.size(); ++i) {
    sink(record(reconciliation, static_cast<model::Row>(i)));
  }
}

}  // namespace rostersync::report
