#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "text/text.hpp"

namespace rostersync::cli {

namespace {

constexpr const char* description =
    "rostersync brings the users of a remote directory in line with a roster: it compares every person,\n"
    "sends the smallest change that helps, and accounts for every row.";

constexpr const char* footer = R"(
Start here:
  rostersync profile                                 which APIs there are
  rostersync profile NAME                            which columns a roster for that API may have
  rostersync validate people.csv --profile NAME      check the file, offline
  rostersync plan people.csv -c rostersync.json      see what would change; writes nothing
  rostersync sync people.csv -c rostersync.json      change it

Exit codes:
  0  the directory is as asked (plan: nothing to do)
  1  could not run: usage, configuration, credentials, unreadable file, directory unreachable
  2  plan: there are differences
  3  done, but a person is needed: rows rejected, in conflict, failed or withheld
  4  refused by a safety limit or an integrity check; nothing was written
  5  another run holds the lock of this state directory
  6  stopped early; run sync again to go on)";

constexpr const char* run_footer = R"(
ROSTER is a CSV, JSON or JSON Lines file, or - for standard input. Command-line options win over
the configuration file. Results go to standard output, logs to standard error; the full account is
written to the report directory as report.json and report.csv.)";

constexpr std::uint64_t most_changes = 1'000'000'000;
constexpr std::uint64_t most_in_flight = 256;  // as in the configuration

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

// What CLI11 fills in before it is checked.
struct Raw {
  RunArguments run;
  std::vector<std::string> only;
  std::vector<std::string> allow;
  std::string output = "text";
  std::string log_level = "info";
  std::string log_format = "text";
  bool quiet = false;
  std::string profile_name;
};

void add_output(CLI::App& command, Raw& raw, const std::string& json_is) {
  command.add_option("--output", raw.output, "What standard output carries: text, or json (" + json_is + ")")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
}

void add_logging(CLI::App& command, Raw& raw) {
  command.add_option("--log-level", raw.log_level, "debug, info, warning, error or off")->type_name("LEVEL");
  command.add_option("--log-format", raw.log_format, "How log lines look: text or json")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  command.add_flag("-q,--quiet", raw.quiet, "Log errors only, and print no summary where all is well");
}

void add_roster(CLI::App& command, Raw& raw) {
  RunArguments& run = raw.run;
  command.add_option("ROSTER", run.roster, "The roster file, or - for standard input")->required()->type_name("");
  command.add_option("-c,--config", run.config, "Job configuration; default ./rostersync.json if there is one")
      ->type_name("FILE");
  command.add_option("--profile", run.profile, "The remote API: a shipped profile's name, or a file")
      ->type_name("NAME|FILE");
  command.add_option("--report", run.report_dir, "Where the reports go; default ./reports")->type_name("DIR");
  add_output(command, raw, "report.json itself");
  add_logging(command, raw);
  command.footer(run_footer);
}

void add_remote(CLI::App& command, Raw& raw) {
  RunArguments& run = raw.run;
  command.add_option("--base-url", run.base_url, "The API's address; default the profile's")->type_name("URL");
  command.add_option("--state", run.state_dir, "Where the lock and the state live")->type_name("DIR");
  command.add_option("--rate", run.rate, "A ceiling on requests, such as 240/min or 10/s")->type_name("N/s|N/min");
  command.add_option("--max-in-flight", run.max_in_flight, "Requests at the same time")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, most_in_flight).description(""));
  command.add_option("--fetch", run.fetch, "How the directory is read: auto (fewest requests), list, by-id, by-key")
      ->type_name("HOW");
  command.add_option("--only", raw.only, "Write just this person, by key (repeatable)")
      ->type_name("KEY")
      ->allow_extra_args(false);
  command.add_option("--limit", run.limit, "Carry out at most N changes; the rest are skipped")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{0}, most_changes).description(""));  // "-1" would become 2^64 - 1
  command.add_option("--allow", raw.allow, "Raise one safety limit for this run, as the refusal says (repeatable)")
      ->type_name("WHAT=N")
      ->allow_extra_args(false);
  command.add_flag("--insecure-http", run.insecure_http, "Permit http:// to another machine (secrets in the clear)");
  command.add_flag("--no-progress", run.no_progress, "No progress on standard error");
}

