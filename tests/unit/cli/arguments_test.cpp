#include "cli/arguments.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/error.hpp"

using namespace rostersync;
using cli::Arguments;
using cli::HistoryArguments;
using cli::Information;
using cli::Output;
using cli::ProfileArguments;
using cli::RunArguments;

namespace {

Arguments parse(std::vector<std::string> words) {
  words.insert(words.begin(), "rostersync");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return cli::parse(static_cast<int>(words.size()), argv.data());
}

RunArguments run(std::vector<std::string> words) {
  return std::get<RunArguments>(parse(std::move(words)).what);
}

HistoryArguments history(std::vector<std::string> words) {
  return std::get<HistoryArguments>(parse(std::move(words)).what);
}

std::string refusal(std::vector<std::string> words) {
  try {
    parse(std::move(words));
  } catch (const base::CannotRun& error) {
    return error.what();
  }
  return "(accepted)";
}

std::string information(std::vector<std::string> words) {
  return std::get<Information>(parse(std::move(words)).what).text;
}

}  // namespace

TEST_CASE("what is not given stays unsaid") {
  const RunArguments plan = run({"plan", "people.csv"});
  CHECK(plan.command == RunArguments::Command::plan);
  CHECK(plan.roster == "people.csv");
  CHECK(plan.config.empty());
  CHECK(plan.profile.empty());
  CHECK(plan.base_url.empty());
  CHECK(plan.report_dir.empty());
  CHECK(plan.state_dir.empty());
  CHECK(plan.rate.empty());
  CHECK(plan.fetch.empty());
  CHECK(plan.deadline.empty());
  CHECK_FALSE(plan.max_in_flight);
  CHECK_FALSE(plan.limit);
  CHECK(plan.only.empty());
  CHECK(plan.allow.empty());
  CHECK_FALSE(plan.insecure_http);
  CHECK_FALSE(plan.no_progress);
  CHECK(plan.output == Output::text);
  const Arguments all = parse({"sync", "people.csv"});
  CHECK(all.log_level == base::log::Level::info);
  CHECK(all.log_format == base::log::Format::text);
  CHECK_FALSE(all.quiet);
  CHECK(run({"sync", "x"}).command == RunArguments::Command::sync);
  CHECK(run({"validate", "x"}).command == RunArguments::Command::validate);
}

TEST_CASE("every option") {
  const RunArguments sync = run({"sync",
                                 "-",
                                 "-c",
                                 "job.json",
                                 "--profile",
                                 "partoo",
                                 "--base-url",
                                 "https://x/v2",
                                 "--report",
                                 "r",
                                 "--state",
                                 "s",
                                 "--rate",
                                 "240/min",
                                 "--max-in-flight",
                                 "4",
                                 "--fetch",
                                 "by-id",
                                 "--deadline",
                                 "20m",
                                 "--only",
                                 "a@x.com",
                                 "--only=b@x.com",
                                 "--limit",
                                 "10",
                                 "--allow",
                                 "creates=500",
                                 "--allow=role=40",
                                 "--assume-current",
                                 "--accept-rename",
                                 "a@x.com=b@x.com",
                                 "--accept-rename=@file",
                                 "--accept-new",
                                 "c@x.com",
                                 "--insecure-http",
                                 "--no-progress",
                                 "--output",
                                 "json"});
  CHECK(sync.roster == "-");
  CHECK(sync.config == "job.json");
  CHECK(sync.profile == "partoo");
  CHECK(sync.base_url == "https://x/v2");
  CHECK(sync.report_dir == "r");
  CHECK(sync.state_dir == "s");
  CHECK(sync.rate == "240/min");
  CHECK(sync.max_in_flight == 4);
  CHECK(sync.fetch == "by-id");
  CHECK(sync.deadline == "20m");
  CHECK(sync.only == std::set<std::string>{"a@x.com", "b@x.com"});
  CHECK(sync.limit == 10);
  CHECK(sync.allow == std::map<std::string, std::uint64_t>{{"creates", 500}, {"role", 40}});
  CHECK(sync.assume_current);
  CHECK(sync.accept_rename == std::vector<std::string>{"a@x.com=b@x.com", "@file"});
  CHECK(sync.accept_new == std::vector<std::string>{"c@x.com"});
  CHECK(sync.insecure_http);
  CHECK(sync.no_progress);
  CHECK(sync.output == Output::json);
  CHECK(run({"plan", "--config", "job.json", "people.csv"}).config == "job.json");
  CHECK(run({"plan", "--only", "a@x.com", "people.csv"}).roster == "people.csv");
  CHECK(run({"plan", "--allow", "creates=1", "people.csv"}).roster == "people.csv");
  CHECK(run({"plan", "--", "-odd.csv"}).roster == "-odd.csv");
  CHECK(run({"sync", "x", "--limit", "0"}).limit == 0);
  CHECK_FALSE(run({"plan", "x"}).assume_current);
}

