// The ids of remote users whom rows point to.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "model/users.hpp"
#include "plan/key_index.hpp"

namespace rostersync::plan {

class Owned {
 public:
  // The ids of cells are in `ids`, which must outlive it.
  Owned(const model::TextPool& ids, std::size_t expected) : ids_(ids), index_(expected) {}

  void add(model::Cell id) {
    index_.add(ids_.text(id), static_cast<model::Row>(cells_.size()));
    cells_.push_back(id);
  }
  bool contains(std::string_view id) const {
    bool found = false;
    index_.for_each(id, [&](model::Row at) { found = found || ids_.text(cells_[at]) == id; });
    return found;
  }

 private:
  const model::TextPool& ids_;
  KeyIndex index_;
  std::vector<model::Cell> cells_;
};

}  // namespace rostersync::plan
