#include "cli/runs.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "text/text.hpp"

using namespace rostersync;

namespace {

sync::PastRun past(const std::string& id, const std::string& command, const std::string& state,
                   const std::string& roster) {
  sync::PastRun run;
  run.facts.id = id;
  run.facts.command = command;
  run.facts.started_at = "2026-01-02T03:15:00Z";
  run.facts.finished_at = "2026-01-02T03:16:00Z";
  run.facts.roster.path = roster;
  run.state = state;
  run.changes = 200;
  run.settled = 17;
  return run;
}

sync::PastRun killed() {
  sync::PastRun run = past("20260102T031500Z-0a1b2c", "sync", "interrupted", "/srv/hr/exports/2026/people.csv");
  run.facts.finished_at.clear();
  return run;
}

}  // namespace

TEST_CASE("a line a run, in columns") {
  sync::PastRun done = past("20260101T031500Z-0a1b2c", "plan", "finished", "people.csv");
  done.facts.exit_code = 2;
  CHECK(cli::runs_table({killed(), done}) ==
        "RUN                      COMMAND  STATE        EXIT  CHANGES  ROSTER\n"
        "20260102T031500Z-0a1b2c  sync     interrupted  -     17/200   …s/2026/people.csv\n"
        "20260101T031500Z-0a1b2c  plan     finished     2     17/200   people.csv\n");
}

TEST_CASE("a line of the table stays a line of 80 columns") {
  sync::PastRun large = past("20260102T031500Z-0a1b2c", "resume", "superseded", std::string(200, 'x') + "é.csv");
  large.changes = large.settled = 123456;
  const sync::PastRun odd = past("20260102T031500Z-0a1b2c", "sync", "finished", "a\nb\x1b[31m\xff.csv");
  std::istringstream lines(cli::runs_table({large, odd, killed(), past("x", "sync", "finished", "")}));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    CAPTURE(line);
    CHECK(text::length(line) <= 80);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK_FALSE(text::first_invalid_utf8(line));
  }
  CHECK(count == 5);
}

TEST_CASE("for programs, with what is not known as null") {
  sync::PastRun odd = past("r-1", "sync", "finished", "\xff.csv");
  odd.facts.exit_code = 3;
  const json::OrderedJson runs = cli::runs_json({killed(), odd, past("r-0", "sync", "finished", "")});
  CHECK(
      runs[0].dump() ==
      R"({"id":"20260102T031500Z-0a1b2c","command":"sync","started_at":"2026-01-02T03:15:00Z","finished_at":null,)"
      R"("state":"interrupted","exit_code":null,"changes":200,"settled":17,"roster":"/srv/hr/exports/2026/people.csv"})");
  CHECK(runs[1]["exit_code"] == 3);
  CHECK(runs[1]["finished_at"] == "2026-01-02T03:16:00Z");
  CHECK(runs[1]["roster"] == "\uFFFD.csv");
  CHECK(runs[2]["exit_code"] == 0);
  CHECK(runs[2]["roster"].is_null());
  CHECK(cli::runs_json({}).dump() == "[]");
}
