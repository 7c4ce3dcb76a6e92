#include "store/journal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "unit/store/sample_run.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using namespace rostersync::test;
using store::Journal;
using store::Moment;
using store::RunState;

namespace {

const model::Schema schema = directory_schema();
const Moment now = {1'700'000'000'500, 77, "this-boot"};

// A run of ten rows, of which the even ones are to be updated.
struct TenRows : TemporaryFolder, Run {
  TenRows() : Run(schema) {
    for (Row row = 0; row < 10; ++row) add(fmt::format("p{}@k.com", row));
    for (Row row = 0; row < 10; row += 2) change(row);
  }
  // Whatever the journal under test has open stays so: another process reads beside it.
  std::unique_ptr<store::RecordedRun> recorded(const std::string& run_id = "r1") const {
    return Journal(path(), schema).load(run_id);
  }
};

std::vector<Row> rows_of(const std::vector<store::OpenChange>& open) {
  std::vector<Row> rows;
  for (const auto& one : open) rows.push_back(one.change.row);
  return rows;
}

std::vector<Row> claimed(const std::vector<store::OpenChange>& open) {
  std::vector<Row> rows;
  for (const auto& one : open) {
    if (one.claimed) rows.push_back(one.change.row);
  }
  return rows;
}

using Rows = std::vector<Row>;

}  // namespace

TEST_CASE_FIXTURE(TenRows, "a state directory has a journal from the first opening on") {
  CHECK_FALSE(Journal::exists(path()));
  CHECK_FALSE(Journal::exists(path() / "none"));
  Journal journal(path(), schema);
  CHECK(Journal::exists(path()));
  CHECK(journal.runs().empty());
  CHECK_FALSE(journal.find("r1"));
  CHECK_THROWS_WITH_AS(journal.load("r1"), doctest::Contains("no run r1"), base::CannotRun);
  CHECK_THROWS_WITH_AS(journal.take_up("r1"), doctest::Contains("no run r1"), base::CannotRun);
}

TEST_CASE_FIXTURE(TenRows, "a run that has begun has written nothing, and is known with what it was asked") {
  result.run.roster.path = "people.csv";
  Journal(path(), schema).begin(record("r1"));
  const auto found = Journal(path(), schema).find("r1");
  REQUIRE(found);
  CHECK(found->state == RunState::reading);
  CHECK(told_of_run(found->facts) == told_of_run(result.run));
  CHECK(found->options == R"({"roster":"people.csv"})");
  CHECK(found->started.wall_ms == 1'700'000'000'000);
  CHECK(found->started.steady_ns == 42);
  CHECK(found->started.boot == "this-boot");
  CHECK(found->changes == 0);
  const auto loaded = recorded();
  CHECK(loaded->result.entries.empty());
  CHECK(loaded->open.empty());
}

TEST_CASE_FIXTURE(TenRows, "a plan is there whole, and all of its changes are open") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  const auto loaded = recorded();
  CHECK(loaded->record.state == RunState::open);
  CHECK(loaded->record.changes == 5);
  CHECK(loaded->record.settled == 0);
  CHECK(told(loaded->result) == told(result));
  REQUIRE(rows_of(loaded->open) == Rows{0, 2, 4, 6, 8});
  for (std::size_t i = 0; i < changes.size(); ++i)
    CHECK(told(schema, loaded->open[i].change) == told(schema, changes[i]));
  CHECK(claimed(loaded->open).empty());
}

TEST_CASE_FIXTURE(TenRows, "what is claimed is open with its moment, and claiming again renews it") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  journal.claim({0, 4}, {1, 2, "an earlier boot"});
  journal.claim({4}, now);
  const auto open = recorded()->open;
  CHECK(claimed(open) == Rows{0, 4});
  CHECK(open[0].claimed->boot == "an earlier boot");
  CHECK(open[2].claimed->wall_ms == now.wall_ms);
  CHECK(open[2].claimed->steady_ns == now.steady_ns);
  CHECK(open[2].claimed->boot == now.boot);
}

TEST_CASE_FIXTURE(TenRows, "what is released is as never claimed") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  journal.claim({0, 2, 4}, now);
  journal.release({0, 4});
  const auto open = recorded()->open;
  CHECK(claimed(open) == Rows{2});
  CHECK(rows_of(open) == Rows{0, 2, 4, 6, 8});
}

