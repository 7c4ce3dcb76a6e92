#include "cli/options.hpp"

#include <cstdint>

#include "cli/help.hpp"

namespace rostersync::cli {

namespace {

constexpr std::uint64_t most_changes = 1'000'000'000;
constexpr std::uint64_t most_in_flight = 256;  // as in the configuration

void add_output(CLI::App& command, Raw& raw, const std::string& json_is) {
  command.add_option("--output", raw.output, "What standard output carries: text, or json (" + json_is + ")")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
}

void add_logging(CLI::App& command, Raw& raw, const char* quiet) {
  command.add_option("--log-level", raw.log_level, "debug, info, warning, error or off")->type_name("LEVEL");
  command.add_option("--log-format", raw.log_format, "How log lines look: text or json")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  command.add_flag("-q,--quiet", raw.quiet, quiet);
}

constexpr const char* quiet_run = "Log errors only, and print no summary where all is well";
constexpr const char* quiet_else = "Log errors only";

void add_job(CLI::App& command, Raw& raw) {
  RunArguments& run = raw.run;
  command.add_option("-c,--config", run.config, "Job configuration; default ./rostersync.json if there is one")
      ->type_name("FILE");
  command.add_option("--profile", run.profile, "The remote API: a shipped profile's name, or a file")
      ->type_name("NAME|FILE");
}

void add_report_directory(CLI::App& command, Raw& raw) {
  command.add_option("--report", raw.run.report_dir, "Where the reports go; default ./reports")->type_name("DIR");
}

void add_place(CLI::App& command, Raw& raw) {
  command.add_option("--base-url", raw.run.base_url, "The API's address; default the profile's")->type_name("URL");
  command.add_option("--state", raw.run.state_dir, "Where the lock, the journal and the runs live")->type_name("DIR");
}

void add_sending(CLI::App& command, Raw& raw) {
  RunArguments& run = raw.run;
  command
      .add_option("--rate", run.rate,
                  "A ceiling on requests, such as 240/min or 10/s; auto: find out what the API bears")
      ->type_name("N/s|N/min|auto");
  command.add_option("--max-in-flight", run.max_in_flight, "Requests at the same time")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, most_in_flight).description(""));
  command.add_option("--deadline", run.deadline, "Stop cleanly by then, resumable: 30s, 20m, 2h")->type_name("DUR");
  command.add_flag("--insecure-http", run.insecure_http, "Permit http:// to another machine (secrets in the clear)");
  command.add_flag("--no-progress", run.no_progress, "No progress on standard error");
}

void add_fetch(CLI::App& command, Raw& raw) {
  command
      .add_option("--fetch", raw.run.fetch, "How the directory is read: auto (fewest requests), list, by-id, by-key")
      ->type_name("HOW");
}

void add_choosing(CLI::App& command, Raw& raw) {
  RunArguments& run = raw.run;
  command.add_option("--only", raw.only, "Write just this person, by key (repeatable)")
      ->type_name("KEY")
      ->allow_extra_args(false);
  command.add_option("--limit", run.limit, "Carry out at most N changes; the rest are skipped")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{0}, most_changes).description(""));  // "-1" would become 2^64 - 1
  command
      .add_option("--accept-rename", run.accept_rename,
                  "The row NEW is the user OLD; remembered (repeatable; @FILE: one a line)")
      ->type_name("OLD=NEW|@FILE")
      ->allow_extra_args(false);
  command
      .add_option("--accept-new", run.accept_new, "The row is a new person; remembered (repeatable; @FILE: one a line)")
      ->type_name("KEY|@FILE")
      ->allow_extra_args(false);
  command.add_option("--allow", raw.allow, "Raise one safety limit for this run, as the refusal says (repeatable)")
      ->type_name("WHAT=N")
      ->allow_extra_args(false);
  command.add_flag("--assume-current", run.assume_current,
                   "Take what cannot be read back, and is not known yet, as the roster has it");
}

void add_verify(CLI::App& command, Raw& raw) {
  command.add_flag("--verify", raw.run.verify, "Read every written user back and compare: one more request each");
}

void add_roster_command(CLI::App& command, Raw& raw) {
  command.add_option("ROSTER", raw.run.roster, "The roster file, or - for standard input")->required()->type_name("");
  add_job(command, raw);
  add_report_directory(command, raw);
  add_output(command, raw, "report.json itself");
  add_logging(command, raw, quiet_run);
  command.footer(help::run);
}

void add_out(CLI::App& command, Raw& raw) {
  command.add_option("--out", raw.run.plan, "Write the plan to this file as well, for review and for rostersync apply")
      ->type_name("PLAN");
}

void add_run_name(CLI::App& command, Raw& raw, const char* words) {
  command.add_option("RUN", raw.run.run, words)->type_name("");
}

void add_apply(CLI::App& command, Raw& raw) {
  command.add_option("PLAN", raw.run.plan, "The plan, as rostersync plan --out wrote it")->required()->type_name("");
  add_job(command, raw);
  add_report_directory(command, raw);
  add_output(command, raw, "report.json itself");
  add_logging(command, raw, quiet_run);
  add_place(command, raw);
  add_sending(command, raw);
  add_choosing(command, raw);
  command.footer(help::apply);
}

