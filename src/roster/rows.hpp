// Cells into rows of a Roster, with what is wrong with each.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "roster/mapping.hpp"
#include "roster/roster.hpp"

namespace rostersync::roster {

class Rows {
 public:
  Rows(Roster& roster, const model::Schema& schema, const Options& options, const Mapping& mapping);

  // Gives the table the columns that it lacks of `attributes`; rows that are there keep their cells.
  void widen(const std::vector<model::AttributeIndex>& attributes);

  void begin(std::uint32_t line);
  // A cell of the row begun; absent without a fault means that it was blank.
  void add(model::AttributeIndex attribute, CellValue cell);
  void add_fault(std::string reason, std::string_view column, std::string message);
  // Ends the row: a row must have a key or an id.
  void end();

 private:
  std::string header(model::AttributeIndex attribute) const;
  bool readable(model::AttributeIndex attribute) const;

  Roster& roster_;
  const model::Schema& schema_;
  const Mapping& mapping_;
  std::vector<bool> blank_clears_;  // by attribute
  model::Row row_ = 0;
  bool who_faulty_ = false;  // the key or the id of this row is given and wrong
};

}  // namespace rostersync::roster
