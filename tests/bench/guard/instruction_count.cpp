// The work of a run on made-up people, one part of it per process, for scripts/instructions to count the instructions
// of.
//
//   instruction_count --list      the scenarios, one a line: name, units, what a unit is
//   instruction_count --all       runs every one, which shows no more than that each still does its work
//   instruction_count SCENARIO    prepares it, runs what is counted inside measured(), and checks what came out
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/guard/people.hpp"
#include "directory/answers.hpp"
#include "plan/planner.hpp"
#include "profile/profile.hpp"
#include "report/report.hpp"
#include "roster/roster.hpp"
#include "store/journal.hpp"
#include "unit/support/temporary_folder.hpp"

// What callgrind counts: from its call to its return. C linkage gives it a name to ask for, noipa keeps it one
// function, and what follows the work keeps that from becoming a jump out of here.
extern "C" [[gnu::noipa]] void measured(const std::function<void()>& work);
void measured(const std::function<void()>& work) {
  work();
  asm volatile("" ::: "memory");
}

namespace {

using namespace rostersync;
using namespace rostersync::guard;
using model::Outcome;
using model::Row;

constexpr std::size_t rows = 2000;
constexpr std::size_t updates = rows / 10;
constexpr std::size_t creates = rows / 50;
constexpr std::size_t strangers = rows / 100;
constexpr std::size_t users = rows - creates + strangers;
constexpr std::size_t page_size = 100;

// A scenario that does not do its work would look cheap.
void expect(bool holds, std::string_view what) {
  if (!holds) throw std::logic_error(fmt::format("this does not hold: {}", what));
}

const profile::Profile& api() {
  static const profile::Profile loaded = profile::load("partoo", ROSTERSYNC_SOURCE_DIR "/config");
  return loaded;
}

const model::Schema& schema() {
  return api().schema;
}

roster::Roster read_roster(const TemporaryFolder& folder) {
  const std::string path = folder.write("roster.csv", csv(roster_people(rows))).string();
  return roster::read(path, schema(), roster::Options{});
}

void count_reading(const std::string& name, const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = folder.write(name, bytes).string();
  const model::Schema& people = schema();  // loaded before the counting
  std::unique_ptr<roster::Roster> read;
  measured([&] { read = std::make_unique<roster::Roster>(roster::read(path, people, roster::Options{})); });
  expect(read->users.size() == rows && read->faults.empty(), "every row was read, and none rejected");
}

void roster_csv() {
  count_reading("roster.csv", csv(roster_people(rows)));
}
void roster_json() {
  count_reading("roster.json", json_array(roster_people(rows)));
}

directory::Answers answers() {
  std::vector<model::AttributeIndex> wanted = {model::id_attribute};
  for (const char* name : {"email", "first_name", "last_name", "role", "lang", "disabled", "business_ids", "accesses",
                           "status", "org_id"}) {
    wanted.push_back(schema().find(name).value());
  }
  return {schema(), api().wire, wanted};
}

std::vector<http::Response> pages() {
  std::vector<http::Response> made;
  const std::vector<Person> people = directory_people(rows);
  for (std::size_t from = 0; from < people.size(); from += page_size) {
    json::OrderedJson body = {{"page", from / page_size + 1}, {"max_page", users / page_size}, {"count", users}};
    for (std::size_t at = from; at < people.size() && at < from + page_size; ++at) {
      body["users"].push_back(user_json(people[at]));
    }
    made.emplace_back().status = 200;
    made.back().body = body.dump();
  }
  return made;
}

void answers_list() {
  const directory::Answers reader = answers();
  const std::vector<http::Response> bodies = pages();
  std::size_t read = 0;
  measured([&] {
    for (const http::Response& body : bodies) read += reader.page(api().wire.list, body).value().users.size();
  });
  expect(read == users, "every user of the listing was read");
}

void answers_user() {
  const directory::Answers reader = answers();
  std::vector<http::Response> bodies;
  for (const Person& one : directory_people(rows)) {
    bodies.emplace_back().status = 200;
    bodies.back().body = user_json(one).dump();
  }
  std::size_t read = 0;
  measured([&] {
    for (const http::Response& body : bodies) read += reader.full_user(body).value().size();
  });
  expect(read == users, "every user was read");
}

// A roster beside a directory, and what comes of comparing them.
struct Comparison {
  TemporaryFolder folder;
  roster::Roster roster = read_roster(folder);
  std::vector<bool> rejected = std::vector<bool>(rows);
  std::vector<directory::Answers::Page> listing;
  model::Reconciliation result;
  std::vector<model::Change> changes;

