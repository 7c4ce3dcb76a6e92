#include "store/layout.hpp"

namespace rostersync::store {

namespace {

constexpr std::int32_t application_id = 0x52535943;  // "RSYC"

// An entry stands as it was planned, and its change's answer, where there is one, in its place: so the answers of a
// commit lie side by side, however far apart their rows are. A change without an answer is open. An answer's `changes`:
// none, "planned" (those of its change), or its own. What holds JSON is as store/encoding.hpp has it. Rows come and go
// with whole runs, so they lie by run.
constexpr const char* version_1 = R"sql(
CREATE TABLE run (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  facts TEXT NOT NULL,
  options TEXT NOT NULL,
  started_wall_ms INTEGER NOT NULL,
  started_steady_ns INTEGER NOT NULL,
  started_boot TEXT NOT NULL,
  http TEXT NOT NULL,
  directory TEXT NOT NULL,
  warnings TEXT,
  planned INTEGER NOT NULL DEFAULT 0,
  has_orphans INTEGER NOT NULL DEFAULT 0,
  kept INTEGER NOT NULL DEFAULT 1,
  changes INTEGER NOT NULL DEFAULT 0,
  settled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX kept_run ON run (number) WHERE kept;

CREATE TABLE entry (
  run INTEGER NOT NULL REFERENCES run,
  row INTEGER NOT NULL,
  line INTEGER NOT NULL,
  outcome TEXT,
  attempts INTEGER NOT NULL,
  http_status INTEGER NOT NULL,
  key TEXT,
  user_id TEXT,
  detail TEXT,
  changes TEXT,
  PRIMARY KEY (run, row)
) WITHOUT ROWID;

CREATE TABLE orphan (
  run INTEGER NOT NULL REFERENCES run,
  position INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  email TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  http_status INTEGER NOT NULL,
  PRIMARY KEY (run, position)
) WITHOUT ROWID;

CREATE TABLE change (
  run INTEGER NOT NULL,
  row INTEGER NOT NULL,
  action TEXT NOT NULL,
  user_id TEXT NOT NULL,
  key TEXT NOT NULL,
  attributes TEXT NOT NULL,
  planned_on TEXT,
  PRIMARY KEY (run, row),
  FOREIGN KEY (run, row) REFERENCES entry ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE intent (
  run INTEGER NOT NULL,
  row INTEGER NOT NULL,
  wall_ms INTEGER NOT NULL,
  steady_ns INTEGER NOT NULL,
  boot TEXT NOT NULL,
  PRIMARY KEY (run, row),
  FOREIGN KEY (run, row) REFERENCES change ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE answer (
  run INTEGER NOT NULL,
  row INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  http_status INTEGER NOT NULL,
  user_id TEXT,
  detail TEXT,
  changes TEXT,
  PRIMARY KEY (run, row),
  FOREIGN KEY (run, row) REFERENCES change ON DELETE CASCADE
) WITHOUT ROWID;
)sql";

// An orphan who is disabled is accounted for by an entry, whose row is this.
constexpr const char* version_2 = R"sql(
CREATE TABLE orphan_2 (
  run INTEGER NOT NULL REFERENCES run,
  position INTEGER NOT NULL,
  row INTEGER,
  user_id TEXT NOT NULL,
  email TEXT NOT NULL,
  reason TEXT,
  message TEXT,
  PRIMARY KEY (run, position)
) WITHOUT ROWID;
INSERT INTO orphan_2 SELECT run, position, NULL, user_id, email, reason, NULL FROM orphan;
DROP TABLE orphan;
ALTER TABLE orphan_2 RENAME TO orphan;
)sql";

}  // namespace

Layout journal_layout() {
  return {application_id, {version_1, version_2}, {"run", "change", "intent", "answer"}};
}

}  // namespace rostersync::store
