#include "store/run_table.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "store/encoding.hpp"

namespace rostersync::store {

namespace {

constexpr std::array<std::pair<RunState, std::string_view>, 4> states = {{{RunState::reading, "reading"},
                                                                          {RunState::open, "open"},
                                                                          {RunState::finished, "finished"},
                                                                          {RunState::superseded, "superseded"}}};

std::string_view word_of(RunState state) {
  for (const auto& [each, word] : states) {
    if (each == state) return word;
  }
  return {};
}

RunState state_of(const std::string& word) {
  for (const auto& [state, each] : states) {
    if (each == word) return state;
  }
  throw json::Json::other_error::create(501, "a state that there is not", nullptr);
}

std::string select(std::string_view condition) {
  return fmt::format(
      "SELECT number, state, facts, options, started_wall_ms, started_steady_ns, started_boot, http, directory, "
      "changes, settled, warnings, planned, has_orphans, kept FROM run {}",
      condition);
}

RunRecord record_of(const SQLite::Statement& row) {
  RunRecord record;
  record.state = state_of(row.getColumn(1).getString());
  record.facts = decode_facts(row.getColumn(2).getString());
  record.options = row.getColumn(3).getString();
  record.started = {row.getColumn(4).getInt64(), row.getColumn(5).getInt64(), row.getColumn(6).getString()};
  record.http = decode_http(row.getColumn(7).getString());
  record.directory = decode_directory(row.getColumn(8).getString());
  record.changes = static_cast<std::uint64_t>(row.getColumn(9).getInt64());
  record.settled = static_cast<std::uint64_t>(row.getColumn(10).getInt64());
  return record;
}

template <class Key>
std::optional<RunTable::Stored> find_in(Query& query, const Key& key) {
  std::optional<RunTable::Stored> found;
  query.each(
      [&](const SQLite::Statement& row) {
        found.emplace();
        found->number = row.getColumn(0).getInt64();
        found->record = record_of(row);
        found->warnings = decode_warnings(row.getColumn(11).getString());
        found->planned = row.getColumn(12).getInt() != 0;
        found->has_orphans = row.getColumn(13).getInt() != 0;
        found->kept = row.getColumn(14).getInt() != 0;
      },
      key);
  return found;
}

}  // namespace

RunTable::RunTable(Database& database)
    : begin_(database,
             "INSERT INTO run (id, state, facts, options, started_wall_ms, started_steady_ns, started_boot, http, "
             "directory) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      plan_(database, "UPDATE run SET state = 'open', planned = 1, changes = ?2, settled = 0 WHERE number = ?1"),
      settle_(database, "UPDATE run SET settled = settled + ?2, http = ?3 WHERE number = ?1"),
      end_(database, "UPDATE run SET state = ?2, facts = ?3, http = ?4 WHERE number = ?1"),
      tell_(database, "UPDATE run SET directory = ?2, warnings = ?3, has_orphans = ?4, facts = ?5 WHERE number = ?1"),
      warn_(database, "UPDATE run SET warnings = ?2 WHERE number = ?1"),
      by_id_(database, select("WHERE id = ?").c_str()),
      by_number_(database, select("WHERE number = ?").c_str()),
      newest_first_(database, select("ORDER BY number DESC").c_str()),
      beyond_(database,
              "SELECT number FROM run WHERE kept AND state IN ('finished', 'superseded') "
              "AND number NOT IN (SELECT number FROM run ORDER BY number DESC LIMIT ?)"),
      mark_dropped_(database, "UPDATE run SET kept = 0 WHERE number = ?"),
      last_number_(database, "SELECT last_insert_rowid()") {}

RunNumber RunTable::begin(const RunRecord& run) {
  begin_.run(run.facts.id, word_of(RunState::reading), encode(run.facts), run.options, run.started.wall_ms,
             run.started.steady_ns, run.started.boot, encode(run.http), encode(run.directory));
  RunNumber number = 0;
  last_number_.each([&](const SQLite::Statement& row) { number = row.getColumn(0).getInt64(); });
  return number;
}

void RunTable::plan(RunNumber run, std::uint64_t changes) {
  plan_.run(run, changes);
}

void RunTable::settle(RunNumber run, std::uint64_t more, const model::HttpFacts& http) {
  settle_.run(run, more, encode(http));
}

void RunTable::end(RunNumber run, const model::Reconciliation& result, RunState state) {
  const auto begun = find(run);
  if (!begun) return;
  model::RunFacts facts = begun->record.facts;
  facts.version = result.run.version;
  facts.finished_at = result.run.finished_at;
  facts.exit_code = result.run.exit_code;
  facts.message = result.run.message;
  end_.run(run, word_of(state), encode(facts), encode(result.http));
}

void RunTable::tell(RunNumber run, const model::Reconciliation& result) {
  const auto begun = find(run);
  if (!begun) return;
  model::RunFacts facts = begun->record.facts;
  facts.changes_digest = result.run.changes_digest;
  tell_.run(run, encode(result.directory), TextOrNull{encode(result.warnings)}, result.orphans.has_value() ? 1 : 0,
            encode(facts));
}

void RunTable::warn(RunNumber run, const std::vector<model::Warning>& warnings) {
  warn_.run(run, TextOrNull{encode(warnings)});
}

std::optional<RunTable::Stored> RunTable::find(const std::string& id) {
  return find_in(by_id_, id);
}

std::optional<RunTable::Stored> RunTable::find(RunNumber run) {
  return find_in(by_number_, run);
}

std::vector<RunRecord> RunTable::newest_first() {
  std::vector<RunRecord> runs;
  newest_first_.each([&](const SQLite::Statement& row) { runs.push_back(record_of(row)); });
  return runs;
}

std::vector<RunNumber> RunTable::beyond(std::size_t keep) {
  std::vector<RunNumber> runs;
  beyond_.each([&](const SQLite::Statement& row) { runs.push_back(row.getColumn(0).getInt64()); }, keep);
  return runs;
}

void RunTable::mark_dropped(RunNumber run) {
  mark_dropped_.run(run);
}

}  // namespace rostersync::store