TEST_CASE_FIXTURE(TenRows, "what is settled is final, with its entry, its words and the counts so far") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  journal.claim({0, 2, 4}, now);
  settle(0);
  settle(4, Outcome::failed);
  result.detail(4).reason = "refused";
  result.detail(4).faults = {{"refused", "first_name", "too long"}};
  result.detail(4).request_ids = {"req-1"};
  result.http.writes = 2;
  journal.settle({0, 4}, result, result.http);
  const auto loaded = recorded();
  CHECK(told(loaded->result) == told(result));
  CHECK(rows_of(loaded->open) == Rows{2, 6, 8});
  CHECK(claimed(loaded->open) == Rows{2});
  CHECK(loaded->record.settled == 2);
  CHECK(loaded->record.http.writes == 2);
}

TEST_CASE_FIXTURE(TenRows, "settling a row again replaces its entry, and counts it once") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  settle(0, Outcome::failed);
  journal.settle({0}, result, result.http);
  settle(0);
  journal.settle({0, 0}, result, result.http);
  const auto loaded = recorded();
  CHECK(loaded->record.settled == 1);
  CHECK(loaded->result.entries[0].outcome == Outcome::updated);
}

TEST_CASE_FIXTURE(TenRows, "an entry may tell other changes than were planned, or none") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  settle(0);
  settle(2);
  result.detail(2).changes = {{logins, Presence::value, "1", Presence::value, "2"}};
  settle(4, Outcome::unchanged);
  result.detail(4).changes.clear();
  journal.settle({0, 2, 4}, result, result.http);
  CHECK(told(recorded()->result) == told(result));
}

TEST_CASE_FIXTURE(TenRows, "an entry that is still pending is never recorded as settled") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  settle(2);
  CHECK_THROWS_AS(journal.settle({2, 0}, result, result.http), std::logic_error);
  CHECK_THROWS_AS(journal.settle({2, 1}, result, result.http), std::logic_error);  // has no change
  CHECK_THROWS_AS(journal.end(result, RunState::finished), std::logic_error);
  const auto loaded = recorded();
  CHECK(rows_of(loaded->open) == Rows{0, 2, 4, 6, 8});  // of these commits, nothing
  CHECK(loaded->record.state == RunState::open);
}

TEST_CASE_FIXTURE(TenRows, "a process that stops leaves what it did not settle open") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  journal.claim({0, 2}, now);
  settle(0);
  journal.settle({0}, result, result.http);
  for (const Row row : {2U, 4U, 6U, 8U}) settle(row, Outcome::skipped);
  result.run.exit_code = 6;
  result.run.message = "stopped";
  result.run.finished_at = "2024-01-01T00:00:00Z";
  result.http.requests = 9;
  journal.end(result, RunState::open);
  const auto loaded = recorded();
  CHECK(loaded->record.state == RunState::open);
  CHECK(loaded->record.facts.exit_code == 6);
  CHECK(loaded->record.facts.message == "stopped");
  CHECK(loaded->record.http.requests == 9);
  CHECK(rows_of(loaded->open) == Rows{2, 4, 6, 8});
  CHECK(claimed(loaded->open) == Rows{2});
  CHECK(loaded->result.entries[4].outcome == Outcome::pending);
}

TEST_CASE_FIXTURE(TenRows, "a run that is finished or superseded has no open changes") {
  for (const RunState state : {RunState::finished, RunState::superseded}) {
    CAPTURE(static_cast<int>(state));
    const std::string run_id = state == RunState::finished ? "r1" : "r2";
    Journal journal(path(), schema);
    journal.begin(record(run_id));
    journal.record_plan(result, changes);
    for (const Row row : {0U, 2U, 4U, 6U, 8U}) settle(row, Outcome::skipped);
    result.detail(2).reason = "superseded";
    journal.end(result, state);
    const auto loaded = recorded(run_id);
    CHECK(loaded->record.state == state);
    CHECK(loaded->open.empty());
    CHECK(loaded->record.settled == 5);
    CHECK(told(loaded->result) == told(result));
    for (const Row row : {0U, 2U, 4U, 6U, 8U}) result.entries[row].outcome = Outcome::pending;
  }
}

TEST_CASE_FIXTURE(TenRows, "a run that ends without a plan has its entries all the same") {
  for (const Row row : {0U, 2U, 4U, 6U, 8U}) settle(row, Outcome::planned_update);
  result.orphans.emplace();
  result.orphans->push_back({"u99", "o@k.com", "own_user", ""});
  result.warnings = {{"w", "words"}};
  result.directory = {11, true};
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  result.run.exit_code = 2;
  journal.end(result, RunState::finished);
  const auto loaded = recorded();
  CHECK(told(loaded->result) == told(result));
  CHECK(loaded->record.changes == 0);
  CHECK(loaded->open.empty());
}

