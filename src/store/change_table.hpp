// The changes of a run, and which of them may have been sent.
#pragma once

#include <optional>
#include <vector>

#include "model/plan.hpp"
#include "store/journal.hpp"
#include "store/query.hpp"

namespace rostersync::store {

// The number of a run: runs are numbered in the order in which they begin.
using RunNumber = std::int64_t;

class ChangeTable {
 public:
  // Both must outlive it.
  ChangeTable(Database& database, const model::Schema& schema);

  void add(RunNumber run, const model::Change& change);
  void claim(RunNumber run, model::Row row, const Moment& now);
  void release(RunNumber run, model::Row row);

  struct Planned {
    std::string attributes;  // encoded
    bool open = true;
  };
  // Nothing if the row has no change.
  std::optional<Planned> planned(RunNumber run, model::Row row);
  std::vector<model::Row> open_rows(RunNumber run);
  std::vector<OpenChange> open(RunNumber run);

 private:
  const model::Schema& schema_;
  Query add_;
  Query claim_;
  Query release_;
  Query planned_;
  Query open_rows_;
  Query open_;
};

}  // namespace rostersync::store
