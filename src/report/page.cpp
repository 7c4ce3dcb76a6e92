#include "report/page.hpp"

#include <fmt/color.h>

#include "report/text.hpp"

namespace rostersync::report {

namespace {

constexpr std::size_t max_key = 60;  // columns

fmt::text_style style_of(Ink ink) {
  switch (ink) {
    case Ink::bold:
      return fmt::emphasis::bold;
    case Ink::faint:
      return fmt::emphasis::faint;
    case Ink::green:
      return fmt::fg(fmt::terminal_color::green);
    case Ink::yellow:
      return fmt::fg(fmt::terminal_color::yellow);
    case Ink::red:
      return fmt::fg(fmt::terminal_color::red) | fmt::emphasis::bold;
    case Ink::plain:
      break;
  }
  return {};
}

}  // namespace

std::string Page::painted(Ink ink, std::string_view words) const {
  if (options.colour == Colour::no || ink == Ink::plain) return std::string(words);
  return fmt::format(style_of(ink), "{}", words);
}

void Page::line(std::string_view words) {
  text.append(words).push_back('\n');
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string_view words_for(const Page& page, model::Outcome outcome) {
  if (outcome == model::Outcome::planned_create) return "would be created";
  if (outcome == model::Outcome::planned_update) return "would be updated";
  if (outcome == model::Outcome::skipped && page.run.run.command == "validate") return "valid";  // and not compared
  return model::to_string(outcome);
}

std::string who(const model::Reconciliation& run, model::Row row) {
  const model::Entry& entry = run.entries[row];
  std::string name = fmt::format("row {}", std::uint64_t{row} + 1);
  if (entry.line > 0) name += fmt::format(", line {}", entry.line);
  const std::string_view key = run.key(row).empty() ? run.user_id(row) : run.key(row);
  if (!key.empty()) name += ", " + shorten(visible(key), max_key);
  return name;
}

}  // namespace rostersync::report
