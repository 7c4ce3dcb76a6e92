#include "cli/history.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/order.hpp"
#include "profile/profile.hpp"
#include "store/journal.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using cli::HistoryArguments;

namespace {

constexpr const char* address = "https://api.example.com/v2";

// A state directory with one run that found no rows, of a profile and that address.
std::filesystem::path state_of(const TemporaryFolder& folder, const std::string& profile_name) {
  const std::filesystem::path state = folder.path() / ("state-" + profile_name);
  base::create_private_directory(state);
  const profile::Profile profile = profile::load("partoo", cli::config_directory());
  store::Journal journal(state, profile.schema);
  store::RunRecord record;
  record.facts.id = "r-1";
  record.facts.command = "sync";
  record.facts.started_at = "2026-01-02T03:15:00Z";
  record.facts.profile = profile_name;
  record.facts.base_url = address;
  record.facts.roster.path = "people.csv";
  record.options = "{}";
  journal.begin(record);
  model::Reconciliation result;
  result.run = record.facts;
  result.run.finished_at = "2026-01-02T03:16:00Z";
  result.schema = &profile.schema;
  journal.end(result, store::RunState::finished);
  return state;
}

// An empty configuration, so that one in the folder where the tests run has no say.
HistoryArguments asking(const TemporaryFolder& folder, const std::filesystem::path& state) {
  HistoryArguments arguments;
  arguments.config = folder.write("job.json", "{}").string();
  arguments.state_dir = state.string();
  arguments.report_dir = (folder.path() / "reports").string();
  return arguments;
}

// What reaches standard output while `action` runs.
std::string printed(const std::function<void()>& action) {
  std::FILE* const file = std::tmpfile();
  REQUIRE(file != nullptr);
  std::fflush(stdout);
  const int kept = ::dup(STDOUT_FILENO);
  ::dup2(::fileno(file), STDOUT_FILENO);
  action();
  std::fflush(stdout);
  ::dup2(kept, STDOUT_FILENO);
  ::close(kept);
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

}  // namespace

TEST_CASE("runs are listed without a profile, an address or a key") {
  const TemporaryFolder folder;
  HistoryArguments arguments = asking(folder, state_of(folder, "partoo"));
  CHECK(printed([&] { cli::list_runs(arguments); }).find("\nr-1  sync     finished  0") != std::string::npos);
  arguments.output = cli::Output::json;
  CHECK(printed([&] { cli::list_runs(arguments); }).find("\"id\": \"r-1\"") != std::string::npos);
  arguments.state_dir = (folder.path() / "nowhere").string();
  CHECK(printed([&] { cli::list_runs(arguments); }) == "[]\n");
  arguments.output = cli::Output::text;
  CHECK(printed([&] { cli::list_runs(arguments); }) == "no runs yet in " + arguments.state_dir + "\n");
  CHECK_FALSE(std::filesystem::exists(arguments.state_dir));
}

TEST_CASE("what the command line names must be what the state directory belongs to") {
  const TemporaryFolder folder;
  HistoryArguments arguments = asking(folder, state_of(folder, "partoo"));
  arguments.profile = "partoo";
  arguments.base_url = std::string(address) + "/";
  CHECK_NOTHROW(printed([&] { cli::list_runs(arguments); }));
  arguments.base_url = "https://other.example.com";
  CHECK_THROWS_WITH_AS(cli::list_runs(arguments), doctest::Contains("not of https://other.example.com"),
                       base::CannotRun);
  arguments = asking(folder, state_of(folder, "another"));
  arguments.profile = "partoo";
  CHECK_THROWS_WITH_AS(cli::list_runs(arguments), doctest::Contains("are of another at"), base::CannotRun);
}

TEST_CASE("the reports of a past run, in the formats that are asked for, in the terms of its own profile") {
  const TemporaryFolder folder;
  HistoryArguments arguments = asking(folder, state_of(folder, "partoo"));
  const std::filesystem::path reports = arguments.report_dir;
  arguments.formats = {"csv"};
  CHECK(printed([&] { cli::report_again(arguments, true); }).empty());
  CHECK(std::filesystem::exists(reports / "report.csv"));
  CHECK_FALSE(std::filesystem::exists(reports / "report.json"));
  arguments.formats.clear();
  arguments.output = cli::Output::json;
  const std::string told = printed([&] { cli::report_again(arguments, true); });
  CHECK(told.find("\"r-1\"") != std::string::npos);
  CHECK(told == base::read_file(reports / "report.json"));
  arguments.run = "r-2";
  CHECK_THROWS_WITH_AS(cli::report_again(arguments, true), doctest::Contains("r-2"), base::CannotRun);
}

TEST_CASE("a run that cannot be told of is refused with the remedy") {
  const TemporaryFolder folder;
  HistoryArguments arguments = asking(folder, state_of(folder, "another"));
  CHECK_THROWS_WITH_AS(cli::report_again(arguments, true), doctest::Contains("name its file with --profile"),
                       base::CannotRun);
  arguments.config = folder.write("other.json", R"({"profile": "partoo"})").string();
  CHECK_THROWS_WITH_AS(cli::report_again(arguments, true), doctest::Contains("are of another at"), base::CannotRun);
  CHECK_THROWS_WITH_AS(cli::report_again(asking(folder, folder.path() / "nowhere"), true),
                       doctest::Contains("no runs yet"), base::CannotRun);
}
