#include "plan/recollection.hpp"

#include <algorithm>

namespace rostersync::plan {

namespace {

bool is_first_send(const model::Schema& schema, const model::Change& change, const model::AttributeChange& one,
                   const Recollection& recollection) {
  return !schema[one.attribute].readable && one.before_presence == model::Presence::unknown &&
         recollection.ask(change.user_id, one.attribute, one.after_presence, one.after) ==
             Recollection::Answer::unknown;
}

}  // namespace

std::vector<model::Change> without_first_sends(const model::Schema& schema, std::vector<model::Change> changes,
                                               const Recollection& recollection) {
  for (model::Change& change : changes) {
    std::erase_if(change.attributes,
                  [&](const model::AttributeChange& one) { return is_first_send(schema, change, one, recollection); });
  }
  std::erase_if(changes, [](const model::Change& change) { return change.attributes.empty(); });
  return changes;
}

}  // namespace rostersync::plan
