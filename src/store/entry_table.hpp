// What is told of each row of a run, and of the users that no row points to.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

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
  void add_orphans(RunNumber run, const model::Reconciliation& result);

  // Into `result`, which has none, and `users`; with the orphans, where `with_orphans`. Throws json::Json::exception
  // where rows are missing.
  void load(RunNumber run, bool with_orphans, model::Reconciliation& result, model::Users& users);

  // With the changes of these rows, their intents and answers.
  void remove(RunNumber run);

 private:
  // The orphans, and the row of the first one, whether or not it has an entry; nothing where none of them has.
  std::optional<model::Row> load_orphans(RunNumber run, std::vector<model::Orphan>& orphans);

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