TEST_CASE("a plan may be kept, and only a plan") {
  CHECK(run({"plan", "x", "--out", "plan.json"}).plan == "plan.json");
  CHECK(run({"plan", "x"}).plan.empty());
  CHECK(refusal({"plan", "x", "--out="}).find("--out") != std::string::npos);
  CHECK(refusal({"sync", "x", "--out", "y"}).find("\"--out\" does not exist") != std::string::npos);
  CHECK(refusal({"validate", "x", "--out", "y"}).find("\"--out\" does not exist") != std::string::npos);
}

TEST_CASE("apply") {
  const RunArguments apply =
      run({"apply", "plan.json", "--only", "a@x.com", "--limit=3", "--allow", "creates=9", "--rate", "10/s",
           "--deadline", "1h", "--state", "s", "--report", "r", "-c", "job.json"});
  CHECK(apply.command == RunArguments::Command::apply);
  CHECK(apply.plan == "plan.json");
  CHECK(apply.roster.empty());
  CHECK(apply.only.contains("a@x.com"));
  CHECK(apply.limit == 3);
  CHECK(apply.allow.at("creates") == 9);
  CHECK(apply.deadline == "1h");
  CHECK(apply.state_dir == "s");
  CHECK(refusal({"apply"}).find("PLAN") != std::string::npos);
  CHECK(refusal({"apply", "x", "--fetch", "list"}).find("\"--fetch\" does not exist") != std::string::npos);
}

TEST_CASE("rollback") {
  const RunArguments planned = run({"rollback", "r-1", "--out", "plan.json"});
  CHECK(planned.command == RunArguments::Command::rollback);
  CHECK(planned.run == "r-1");
  CHECK(planned.plan == "plan.json");
  CHECK_FALSE(planned.carry_out);
  const RunArguments real = run({"rollback", "--apply", "r-1", "--allow", "deactivations=9", "--only=a@x.com"});
  CHECK(real.carry_out);
  CHECK(real.run == "r-1");
  CHECK(real.allow.at("deactivations") == 9);
  CHECK(refusal({"rollback"}).find("RUN") != std::string::npos);
  CHECK(refusal({"rollback", ""}).find("a value is needed") != std::string::npos);
}

TEST_CASE("what is written can be read back, and only what writes has the option") {
  CHECK(run({"sync", "x", "--verify"}).verify);
  CHECK(run({"resume", "--verify"}).verify);
  CHECK_FALSE(run({"sync", "x"}).verify);
  CHECK(refusal({"plan", "x", "--verify"}).find("\"--verify\" does not exist") != std::string::npos);
  CHECK(refusal({"validate", "x", "--verify"}).find("\"--verify\" does not exist") != std::string::npos);
}

TEST_CASE("resume") {
  const RunArguments latest = run({"resume"});
  CHECK(latest.command == RunArguments::Command::resume);
  CHECK(latest.run.empty());
  CHECK(latest.roster.empty());
  const RunArguments named = run(
      {"resume",     "r-1", "-c",       "job.json", "--profile",     "partoo",         "--base-url",      "https://x",
       "--report",   "r",   "--state",  "s",        "--rate",        "auto",           "--max-in-flight", "4",
       "--deadline", "2h",  "--output", "json",     "--no-progress", "--insecure-http"});
  CHECK(named.run == "r-1");
  CHECK(named.config == "job.json");
  CHECK(named.profile == "partoo");
  CHECK(named.base_url == "https://x");
  CHECK(named.report_dir == "r");
  CHECK(named.state_dir == "s");
  CHECK(named.rate == "auto");
  CHECK(named.max_in_flight == 4);
  CHECK(named.deadline == "2h");
  CHECK(named.output == Output::json);
  CHECK(named.no_progress);
  CHECK(named.insecure_http);
  const Arguments quiet = parse({"resume", "-q", "--log-format", "json"});
  CHECK(quiet.quiet);
  CHECK(quiet.log_format == base::log::Format::json);
}

TEST_CASE("runs") {
  const HistoryArguments bare = history({"runs"});
  CHECK(bare.command == HistoryArguments::Command::runs);
  CHECK(bare.state_dir.empty());
  CHECK(bare.output == Output::text);
  const HistoryArguments full = history(
      {"runs", "-c", "job.json", "--profile", "partoo", "--base-url", "https://x", "--state", "s", "--output", "json"});
  CHECK(full.config == "job.json");
  CHECK(full.profile == "partoo");
  CHECK(full.base_url == "https://x");
  CHECK(full.state_dir == "s");
  CHECK(full.output == Output::json);
}

