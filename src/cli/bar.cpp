#include "cli/bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace rostersync::cli {

namespace {

using Stage = sync::Progress::Stage;

constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";
constexpr std::string_view red = "31";
constexpr std::size_t gap = 2;          // columns between pieces
constexpr std::size_t least_meter = 8;  // columns, its brackets included

// A part of the line. Its text is ASCII, so that a byte is a column; the meter's comes last of all.
struct Piece {
  std::string text;
  std::string_view colour = {};
  bool shown = false;
};

// In the order of the line.
enum Place : std::size_t { label, counts, meter, rate, left, errors, limit, places };
using Pieces = std::array<Piece, places>;

// What is shown first where there is little room.
constexpr std::array by_importance = {counts, errors, left, label, meter, rate, limit};

std::string speed(double per_second) {
  return per_second < 9.95 ? fmt::format("{:.1f}/s", per_second) : fmt::format("{:.0f}/s", per_second);
}

std::string duration(std::chrono::seconds length) {
  const auto seconds = length.count();
  const auto minutes = seconds / 60;
  const auto hours = minutes / 60;
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (minutes < 60) return fmt::format("{}m{:02}s", minutes, seconds % 60);
  if (hours < 48) return fmt::format("{}h{:02}m", hours, minutes % 60);
  return fmt::format("{}d{:02}h", hours / 24, hours % 24);
}

std::string errors_in_words(std::uint64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "error" : "errors");
}

double fraction(const sync::Progress& progress) {
  const auto all = static_cast<double>(progress.all.value_or(0));
  if (all <= 0) return progress.all ? 1.0 : 0.0;
  return std::min(static_cast<double>(progress.done) / all, 1.0);
}

std::string percentage(const sync::Progress& progress) {
  return fmt::format("{}%", static_cast<int>(fraction(progress) * 100));
}

// Each form of each piece, the longest first. Numbers that change from frame to frame keep their width.
std::vector<std::string> forms(Place place, const sync::Progress& progress, const Pace& pace) {
  switch (place) {
    case label:
      return {stage_name(progress.stage)};
    case counts: {
      if (!progress.all) return {fmt::format("{}", progress.done)};
      const std::string all = fmt::format("{}", *progress.all);
      return {fmt::format("{:>{}}/{}", progress.done, all.size(), all), percentage(progress)};
    }
    case meter:
      return progress.all ? std::vector<std::string>{std::string(least_meter, ' ')} : std::vector<std::string>{};
    case rate:
      if (progress.held_back) return {};
      return {fmt::format("{:>6}", pace.per_second > 0 ? speed(pace.per_second) : "-/s")};
    case left:
      if (progress.held_back) return {"waiting (the server asked for it)", "waiting"};
      if (!progress.all) return {};
      return {fmt::format("ETA {:<6}", pace.left ? duration(*pace.left) : "-")};
    case errors:
      return progress.errors > 0 ? std::vector<std::string>{errors_in_words(progress.errors)}
                                 : std::vector<std::string>{};
    case limit:
      if (progress.limit_per_second <= 0) return {};
      return {fmt::format("limit {}", speed(progress.limit_per_second))};
    case places:
      break;
  }
  return {};
}

// Takes what fits into `columns`; answers how many are left for the meter to grow.
std::size_t choose(Pieces& pieces, const sync::Progress& progress, const Pace& pace, std::size_t columns) {
  std::size_t used = 0;
  for (const Place place : by_importance) {
    for (const std::string& form : forms(place, progress, pace)) {
      const std::size_t wanted = form.size() + (used > 0 ? gap : 0);
      if (used + wanted > columns) continue;
      pieces[place].text = form;
      pieces[place].shown = true;
      used += wanted;
      break;
    }
  }
  return columns - used;
}

// Brackets around a strip that is filled by eighths of a column (Unicode "Block Elements"), or by ASCII.
std::string drawn_meter(double filled, bool unicode, std::size_t columns) {
  constexpr std::array eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const std::size_t inner = columns - 2;
  const auto units = static_cast<std::size_t>(filled * static_cast<double>(inner * 8));
  const std::size_t whole = units / 8;
  std::string strip;
  for (std::size_t i = 0; i < whole; ++i) strip += unicode ? "█" : "=";
  std::size_t taken = whole;
  if (whole < inner && (unicode ? units % 8 > 0 : true)) {
    strip += unicode ? eighths[units % 8] : ">";
    ++taken;
  }
  return "[" + strip + std::string(inner - taken, ' ') + "]";
}

std::string coloured(const Piece& piece, bool colour) {
  if (!colour || piece.colour.empty()) return piece.text;
  return fmt::format("\x1b[{}m{}\x1b[0m", piece.colour, piece.text);
}

}  // namespace

std::string bar(const sync::Progress& progress, const Pace& pace, const Look& look, std::size_t columns) {
  Pieces pieces;
  const std::size_t room = choose(pieces, progress, pace, columns);
  if (pieces[meter].shown) pieces[meter].text = drawn_meter(fraction(progress), look.unicode, least_meter + room);
  pieces[meter].colour = green;
  pieces[errors].colour = red;
  if (progress.held_back) pieces[left].colour = yellow;
  std::string line;
  for (const Piece& piece : pieces) {
    if (!piece.shown) continue;
    if (!line.empty()) line.append(gap, ' ');
    line += coloured(piece, look.colour);
  }
  return line;
}

std::string in_words(const sync::Progress& progress, const Pace& pace) {
  const std::string_view what = progress.stage == Stage::reading ? "users" : "changes";
  std::string words = fmt::format("{}: {} ", stage_name(progress.stage), progress.done);
  words += progress.all ? fmt::format("of {} {} ({})", *progress.all, what, percentage(progress)) : what;
  if (pace.per_second > 0) words += fmt::format(", {}", speed(pace.per_second));
  if (progress.held_back) {
    words += ", waiting (the server asked for it)";
  } else if (pace.left) {
    words += fmt::format(", about {} left", duration(*pace.left));
  }
  if (progress.errors > 0) words += fmt::format(", {}", errors_in_words(progress.errors));
  return words;
}

std::string stage_name(Stage stage) {
  return stage == Stage::reading ? "reading" : "writing";
}

}  // namespace rostersync::cli