TEST_CASE_FIXTURE(TenRows,
                  "a run that was stopped while reading begins again, and its plan takes the place of its entries") {
  {
    Journal journal(path(), schema);
    journal.begin(record("r1"));
    Run early(schema);
    early.add("p0@k.com");
    early.result.entries[0].outcome = Outcome::skipped;
    journal.end(early.result, RunState::reading);
  }
  Journal journal(path(), schema);
  journal.take_up("r1");
  journal.record_plan(result, changes);
  const auto loaded = recorded();
  CHECK(loaded->result.entries.size() == 10);
  CHECK(loaded->record.state == RunState::open);
}

TEST_CASE_FIXTURE(TenRows, "another process goes on with a run, whose name and beginning stay") {
  result.run.started_at = "2024-01-01T03:15:00Z";
  {
    Journal journal(path(), schema);
    journal.begin(record("r1"));
    journal.record_plan(result, changes);
    journal.claim({0}, now);
  }
  Journal journal(path(), schema);
  journal.begin(record("r2"));
  journal.take_up("r1");
  settle(0);
  journal.settle({0}, result, result.http);
  for (const Row row : {2U, 4U, 6U, 8U}) settle(row);
  result.run.command = "resume";
  result.run.started_at = "2024-01-01T04:00:00Z";
  result.run.finished_at = "2024-01-01T04:01:00Z";
  result.run.version = "9.9";
  journal.end(result, RunState::finished);
  const auto found = Journal(path(), schema).find("r1");
  CHECK(found->state == RunState::finished);
  CHECK(found->facts.command == "sync");
  CHECK(found->facts.started_at == "2024-01-01T03:15:00Z");
  CHECK(found->facts.finished_at == "2024-01-01T04:01:00Z");
  CHECK(found->facts.version == "9.9");
  CHECK(Journal(path(), schema).find("r2")->state == RunState::reading);
}

TEST_CASE_FIXTURE(TenRows, "runs are told newest first, in the order in which they began") {
  Journal journal(path(), schema);
  for (const char* run_id : {"m", "a", "z"}) journal.begin(record(run_id));
  const model::Schema none;
  std::vector<std::string> ids;
  for (const auto& run : Journal(path(), none).runs()) ids.push_back(run.facts.id);
  CHECK(ids == std::vector<std::string>{"z", "a", "m"});
}

TEST_CASE_FIXTURE(TenRows, "pruning keeps the rows of the newest runs and of those that are not over") {
  Journal journal(path(), schema);
  const std::pair<const char*, RunState> runs[] = {{"oldest", RunState::finished}, {"open", RunState::open},
                                                   {"reading", RunState::reading}, {"gone", RunState::superseded},
                                                   {"kept 1", RunState::finished}, {"kept 2", RunState::superseded}};
  for (const auto& [run_id, state] : runs) {
    journal.begin(record(run_id));
    if (state == RunState::reading) continue;
    journal.record_plan(result, changes);
    journal.claim({0}, now);
    Run over(schema);
    for (Row row = 0; row < 10; ++row) over.add("");
    for (const Row row : {0U, 2U, 4U, 6U, 8U}) over.settle(row);
    journal.end(over.result, state);
  }
  journal.prune(2);
  journal.prune(2);
  for (const char* run_id : {"oldest", "gone"}) {
    CHECK_THROWS_WITH_AS(journal.load(run_id), doctest::Contains("no longer kept"), base::CannotRun);
    CHECK(journal.find(run_id)->changes == 5);
    CHECK(journal.find(run_id)->settled == 5);
  }
  CHECK(rows_of(journal.load("open")->open) == Rows{0, 2, 4, 6, 8});
  CHECK(claimed(journal.load("open")->open) == Rows{0});
  CHECK(journal.load("kept 1")->result.entries.size() == 10);
  CHECK(journal.load("kept 2")->result.entries.size() == 10);
  CHECK_NOTHROW(journal.load("reading"));
  CHECK(journal.runs().size() == 6);
  journal.prune(0);
  CHECK_THROWS_AS(journal.load("kept 2"), base::CannotRun);
  CHECK(rows_of(journal.load("open")->open).size() == 5);
}