TEST_CASE("report") {
  const HistoryArguments latest = history({"report"});
  CHECK(latest.command == HistoryArguments::Command::report);
  CHECK(latest.run.empty());
  CHECK(latest.formats.empty());
  const HistoryArguments named = history({"report", "--report", "d", "--state=s", "--format", "csv", "r-1"});
  CHECK(named.run == "r-1");
  CHECK(named.report_dir == "d");
  CHECK(named.state_dir == "s");
  CHECK(named.formats == std::vector<std::string>{"csv"});
  using Formats = std::vector<std::string>;
  CHECK(history({"report", "--format", "csv,json"}).formats == Formats{"csv", "json"});
  CHECK(history({"report", "--format=csv", "--format=json"}).formats == Formats{"csv", "json"});
  CHECK(history({"report", "--format", "csv,csv"}).formats == Formats{"csv"});
}

TEST_CASE("of a limit that is raised twice, the last word counts") {
  CHECK(run({"sync", "x", "--allow", "updates=10", "--allow", "updates=80"}).allow.at("updates") == 80);
}

TEST_CASE("logging") {
  const Arguments loud = parse({"plan", "x", "--log-level", "debug", "--log-format", "json"});
  CHECK(loud.log_level == base::log::Level::debug);
  CHECK(loud.log_format == base::log::Format::json);
  const Arguments quiet = parse({"plan", "x", "-q"});
  CHECK(quiet.quiet);
  CHECK(quiet.log_level == base::log::Level::error);
  CHECK(parse({"plan", "x", "--quiet", "--log-level", "off"}).log_level == base::log::Level::off);
  CHECK(parse({"plan", "x", "--quiet", "--log-level", "debug"}).log_level == base::log::Level::error);
}

TEST_CASE("profile check") {
  const auto of = [](std::vector<std::string> words) {
    return std::get<ProfileArguments>(parse(std::move(words)).what);
  };
  const auto plain = of({"profile", "check", "my.json"});
  CHECK(plain.check);
  CHECK(plain.name == "my.json");
  CHECK_FALSE(plain.probe);
  CHECK_FALSE(plain.insecure_http);
  CHECK(plain.config.empty());
  CHECK(plain.base_url.empty());
  CHECK(plain.output == Output::text);
  const auto full = of({"profile", "check", "my.json", "--probe", "-c", "job.json", "--base-url", "http://x",
                        "--insecure-http", "--output", "json"});
  CHECK(full.probe);
  CHECK(full.config == "job.json");
  CHECK(full.base_url == "http://x");
  CHECK(full.insecure_http);
  CHECK(full.output == Output::json);
  CHECK_FALSE(of({"profile", "partoo"}).check);
  CHECK(refusal({"profile", "check"}).find("FILE") != std::string::npos);
  CHECK(refusal({"profile", "check", ""}) != "(accepted)");
  CHECK(refusal({"profile", "check", "my.json", "-c", ""}) != "(accepted)");
  CHECK(refusal({"profile", "check", "my.json", "--prob"}).find("--prob") != std::string::npos);
  CHECK(refusal({"profile", "partoo", "--probe"}).find("--probe") != std::string::npos);
  CHECK(information({"profile", "check", "--help"}).find("--probe") != std::string::npos);
}

TEST_CASE("profile") {
  CHECK(std::get<ProfileArguments>(parse({"profile"}).what).name.empty());
  const auto named = std::get<ProfileArguments>(parse({"profile", "partoo", "--output", "json"}).what);
  CHECK(named.name == "partoo");
  CHECK(named.output == Output::json);
}

TEST_CASE("help and version") {
  CHECK(information({"--version"}).starts_with("rostersync "));
  CHECK(information({"--version"}).ends_with("\n"));
  for (const char* flag : {"--help", "-h"}) {
    const std::string help = information({flag});
    for (const char* word : {"plan", "sync", "apply", "resume", "rollback", "validate", "report", "runs", "profile",
                             "Exit codes", "resume goes on"}) {
      CAPTURE(word);
      CHECK(help.find(word) != std::string::npos);
    }
  }
  const std::string sync = information({"sync", "--help"});
  for (const char* word :
       {"ROSTER",          "--config",        "--profile",    "--base-url", "--report", "--state",
        "--rate",          "--max-in-flight", "--fetch",      "--limit",    "--only",   "--assume-current",
        "--accept-rename", "--accept-new",    "--allow",      "--deadline", "--output", "--log-level",
        "--log-format",    "--quiet",         "--no-progress"}) {
    CAPTURE(word);
    CHECK(sync.find(word) != std::string::npos);
  }
  CHECK(information({"validate", "-h"}).find("--allow") == std::string::npos);
  CHECK(information({"resume", "--help"}).find("--allow") == std::string::npos);
  CHECK(information({"resume", "--help"}).find("[RUN]") != std::string::npos);
  CHECK(information({"report", "--help"}).find("--format") != std::string::npos);
  CHECK(information({"runs", "--help"}).find("--rate") == std::string::npos);
}

