#include "cli/runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "report/text.hpp"
#include "text/text.hpp"

namespace rostersync::cli {

namespace {

constexpr std::size_t page = 80;  // columns
constexpr std::size_t least_roster = 10;

using Line = std::array<std::string, 6>;  // the roster last

const Line header = {"RUN", "COMMAND", "STATE", "EXIT", "CHANGES", "ROSTER"};

bool has_ended(const sync::PastRun& run) {
  return !run.facts.finished_at.empty();
}

Line line_of(const sync::PastRun& run) {
  return {report::visible(run.facts.id),
          report::visible(run.facts.command),
          run.state,
          has_ended(run) ? fmt::format("{}", run.facts.exit_code) : "-",
          fmt::format("{}/{}", run.settled, run.changes),
          report::visible(run.facts.roster.path)};
}

// The last `columns` code points, the first of them an ellipsis where something was cut.
std::string tail(const std::string& text, std::size_t columns) {
  std::size_t length = text::length(text);
  if (length <= columns) return text;
  std::size_t at = 0;
  for (; length >= columns; --length) {
    do ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
  }
  return "…" + text.substr(at);
}

std::string laid_out(const Line& line, const std::array<std::size_t, 5>& widths, std::size_t roster_width) {
  std::string out;
  for (std::size_t i = 0; i < widths.size(); ++i) out += fmt::format("{:<{}}  ", line[i], widths[i]);
  out += tail(line[5], roster_width);
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

}  // namespace

std::string runs_table(const std::vector<sync::PastRun>& runs) {
  std::vector<Line> lines = {header};
  for (const sync::PastRun& run : runs) lines.push_back(line_of(run));
  std::array<std::size_t, 5> widths{};
  std::size_t used = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    for (const Line& line : lines) widths[i] = std::max(widths[i], text::length(line[i]));
    used += widths[i] + 2;
  }
  const std::size_t roster_width = std::max(page - std::min(page, used), least_roster);
  std::string out;
  for (const Line& line : lines) out += laid_out(line, widths, roster_width);
  return out;
}

json::OrderedJson runs_json(const std::vector<sync::PastRun>& runs) {
  json::OrderedJson list = json::OrderedJson::array();
  for (const sync::PastRun& run : runs) {
    json::OrderedJson& it = list.emplace_back();
    const auto text_or_null = [](const std::string& text) {
      return text.empty() ? json::OrderedJson() : json::OrderedJson(report::well_formed(text));
    };
    it["id"] = report::well_formed(run.facts.id);
    it["command"] = report::well_formed(run.facts.command);
    it["started_at"] = text_or_null(run.facts.started_at);
    it["finished_at"] = text_or_null(run.facts.finished_at);
    it["state"] = run.state;
    it["exit_code"] = has_ended(run) ? json::OrderedJson(run.facts.exit_code) : json::OrderedJson();
    it["changes"] = run.changes;
    it["settled"] = run.settled;
    it["roster"] = text_or_null(run.facts.roster.path);
  }
  return list;
}

}  // namespace rostersync::cli
