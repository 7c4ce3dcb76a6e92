// One text for each row of a roster, as compact as a column of Users: an offset of 8 bytes, and the text itself.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "model/users.hpp"

namespace rostersync::model {

class TextColumn {
 public:
  // The next row's text; empty where it has none.
  void add(std::string_view text) { cells_.push_back(text.empty() ? Cell{} : pool_.add(Presence::value, text)); }
  std::string_view operator[](Row row) const {
    return cells_[row].presence() == Presence::value ? pool_.text(cells_[row]) : std::string_view{};
  }
  bool empty() const { return cells_.empty(); }  // it has no rows: there is no such column
  Row size() const { return static_cast<Row>(cells_.size()); }
  std::size_t bytes() const { return pool_.bytes() + cells_.capacity() * sizeof(Cell); }

 private:
  std::vector<Cell> cells_;
  TextPool pool_;
};

}  // namespace rostersync::model