// An unset variable in a script must not pass for "the default".
void refuse_empty_values(CLI::App& command) {
  const CLI::Validator not_empty([](std::string& value) { return value.empty() ? "a value is needed" : ""; }, "");
  for (CLI::Option* option : command.get_options()) option->check(not_empty);
}

[[noreturn]] void unknown(const std::string& what, const std::string& given, const std::vector<std::string>& known) {
  const auto likely = text::nearest(given, known);
  throw base::CannotRun(fmt::format("{} \"{}\" does not exist{}see rostersync --help", what, given,
                                    likely ? fmt::format(" (did you mean {}?); ", *likely) : "; "));
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
    if (chosen.empty()) unknown("the command", extra.front(), {"plan", "sync", "validate", "profile"});
    throw base::CannotRun(fmt::format("{}: one argument too many: \"{}\"", command.get_name(), extra.front()));
  }
  throw base::CannotRun(
      fmt::format("{}; see rostersync {}--help", error.what(), chosen.empty() ? "" : command.get_name() + " "));
}

RunArguments checked(Raw& raw, RunArguments::Command command) {
  raw.run.command = command;
  raw.run.only.insert(raw.only.begin(), raw.only.end());
  for (const auto& text : raw.allow) {
    const auto [what, number] = parse_allow(text);
    raw.run.allow[what] = number;  // the last word counts
  }
  raw.run.output = raw.output == "json" ? Output::json : Output::text;
  return raw.run;
}

Arguments common(const Raw& raw) {
  Arguments arguments;
  arguments.log_level = base::log::parse_level(raw.log_level);
  arguments.log_format = raw.log_format == "json" ? base::log::Format::json : base::log::Format::text;
  arguments.quiet = raw.quiet;
  if (raw.quiet) arguments.log_level = std::max(arguments.log_level, base::log::Level::error);
  return arguments;
}

}  // namespace

Arguments parse(int argc, char** argv) {
  Raw raw;
  CLI::App app(description, "rostersync");
  app.footer(footer);
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", "rostersync " ROSTERSYNC_VERSION);
  app.get_formatter()->column_width(34);
  CLI::App* plan = app.add_subcommand("plan", "Compare the roster with the directory; write nothing remote (dry run)");
  CLI::App* sync = app.add_subcommand("sync", "Plan, check the limits, then apply: what cron runs");
  CLI::App* validate = app.add_subcommand("validate", "Check a roster offline, every fault at once");
  CLI::App* profile = app.add_subcommand("profile", "What a profile can do: its attributes, types, rules, limits");
  for (CLI::App* command : {plan, sync, validate}) add_roster(*command, raw);
  for (CLI::App* command : {plan, sync}) add_remote(*command, raw);
  for (CLI::App* command : {plan, sync, validate}) refuse_empty_values(*command);
  profile->add_option("NAME", raw.profile_name, "A shipped profile's name, or a file; without it they are listed")
      ->type_name("");
  add_output(*profile, raw, "for programs");
  add_logging(*profile, raw);
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
  if (*profile) {
    arguments.what = ProfileArguments{raw.profile_name, raw.output == "json" ? Output::json : Output::text};
  } else if (*plan || *sync || *validate) {
    arguments.what = checked(raw, *plan   ? RunArguments::Command::plan
                                  : *sync ? RunArguments::Command::sync
                                          : RunArguments::Command::validate);
  } else {
    throw base::CannotRun("a command is missing: plan, sync, validate or profile; see rostersync --help");
  }
  return arguments;
}

}  // namespace rostersync::cli
