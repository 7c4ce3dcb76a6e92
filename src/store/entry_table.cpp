#include "store/entry_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "store/change_encoding.hpp"
#include "store/encoding.hpp"

namespace rostersync::store {

using model::Outcome;

namespace {

constexpr std::string_view as_planned = "planned";

std::string_view word_of(Outcome outcome) {
  return outcome == Outcome::pending ? std::string_view{} : model::to_string(outcome);
}

[[noreturn]] void damaged(const char* what) {
  throw json::Json::other_error::create(501, what, nullptr);
}

Outcome outcome_of(const std::string& word) {
  if (word.empty()) return Outcome::pending;
  const auto found = std::find_if(model::all_outcomes.begin(), model::all_outcomes.end(),
                                  [&](Outcome outcome) { return model::to_string(outcome) == word; });
  if (found == model::all_outcomes.end()) damaged("an outcome that there is not");
  return *found;
}

struct Words {
  std::string detail;
  std::string changes;
};

Words words_of(const model::Schema& schema, const model::Reconciliation& result, model::Row row) {
  const model::EntryDetail* detail = result.find_detail(row);
  if (detail == nullptr) return {};
  return {encode(*detail), encode(schema, detail->changes)};
}

// The words as planned, and those of the answer, each from its column on: outcome, attempts, http_status, user_id,
// detail, changes. Then what the row's change was planned with, which is NULL where it has none.
constexpr int planned_words = 3;
constexpr int answered_words = 9;
constexpr int planned_attributes = 15;
constexpr const char* load_all =
    "SELECT row, line, key, entry.outcome, entry.attempts, entry.http_status, entry.user_id, entry.detail, "
    "entry.changes, answer.outcome, answer.attempts, answer.http_status, answer.user_id, answer.detail, "
    "answer.changes, planned.attributes "
    "FROM entry LEFT JOIN (SELECT run, row, attributes FROM change) AS planned USING (run, row) "
    "LEFT JOIN answer USING (run, row) WHERE run = ? ORDER BY row";

void take_words(const model::Schema& schema, const SQLite::Statement& stored, int first, model::EntryDetail& detail) {
  detail = decode_detail(stored.getColumn(first).getString());
  const std::string changes = stored.getColumn(first + 1).getString();
  detail.changes =
      decode_changes(schema, changes == as_planned ? stored.getColumn(planned_attributes).getString() : changes);
}

// The next row of the roster.
void add_row(const model::Schema& schema, const SQLite::Statement& stored, model::Reconciliation& result,
             model::Users& users) {
  const model::Row row = users.add();
  if (stored.getColumn(0).getUInt() != row) damaged("a row is missing");
  result.entries.emplace_back().line = stored.getColumn(1).getUInt();
  if (!stored.isColumnNull(2)) users.set(row, schema.key, model::Presence::value, stored.getColumn(2).getString());
}

void take_entry(const model::Schema& schema, const SQLite::Statement& stored, model::Reconciliation& result) {
  const model::Row row = stored.getColumn(0).getUInt();
  if (row >= result.end_row()) damaged("an entry of nobody");
  const bool answered = !stored.isColumnNull(answered_words);
  const int words = answered ? answered_words : planned_words;
  model::Entry& entry = result.entry(row);
  const bool open = !answered && !stored.isColumnNull(planned_attributes);
  entry.outcome = open ? Outcome::pending : outcome_of(stored.getColumn(words).getString());
  entry.attempts = static_cast<std::uint16_t>(stored.getColumn(words + 1).getInt());
  entry.http_status = static_cast<std::uint16_t>(stored.getColumn(words + 2).getInt());
  if (!stored.isColumnNull(words + 3)) result.set_user_id(row, stored.getColumn(words + 3).getString());
  if (stored.isColumnNull(words + 4) && stored.isColumnNull(words + 5)) return;
  take_words(schema, stored, words + 4, result.detail(row));
}

}  // namespace

EntryTable::EntryTable(Database& database, const model::Schema& schema)
    : schema_(schema),
      add_(database, "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      settle_(database, "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      add_orphan_(database, "INSERT INTO orphan VALUES (?, ?, ?, ?, ?, ?, ?)"),
      load_(database, load_all),
      orphans_(database, "SELECT row, user_id, email, reason, message FROM orphan WHERE run = ? ORDER BY position"),
      remove_(database, "DELETE FROM entry WHERE run = ?"),
      remove_orphans_(database, "DELETE FROM orphan WHERE run = ?") {}

void EntryTable::add(RunNumber run, model::Row row, const model::Reconciliation& result) {
  const model::Entry& entry = result.entry(row);
  const Words words = words_of(schema_, result, row);
  add_.run(run, row, entry.line, TextOrNull{word_of(entry.outcome)}, entry.attempts, entry.http_status,
           TextOrNull{result.key(row)}, TextOrNull{result.user_id(row)}, TextOrNull{words.detail},
           TextOrNull{words.changes});
}

void EntryTable::settle(RunNumber run, model::Row row, const model::Reconciliation& result, std::string_view planned) {
  const model::Entry& entry = result.entry(row);
  if (entry.outcome == Outcome::pending) throw std::logic_error(fmt::format("row {} was settled unsettled", row + 1));
  const Words words = words_of(schema_, result, row);
  const bool same = !words.changes.empty() && words.changes == planned;
  settle_.run(run, row, word_of(entry.outcome), entry.attempts, entry.http_status, TextOrNull{result.user_id(row)},
              TextOrNull{words.detail}, TextOrNull{same ? as_planned : words.changes});
}

void EntryTable::add_orphans(RunNumber run, const model::Reconciliation& result) {
  for (std::size_t i = 0; i < result.orphans->size(); ++i) {
    const model::Orphan& one = (*result.orphans)[i];
    const std::optional<model::Row> row = one.departs ? std::optional(result.orphan_row(i)) : std::nullopt;
    add_orphan_.run(run, i, row, one.user_id, one.email, TextOrNull{one.reason}, TextOrNull{one.message});
    if (row) add(run, *row, result);
  }
}

std::optional<model::Row> EntryTable::load_orphans(RunNumber run, std::vector<model::Orphan>& orphans) {
  std::optional<model::Row> first;
  orphans_.each(
      [&](const SQLite::Statement& stored) {
        model::Orphan& orphan = orphans.emplace_back();
        orphan.departs = !stored.isColumnNull(0);
        if (orphan.departs) first = stored.getColumn(0).getUInt() - static_cast<model::Row>(orphans.size() - 1);
        orphan.user_id = stored.getColumn(1).getString();
        orphan.email = stored.getColumn(2).getString();
        orphan.reason = stored.getColumn(3).getString();
        orphan.message = stored.getColumn(4).getString();
      },
      run);
  return first;
}

void EntryTable::load(RunNumber run, bool with_orphans, model::Reconciliation& result, model::Users& users) {
  std::optional<model::Row> first_orphan;
  if (with_orphans) first_orphan = load_orphans(run, result.orphans.emplace());
  load_.each(
      [&](const SQLite::Statement& stored) {
        const model::Row row = stored.getColumn(0).getUInt();
        if (!first_orphan || row < *first_orphan) add_row(schema_, stored, result, users);
        take_entry(schema_, stored, result);
      },
      run);
}

void EntryTable::remove(RunNumber run) {
  remove_.run(run);
  remove_orphans_.run(run);
}

}  // namespace rostersync::store
