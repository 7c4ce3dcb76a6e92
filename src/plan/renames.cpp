// Rows that name nobody, and users whom nobody names: who may be one and the same.
#include "model/value.hpp"
#include "plan/planner.hpp"

namespace rostersync::plan {

using model::Row;
using model::UserView;

Owned Planner::owned() const {
  Owned all(ids_, state_.size());
  for_owned([&](model::Cell id) { all.add(id); });
  return all;
}

void Planner::offer_namesake(UserView remote) {
  const std::string_view id = remote.text(model::id_attribute);
  if (!matcher_.find(id, remote.text(schema_.key)).pointed_to()) namesakes_.add(remote);
}

std::vector<Namesakes::Namesake> Planner::namesakes(Row row, const Owned& owned) const {
  if (is_newcomer(row)) return {};
  std::vector<Namesakes::Namesake> who = namesakes_.find({&roster_, row});
  std::erase_if(who, [&](const Namesakes::Namesake& user) { return owned.contains(user.id); });
  return who;
}

// Whatever became of the row: somebody whose row is faulty, or not to be created, may be there under another key as
// well.
std::set<std::string> Planner::probably_renamed() const {
  std::set<std::string> ids;
  if (namesakes_.empty()) return ids;
  const Owned rows_have = owned();
  for (Row row = 0; row < roster_.size(); ++row) {
    if (matched(row) || has_id(row)) continue;
    for (const auto& user : namesakes(row, rows_have)) ids.insert(user.id);
  }
  return ids;
}

}  // namespace rostersync::plan
