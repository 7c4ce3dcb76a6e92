#include "cli/arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "text/text.hpp"

namespace rostersync::cli {

namespace {

std::pair<std::string, std::uint64_t> parse_allow(const std::string& text) {
  const std::size_t equals = text.find('=');
  std::uint64_t number = 0;
  if (equals != std::string::npos && equals > 0) {
    const char* begin = text.data() + equals + 1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (begin != end && error == std::errc{} && stop == end) return {text.substr(0, equals), number};
  }
  throw base::CannotRun(fmt::format("--allow {}: expected a limit and a number, such as --allow updates=80", text));
}

[[noreturn]] void unknown(const std::string& what, const std::string& given, const std::vector<std::string>& known) {
  const auto likely = text::nearest(given, known);
  throw base::CannotRun(fmt::format("{} \"{}\" does not exist{}see rostersync --help", what, given,
                                    likely ? fmt::format(" (did you mean {}?); ", *likely) : "; "));
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// CLI11's own words for a bad argument say neither the place nor the remedy.
[[noreturn]] void explain(const CLI::ParseError& error, const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  const CLI::App& command = chosen.empty() ? app : *chosen.front();
  const std::vector<std::string> extra = command.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extra.empty()) {
    if (extra.front().starts_with("-")) {
      unknown("the option", extra.front().substr(0, extra.front().find('=')), option_names(command));
    }
    if (chosen.empty()) unknown("the command", extra.front(), command_names(app));
    throw base::CannotRun(fmt::format("{}: one argument too many: \"{}\"", command.get_name(), extra.front()));
  }
  throw base::CannotRun(
      fmt::format("{}; see rostersync {}--help", error.what(), chosen.empty() ? "" : command.get_name() + " "));
}

Output output_of(const Raw& raw) {
  return raw.output == "json" ? Output::json : Output::text;
}

RunArguments a_run(const Raw& raw, RunArguments::Command command) {
  RunArguments run = raw.run;
  run.command = command;
  run.only.insert(raw.only.begin(), raw.only.end());
  for (const auto& text : raw.allow) {
    const auto [what, number] = parse_allow(text);
    run.allow[what] = number;  // the last word counts
  }
  run.output = output_of(raw);
  return run;
}

HistoryArguments history(const Raw& raw, HistoryArguments::Command command) {
  HistoryArguments asked;
  const Installation& installation = raw.run;
  static_cast<Installation&>(asked) = installation;
  asked.command = command;
  asked.run = raw.run.run;
  for (const std::string& format : raw.formats) {
    const bool again = std::find(asked.formats.begin(), asked.formats.end(), format) != asked.formats.end();
    if (!again) asked.formats.push_back(format);
  }
  asked.output = output_of(raw);
  return asked;
}

ProfileArguments of_a_profile(const Raw& raw, const Commands& commands) {
  ProfileArguments asked;
  const Installation& installation = raw.run;
  static_cast<Installation&>(asked) = installation;
  asked.name = raw.profile_name;
  asked.check = static_cast<bool>(*commands.check);
  asked.probe = raw.probe;
  asked.insecure_http = raw.run.insecure_http;
  asked.output = output_of(raw);
  return asked;
}

Arguments common(const Raw& raw) {
  Arguments arguments;
  arguments.log_level = base::log::parse_level(raw.log_level);
  arguments.log_format = raw.log_format == "json" ? base::log::Format::json : base::log::Format::text;
  arguments.quiet = raw.quiet;
  if (raw.quiet) arguments.log_level = std::max(arguments.log_level, base::log::Level::error);
  return arguments;
}

decltype(Arguments::what) asked_for(const CLI::App& app, const Commands& commands, const Raw& raw) {
  if (*commands.plan) return a_run(raw, RunArguments::Command::plan);
  if (*commands.sync) return a_run(raw, RunArguments::Command::sync);
  if (*commands.validate) return a_run(raw, RunArguments::Command::validate);
  if (*commands.resume) return a_run(raw, RunArguments::Command::resume);
  if (*commands.apply) return a_run(raw, RunArguments::Command::apply);
  if (*commands.rollback) return a_run(raw, RunArguments::Command::rollback);
  if (*commands.report) return history(raw, HistoryArguments::Command::report);
  if (*commands.runs) return history(raw, HistoryArguments::Command::runs);
  if (*commands.profile) return of_a_profile(raw, commands);
  throw base::CannotRun(
      fmt::format("a command is missing: {}; see rostersync --help", fmt::join(command_names(app), ", ")));
}

}  // namespace

Arguments parse(int argc, char** argv) {
  Raw raw;
  CLI::App app(help::description, "rostersync");
  app.footer(help::footer);
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", "rostersync " ROSTERSYNC_VERSION);
  app.get_formatter()->column_width(34);
  const Commands commands = add_commands(app, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {Information{app.help()}};  // of the command that was chosen, if one was
  } catch (const CLI::CallForVersion& version) {
    return {Information{std::string(version.what()) + "\n"}};
  } catch (const CLI::ParseError& error) {
    explain(error, app);
  }
  Arguments arguments = common(raw);
  arguments.what = asked_for(app, commands, raw);
  return arguments;
}

}  // namespace rostersync::cli
