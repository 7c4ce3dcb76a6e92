// What is told of each row of a run, and of the users that no row points to.
#pragma once

#include <string_view>

#include "model/plan.hpp"
#include "store/change_table.hpp"
#include "store/query.hpp"

namespace rostersync::store {

class EntryTable {
 public:
  // Both must outlive it.
  EntryTable(Database& database, const model::Schema& schema);

  // The entry as it stands.
  void add(RunNumber run, model::Row row, const model::Reconciliation& result);
  // The last word on a row whose change was planned with these attributes, encoded. Throws std::logic_error where the
  // entry is still pending.
  void settle(RunNumber run, model::Row row, const model::Reconciliation& result, std::string_view planned);
  void add_orphans(RunNumber run, const std::vector<model::Orphan>& orphans);

  // Into `result`, which has none, and `users`. Throws json::Json::exception where rows are missing.
  void load(RunNumber run, model::Reconciliation& result, model::Users& users);
  std::vector<model::Orphan> orphans(RunNumber run);

  // With the changes of these rows, their intents and answers.
  void remove(RunNumber run);

 private:
  const model::Schema& schema_;
  Query add_;
  Query settle_;
  Query add_orphan_;
  Query load_;
  Query orphans_;
  Query remove_;
  Query remove_orphans_;
};

}  // namespace rostersync::store