TEST_CASE("what is wrong is named, with what was probably meant") {
  struct Case {
    std::string name;
    std::vector<std::string> words;
    std::vector<std::string> say;
  };
  const std::vector<Case> cases = {
      {"nothing", {}, {"a command is missing", "plan, sync, apply, resume, rollback, validate, report, runs, profile"}},
      {"a misspelt command", {"snyc", "x"}, {"\"snyc\"", "did you mean sync?"}},
      {"a misspelt command of the past", {"rusn"}, {"\"rusn\"", "did you mean runs?"}},
      {"a misspelt resume", {"resum"}, {"did you mean resume?"}},
      {"two runs", {"resume", "a", "b"}, {"one argument too many", "\"b\""}},
      {"a run for runs", {"runs", "a"}, {"one argument too many", "\"a\""}},
      {"a roster's option for resume", {"resume", "--limit", "3"}, {"\"--limit\""}},
      {"a deadline for what is offline", {"validate", "x", "--deadline", "1h"}, {"\"--deadline\""}},
      {"a format that there is not", {"report", "--format", "html"}, {"--format", "html"}},
      {"a format that there is not, among others", {"report", "--format", "json,html"}, {"--format", "html"}},
      {"a format of nothing", {"report", "--format="}, {"--format"}},
      {"a run of nothing", {"resume", ""}, {"RUN", "a value is needed"}},
      {"a misspelt option", {"plan", "x", "--bse-url", "y"}, {"\"--bse-url\"", "did you mean --base-url?"}},
      {"a misspelt option with its value", {"plan", "x", "--fech=list"}, {"\"--fech\"", "did you mean --fetch?"}},
      {"an option of another command", {"validate", "x", "--limit", "3"}, {"\"--limit\""}},
      {"an option before the command", {"--limit", "3", "sync", "x"}, {"--limit"}},
      {"no roster", {"plan"}, {"ROSTER", "plan --help"}},
      {"two rosters", {"plan", "a", "b"}, {"one argument too many", "\"b\""}},
      {"two commands", {"plan", "a", "sync"}, {"\"sync\""}},
      {"an option without its value", {"plan", "x", "--limit"}, {"--limit"}},
      {"a limit that is no number", {"plan", "x", "--limit", "ten"}, {"--limit", "ten"}},
      {"a limit below zero", {"plan", "x", "--limit=-5"}, {"--limit"}},
      {"a limit that is no whole number", {"plan", "x", "--limit", "2.5"}, {"--limit"}},
      {"none in flight", {"plan", "x", "--max-in-flight", "0"}, {"--max-in-flight"}},
      {"too many in flight", {"plan", "x", "--max-in-flight", "5000"}, {"--max-in-flight"}},
      {"an output that there is not", {"plan", "x", "--output", "html"}, {"--output"}},
      {"a log format that there is not", {"plan", "x", "--log-format", "xml"}, {"--log-format"}},
      {"a log level that there is not", {"plan", "x", "--log-level", "loud"}, {"loud"}},
      {"allow without a number", {"plan", "x", "--allow", "updates"}, {"--allow updates", "--allow updates=80"}},
      {"allow nothing", {"plan", "x", "--allow", "updates="}, {"--allow updates="}},
      {"allow what", {"plan", "x", "--allow", "=80"}, {"--allow =80"}},
      {"allow below zero", {"plan", "x", "--allow", "updates=-1"}, {"--allow updates=-1"}},
      {"allow a share", {"plan", "x", "--allow", "updates=20%"}, {"--allow updates=20%"}},
      {"allow beyond all numbers", {"plan", "x", "--allow", "updates=99999999999999999999"}, {"--allow updates=9"}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const std::string told = refusal(one.words);
    CAPTURE(told);
    for (const auto& word : one.say) CHECK(told.find(word) != std::string::npos);
    CHECK(told.find('\n') == std::string::npos);
  }
}