void add_resume(CLI::App& command, Raw& raw) {
  add_run_name(command, raw, "Which run; default the latest that was interrupted");
  add_job(command, raw);
  add_report_directory(command, raw);
  add_output(command, raw, "report.json itself");
  add_logging(command, raw, quiet_run);
  add_place(command, raw);
  add_sending(command, raw);
  command.footer(help::resume);
}

void add_rollback(CLI::App& command, Raw& raw) {
  command.add_option("RUN", raw.run.run, "Which run, as rostersync runs lists it")->required()->type_name("");
  command.add_flag("--apply", raw.run.carry_out, "Carry it out; without this, nothing is written (dry run)");
  add_out(command, raw);
  add_job(command, raw);
  add_report_directory(command, raw);
  add_output(command, raw, "report.json itself");
  add_logging(command, raw, quiet_run);
  add_place(command, raw);
  add_sending(command, raw);
  add_choosing(command, raw);
  command.footer(help::rollback);
}

void add_report(CLI::App& command, Raw& raw) {
  add_run_name(command, raw, "Which run; default the latest");
  command.add_option("--format", raw.formats, "json, csv, or both as json,csv; default as configured (repeatable)")
      ->type_name("json|csv")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"json", "csv"}).description(""));
  add_job(command, raw);
  add_report_directory(command, raw);
  add_output(command, raw, "report.json itself");
  add_logging(command, raw, "Log errors only, and print no summary");
  add_place(command, raw);
  command.footer(help::report);
}

void add_runs(CLI::App& command, Raw& raw) {
  add_job(command, raw);
  add_output(command, raw, "for programs");
  add_logging(command, raw, quiet_else);
  add_place(command, raw);
  command.footer(help::runs);
}

void add_profile(CLI::App& command, Raw& raw) {
  command.add_option("NAME", raw.profile_name, "A shipped profile's name, or a file; without it they are listed")
      ->type_name("");
  add_output(command, raw, "for programs");
  add_logging(command, raw, quiet_else);
}

CLI::App* add_profile_check(CLI::App& profile, Raw& raw) {
  CLI::App* check = profile.add_subcommand("check", "Whether a profile holds, and what follows from what it says");
  check->add_option("FILE", raw.profile_name, "The profile: a file, or a shipped one's name")
      ->required()
      ->type_name("");
  check->add_flag("--probe", raw.probe, "Ask the API for one page, and show how a user is understood; writes nothing");
  check->add_option("-c,--config", raw.run.config, "Job configuration, for its credentials and base_url")
      ->type_name("FILE");
  check->add_option("--base-url", raw.run.base_url, "The API's address; default the profile's")->type_name("URL");
  check->add_flag("--insecure-http", raw.run.insecure_http, "Permit http:// to another machine (secrets in the clear)");
  add_output(*check, raw, "for programs");
  add_logging(*check, raw, quiet_else);
  check->footer(help::profile_check);
  return check;
}

// An unset variable in a script must not pass for "the default".
void refuse_empty_values(CLI::App& command) {
  const CLI::Validator not_empty([](std::string& value) { return value.empty() ? "a value is needed" : ""; }, "");
  for (CLI::Option* option : command.get_options()) option->check(not_empty);
}

}  // namespace

Commands add_commands(CLI::App& app, Raw& raw) {
  Commands commands{};
  commands.plan = app.add_subcommand("plan", "Compare the roster with the directory; write nothing remote (dry run)");
  commands.sync = app.add_subcommand("sync", "Plan, check the limits, then apply: what cron runs");
  commands.apply = app.add_subcommand("apply", "Carry out exactly a saved, reviewed plan");
  commands.resume = app.add_subcommand("resume", "Go on with an interrupted run");
  commands.rollback = app.add_subcommand("rollback", "Plan the inverse of what a run changed; --apply carries it out");
  commands.validate = app.add_subcommand("validate", "Check a roster offline, every fault at once");
  commands.report = app.add_subcommand("report", "Write a past run's reports again");
  commands.runs = app.add_subcommand("runs", "Past runs, newest first");
  commands.profile = app.add_subcommand("profile", "What a profile can do: its attributes, types, rules, limits");
  for (CLI::App* command : {commands.plan, commands.sync, commands.validate}) add_roster_command(*command, raw);
  for (CLI::App* command : {commands.plan, commands.sync}) {
    add_place(*command, raw);
    add_sending(*command, raw);
    add_fetch(*command, raw);
    add_choosing(*command, raw);
  }
  add_out(*commands.plan, raw);
  add_apply(*commands.apply, raw);
  add_resume(*commands.resume, raw);
  add_rollback(*commands.rollback, raw);
  for (CLI::App* command : {commands.sync, commands.apply, commands.resume, commands.rollback})
    add_verify(*command, raw);
  add_report(*commands.report, raw);
  add_runs(*commands.runs, raw);
  add_profile(*commands.profile, raw);
  commands.check = add_profile_check(*commands.profile, raw);
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command != commands.profile) refuse_empty_values(*command);
  }
  refuse_empty_values(*commands.check);
  return commands;
}

}  // namespace rostersync::cli
