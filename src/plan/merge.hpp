// One person, several rows: HR exports a line per shop. Rows of one person that agree in all but some lists have these
// united. Pure.
#pragma once

#include <vector>

#include "model/schema.hpp"
#include "model/text_column.hpp"
#include "model/users.hpp"

namespace rostersync::plan {

struct Merged {
  std::vector<model::AttributeIndex> lists;  // what is united; none: nothing is merged
  std::vector<model::Row> into;              // by row: the first of those that it was united with, else no_row

  // Whether this row's lists count in an earlier one, and it says nothing beyond that.
  bool holds(model::Row row) const { return !into.empty() && into[row] != model::no_row && into[row] != row; }
  bool names(model::AttributeIndex attribute) const;
};

// Unites `lists` (set-typed attributes) over rows that are not rejected, have one key, id and stable key (compared as
// each is), and agree in everything else to the byte: each of them has the united lists from then on, and the first
// one's spelling of the key. A blank list adds nothing; one that is cleared counts where no row has a value. Whatever
// order the rows stand in, the lists are the same. Rows whose united list would break the attribute's policy are left
// as they are, as are rows that are the same to begin with.
Merged merge(const model::Schema& schema, model::Users& roster, const model::TextColumn& stable_keys,
             const std::vector<bool>& rejected, const std::vector<model::AttributeIndex>& lists);

}  // namespace rostersync::plan
