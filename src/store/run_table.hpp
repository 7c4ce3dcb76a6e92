// The runs of an installation, in the order in which they began.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "store/change_table.hpp"
#include "store/journal.hpp"
#include "store/query.hpp"

namespace rostersync::store {

class RunTable {
 public:
  // `database` must outlive it.
  explicit RunTable(Database& database);

  RunNumber begin(const RunRecord& run);
  // The state becomes `open`, with so many changes.
  void plan(RunNumber run, std::uint64_t changes);
  void settle(RunNumber run, std::uint64_t more, const model::HttpFacts& http);
  void end(RunNumber run, const model::Reconciliation& result, RunState state);
  // All the warnings there are of the run by now.
  void warn(RunNumber run, const std::vector<model::Warning>& warnings);
  // What is told of the whole run and not of a row.
  void tell(RunNumber run, const model::Reconciliation& result);

  struct Stored {
    RunNumber number = 0;
    RunRecord record;
    std::vector<model::Warning> warnings;
    bool planned = false;      // record_plan() was there
    bool has_orphans = false;  // they are known, if there are any
    bool kept = true;          // its rows are
  };
  std::optional<Stored> find(const std::string& id);
  std::optional<Stored> find(RunNumber run);
  std::vector<RunRecord> newest_first();

  // Those whose rows prune() may drop: neither reading nor open, nor among the `keep` newest.
  std::vector<RunNumber> beyond(std::size_t keep);
  void mark_dropped(RunNumber run);

 private:
  Query begin_;
  Query plan_;
  Query settle_;
  Query end_;
  Query tell_;
  Query warn_;
  Query by_id_;
  Query by_number_;
  Query newest_first_;
  Query beyond_;
  Query mark_dropped_;
  Query last_number_;
};

}  // namespace rostersync::store