  Comparison() {
    const directory::Answers reader = answers();
    for (const http::Response& body : pages()) listing.push_back(reader.page(api().wire.list, body).value());
    result.schema = &schema();
    result.users = &roster.users;
    result.entries.resize(rows);
    for (Row row = 0; row < rows; ++row) result.entries[row].line = roster.lines[row];
    result.run.id = "20260102T030405Z-1";
    result.run.command = "sync";
    result.run.roster.rows = rows;
  }

  void plan() {
    plan::Planner planner(schema(), roster.users, rejected, plan::Options{});
    planner.begin_listing();
    for (const directory::Answers::Page& page : listing) {
      for (Row row = 0; row < page.users.size(); ++row) planner.offer({&page.users, row}, plan::Seen::listed);
    }
    changes = planner.settle(plan::Coverage::whole, result);
  }

  // Every change becomes what a good run makes of it.
  void carry_out() {
    for (model::Change& change : changes) {
      const bool is_new = change.action == model::Action::create;
      model::Entry& entry = result.entry(change.row);
      entry.outcome = is_new ? Outcome::created : Outcome::updated;
      entry.attempts = 1;
      entry.http_status = is_new ? 201 : 200;
      result.detail(change.row).changes = change.attributes;
    }
  }
};

void plan_scenario() {
  Comparison comparison;
  measured([&] { comparison.plan(); });
  expect(comparison.changes.size() == updates + creates, "each difference became a change, and nothing else did");
  expect(comparison.result.orphans.value().size() == strangers, "each stranger is an orphan");
}

using Write = void (*)(const model::Reconciliation&, const report::Sink&);

void count_writing(Write write) {
  Comparison comparison;
  comparison.plan();
  comparison.carry_out();
  std::string written;
  measured([&] { write(comparison.result, [&](std::string_view piece) { written += piece; }); });
  const auto lines = static_cast<std::size_t>(std::count(written.begin(), written.end(), '\n'));
  expect(lines >= rows, "every row has its line");
}

void report_json() {
  count_writing(report::write_json);
}
void report_csv() {
  count_writing(report::write_csv);
}

// Changes recorded before anything is sent, in the batches in which they would be claimed and settled.
void journal() {
  Comparison comparison;
  comparison.plan();
  store::Journal journal(comparison.folder.path(), schema());
  store::RunRecord record;
  record.facts = comparison.result.run;
  record.options = "{}";
  record.started = {1'767'323'045'000, 42, "this-boot"};
  journal.begin(record);
  measured([&] { journal.record_plan(comparison.result, comparison.changes); });
  expect(journal.find(record.facts.id).value().changes == updates + creates, "every change was recorded");
}

struct Scenario {
  std::string_view name;
  std::size_t units;
  std::string_view unit;
  void (*run)();
};

constexpr Scenario scenarios[] = {
    {"roster-csv", rows, "row", roster_csv},       {"roster-json", rows, "row", roster_json},
    {"answers-list", users, "user", answers_list}, {"answers-user", users, "user", answers_user},
    {"plan", rows, "row", plan_scenario},          {"journal", rows, "row", journal},
    {"report-json", rows, "row", report_json},     {"report-csv", rows, "row", report_csv}};

int list() {
  for (const Scenario& one : scenarios) fmt::print("{} {} {}\n", one.name, one.units, one.unit);
  return 0;
}

int run(std::string_view asked) {
  std::size_t ran = 0;
  for (const Scenario& one : scenarios) {
    if (asked != "--all" && asked != one.name) continue;
    one.run();
    ++ran;
  }
  if (ran == 0) throw std::invalid_argument(fmt::format("there is no scenario {}; --list names them", asked));
  return 0;
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2) throw std::invalid_argument("usage: instruction_count --list | --all | SCENARIO");
  const std::string_view asked = arguments[1];
  return asked == "--list" ? list() : run(asked);
} catch (const std::exception& error) {
  fmt::print(stderr, "instruction_count: {}\n", error.what());
  return 1;
}
