#include "store/memory_layout.hpp"

namespace rostersync::store {

namespace {

constexpr std::int32_t application_id = 0x5253594D;  // "RSYM"

// A value is NULL where it is clear, and a settled row's user where it is a new person. All hashes of `confirmed` are
// made under the one key that `hash_key` names. `hash` is in hexadecimal digits.
constexpr const char* version_1 = R"sql(
CREATE TABLE link (
  key TEXT PRIMARY KEY,
  user_id TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE settled (
  key TEXT PRIMARY KEY,
  user_id TEXT
) WITHOUT ROWID;

CREATE TABLE hash_key (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  name TEXT NOT NULL
);

CREATE TABLE confirmed (
  user_id TEXT NOT NULL,
  attribute TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (user_id, attribute)
) WITHOUT ROWID;

CREATE TABLE written (
  user_id TEXT NOT NULL,
  attribute TEXT NOT NULL,
  sent TEXT,
  replaced TEXT,
  times INTEGER NOT NULL,
  first TEXT NOT NULL,
  last TEXT NOT NULL,
  last_run TEXT NOT NULL,
  PRIMARY KEY (user_id, attribute)
) WITHOUT ROWID;

CREATE TABLE missing (
  user_id TEXT PRIMARY KEY,
  runs INTEGER NOT NULL,
  since TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE baseline (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  rows INTEGER NOT NULL,
  run_id TEXT NOT NULL
);
)sql";

}  // namespace

Layout memory_layout() {
  return {application_id, {version_1}, {"link", "settled", "confirmed", "missing", "baseline"}};
}

}  // namespace rostersync::store
