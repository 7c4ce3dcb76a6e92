#include "store/change_table.hpp"

#include "store/change_encoding.hpp"

namespace rostersync::store {

namespace {

model::Action action_of(const std::string& word) {
  const auto action = model::action_named(word);
  return action ? *action : throw json::Json::other_error::create(501, "an action that there is not", nullptr);
}

OpenChange open_change(const model::Schema& schema, const SQLite::Statement& row) {
  OpenChange one;
  one.change.row = row.getColumn(0).getUInt();
  one.change.action = action_of(row.getColumn(1).getString());
  one.change.user_id = row.getColumn(2).getString();
  one.change.key = row.getColumn(3).getString();
  one.change.attributes = decode_changes(schema, row.getColumn(4).getString());
  one.change.planned_on = decode_fingerprint(schema, row.getColumn(5).getString());
  if (!row.isColumnNull(6)) {
    one.claimed = {row.getColumn(6).getInt64(), row.getColumn(7).getInt64(), row.getColumn(8).getString()};
  }
  return one;
}

}  // namespace

ChangeTable::ChangeTable(Database& database, const model::Schema& schema)
    : schema_(schema),
      add_(database, "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?)"),
      claim_(database, "INSERT OR REPLACE INTO intent VALUES (?, ?, ?, ?, ?)"),
      release_(database, "DELETE FROM intent WHERE run = ? AND row = ?"),
      planned_(database,
               "SELECT attributes, NOT EXISTS (SELECT * FROM answer WHERE run = ?1 AND row = ?2) FROM change "
               "WHERE run = ?1 AND row = ?2"),
      open_rows_(database,
                 "SELECT row FROM change LEFT JOIN answer USING (run, row) WHERE run = ? AND outcome IS NULL "
                 "ORDER BY row"),
      open_(database,
            "SELECT row, action, change.user_id, key, attributes, planned_on, wall_ms, steady_ns, boot "
            "FROM change LEFT JOIN answer USING (run, row) LEFT JOIN intent USING (run, row) "
            "WHERE run = ? AND outcome IS NULL ORDER BY row") {}

void ChangeTable::add(RunNumber run, const model::Change& change) {
  add_.run(run, change.row, model::to_string(change.action), change.user_id, change.key,
           encode(schema_, change.attributes), TextOrNull{encode(schema_, change.planned_on)});
}

void ChangeTable::claim(RunNumber run, model::Row row, const Moment& now) {
  claim_.run(run, row, now.wall_ms, now.steady_ns, now.boot);
}

void ChangeTable::release(RunNumber run, model::Row row) {
  release_.run(run, row);
}

std::optional<ChangeTable::Planned> ChangeTable::planned(RunNumber run, model::Row row) {
  std::optional<Planned> found;
  planned_.each(
      [&](const SQLite::Statement& answer) {
        found = {answer.getColumn(0).getString(), answer.getColumn(1).getInt() != 0};
      },
      run, row);
  return found;
}

std::vector<model::Row> ChangeTable::open_rows(RunNumber run) {
  std::vector<model::Row> rows;
  open_rows_.each([&](const SQLite::Statement& answer) { rows.push_back(answer.getColumn(0).getUInt()); }, run);
  return rows;
}

std::vector<OpenChange> ChangeTable::open(RunNumber run) {
  std::vector<OpenChange> changes;
  open_.each([&](const SQLite::Statement& answer) { changes.push_back(open_change(schema_, answer)); }, run);
  return changes;
}

}  // namespace rostersync::store