TEST_CASE_FIXTURE(TenRows,
                  "a profile that lost an attribute cannot load a run that speaks of it; the runs are still listed") {
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  model::Schema poorer = schema;
  poorer.attributes[first_name].name = "given_name";
  Journal other(path(), poorer);
  CHECK_THROWS_WITH_AS(other.load("r1"), doctest::Contains("\"first_name\""), base::CannotRun);
  CHECK(other.runs().size() == 1);
}

TEST_CASE_FIXTURE(TenRows, "a secret never reaches the disk") {
  const std::string secret = "Tr0ub4dor-and-3";
  const std::string plain = "Karadoc";
  const auto on_disk = [&](const std::string& text) {
    for (const auto& file : std::filesystem::directory_iterator(path())) {
      if (base::read_file(file.path()).find(text) != std::string::npos) return true;
    }
    return false;
  };
  for (model::Change& one : changes) {
    one.attributes.push_back({password, Presence::value, secret, Presence::value, secret});
  }
  {
    Journal journal(path(), schema);
    journal.begin(record("r1"));
    journal.record_plan(result, changes);
    journal.claim({0, 2}, now);
    settle(0);
    journal.settle({0}, result, result.http);
    CHECK(on_disk(plain));
    CHECK_FALSE(on_disk(secret));
    for (const Row row : {2U, 4U, 6U, 8U}) settle(row, Outcome::skipped);
    journal.end(result, RunState::finished);
    CHECK_FALSE(on_disk(secret));
    journal.begin(record("r2"));
    journal.end(result, RunState::finished);  // its entries hold changes, and there is no plan
    journal.prune(0);
    CHECK_FALSE(on_disk(secret));
  }
  CHECK_FALSE(on_disk(secret));
}

TEST_CASE_FIXTURE(TenRows, "that a secret is to be sent is known, and its text is not") {
  changes[0].attributes.push_back({password, Presence::absent, "", Presence::value, "Tr0ub4dor-and-3"});
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  const auto loaded = recorded();
  const model::AttributeChange& back = loaded->open[0].change.attributes.at(1);
  CHECK(back.attribute == password);
  CHECK(back.after_presence == Presence::value);
  CHECK(back.after.empty());
}

TEST_CASE_FIXTURE(TenRows, "bytes that are no UTF-8 do no harm") {
  users.set(0, email, Presence::value, "caf\xE9@k.com");
  changes[0].key = "caf\xE9@k.com";
  result.run.message = "\xFF";
  Journal journal(path(), schema);
  journal.begin(record("r1"));
  journal.record_plan(result, changes);
  settle(0);
  result.detail(0).message = "\xC3(";
  journal.settle({0}, result, result.http);
  const auto loaded = recorded();
  CHECK(loaded->result.key(0) == "caf\xE9@k.com");
  CHECK(loaded->result.find_detail(0)->message == "\uFFFD(");
}

TEST_CASE_FIXTURE(TenRows, "whatever a run tells comes back") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Chance chance(seed);
    Run run(schema);
    fill(chance, run, static_cast<Row>(chance.below(60)));
    const std::string run_id = fmt::format("run {}", seed);
    Journal journal(path(), schema);
    const auto begun = run.record(run_id);
    journal.begin(begun);
    journal.record_plan(run.result, run.changes);
    Rows claims;
    Rows open;
    Rows settled;
    for (const model::Change& one : run.changes) {
      if (chance.coin()) claims.push_back(one.row);
      (chance.coin() ? open : settled).push_back(one.row);
    }
    journal.claim(claims, now);
    for (const Row row : settled) any_outcome(chance, run, row);
    journal.settle(settled, run.result, run.result.http);
    any_end(chance, run.result.run, run.result.http);
    journal.end(run.result, RunState::open);
    const auto loaded = recorded(run_id);
    CHECK(told(loaded->result) == told(run.result));
    CHECK(rows_of(loaded->open) == open);
    Rows still_claimed;
    std::set_intersection(claims.begin(), claims.end(), open.begin(), open.end(), std::back_inserter(still_claimed));
    CHECK(claimed(loaded->open) == still_claimed);
    CHECK(loaded->record.settled == run.changes.size() - open.size());
    CHECK(loaded->record.changes == run.changes.size());
    for (const auto& one : loaded->open) {
      const auto planned = std::find_if(run.changes.begin(), run.changes.end(),
                                        [&](const model::Change& other) { return other.row == one.change.row; });
      CHECK(told(schema, one.change) == told(schema, *planned));
    }
  }
}
