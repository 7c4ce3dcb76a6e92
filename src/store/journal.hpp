// The journal: every run of one installation, in SQLite (WAL) in the state directory. A change's intent is on the disk
// before its request leaves, and its answer follows; so whatever happens to this process, a later one knows what may
// have been carried out. Holds people's data (mode 0600) and never a secret: of a secret attribute it keeps only that
// it is to be sent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/plan.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"
#include "store/moment.hpp"

namespace rostersync::store {

enum class RunState {
  reading,    // begun, and its plan is not recorded yet: it has written nothing
  open,       // planned, and perhaps not all of its changes are settled
  finished,   // came to its end, whatever its exit code; or could not run. Nothing to resume
  superseded  // a later sync took its place
};

struct RunRecord {
  RunState state = RunState::reading;
  model::RunFacts facts;  // as it began; exit_code, message, finished_at, version: as it last ended
  std::string options;    // JSON that sync/ writes and reads: what the command line asked for
  model::HttpFacts http;  // of all its processes
  model::DirectoryFacts directory;
  Moment started;
  std::uint64_t changes = 0;  // planned
  std::uint64_t settled = 0;  // of these
};

// A change that is not settled.
struct OpenChange {
  // The text of a secret is not there: `after` is empty where its presence is `value`.
  model::Change change;
  std::optional<Moment> claimed;  // when its intent was recorded: its request may have left
};

// A whole run, as recorded. `result.users` points to `users`; entries of open changes are pending.
struct RecordedRun {
  explicit RecordedRun(const model::Schema& schema);
  RecordedRun(const RecordedRun&) = delete;
  RecordedRun& operator=(const RecordedRun&) = delete;

  RunRecord record;
  model::Users users;  // one column, the key
  model::Reconciliation result;
  std::vector<OpenChange> open;  // in row order
};

// Every member throws base::CannotRun with one sentence that names the file where the disk is full, read-only or
// failing, or the database is damaged or of another version; a damaged one is never repaired, emptied or replaced.
class Journal {
 public:
  // Whether a state directory has a journal.
  static bool exists(const std::filesystem::path& state_directory);

  // Opens the journal of a state directory whose lock the caller holds (whoever only reads needs none); makes it where
  // there is none, and brings an older version up to date. `schema` must outlive it; listing runs needs nothing of it.
  Journal(const std::filesystem::path& state_directory, const model::Schema& schema);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Begins a new run in state `reading`, on the disk when this returns. What follows speaks of this run.
  void begin(const RunRecord& run);
  // Goes on with an earlier run: what follows speaks of it.
  void take_up(const std::string& run_id);

  // The whole plan in one commit, on the disk when this returns: every entry as it stands, the changes, orphans,
  // warnings, and the directory's facts. The state becomes `open`.
  void record_plan(const model::Reconciliation& result, const std::vector<model::Change>& changes);

  // Intents: on the disk (synchronous=FULL) when this returns. Claiming again renews the moment.
  void claim(const std::vector<model::Row>& rows, const Moment& now);
  // Answers: these rows' entries, with their details, are final. One commit; a power cut (not a kill) may lose it.
  // `http`: of the whole run so far. Throws std::logic_error for a row that has no change, or whose entry is pending.
  void settle(const std::vector<model::Row>& rows, const model::Reconciliation& result, const model::HttpFacts& http);
  // These were claimed and certainly have not been carried out: they are as never claimed.
  void release(const std::vector<model::Row>& rows);

  // The end of a process of this run, whatever its state from now on: facts, http and warnings; where no plan was
  // recorded, the entries, with all that is told of the run; where the state is `finished` or `superseded`, the entries
  // of changes that are still open, which are then settled, and so may not be pending (std::logic_error). On the disk
  // when this returns.
  void end(const model::Reconciliation& result, RunState state);

  // All runs, newest first (by the order in which they began, not by the clock).
  std::vector<RunRecord> runs();
  std::optional<RunRecord> find(const std::string& run_id);
  // Throws base::CannotRun where the run is unknown, its entries are no longer kept, or they speak of an attribute that
  // the schema does not have.
  std::unique_ptr<RecordedRun> load(const std::string& run_id);
  // Keeps the entries of the `keep` newest runs, and of every run that is reading or open; all runs stay listed.
  void prune(std::size_t keep);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rostersync::store
