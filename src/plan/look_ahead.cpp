#include "plan/look_ahead.hpp"

#include <algorithm>

namespace rostersync::plan {

using model::Row;

void LookAhead::before(Row row) {
  const auto end = [&](Row ahead) { return std::min<Row>(users_.size(), row + ahead); };
  for (; slots_ < end(slots_ahead); ++slots_) {
    hashes_[slots_ % hashes_.size()] = matcher_.ask_for(users_.text(slots_, key_));
  }
  for (; cells_ < end(cells_ahead); ++cells_) {
    const Row likely = matcher_.likely_row(hashes_[cells_ % hashes_.size()]);
    rows_[cells_ % rows_.size()] = likely;
    if (likely != model::no_row) roster_.ask_for_cells(likely);
  }
  for (; texts_ < end(texts_ahead); ++texts_) {
    const Row likely = rows_[texts_ % rows_.size()];
    if (likely != model::no_row) roster_.ask_for_text(likely, key_);
  }
}

}  // namespace rostersync::plan
