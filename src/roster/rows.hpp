// Cells into rows of a Roster, with what is wrong with each.
#pragma once

#include <cstdint>
#include <string>
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
  // A cell of the row begun; absent without a fault means that it was blank. `raw`: as the roster has it, kept where it
  // should say who this is and does not.
  void add(model::AttributeIndex attribute, CellValue cell, std::string_view raw);
  // The row's stable key, as parse_cell() makes it of Rows::stable_key().
  void add_stable_key(CellValue cell, std::string_view header);
  void add_fault(std::string reason, std::string_view column, std::string message);
  // Ends the row: a row must have a key or an id.
  void end();

  // What a stable key is to a parser.
  const model::Attribute& stable_key() const { return stable_key_; }

 private:
  std::string header(model::AttributeIndex attribute) const;
  bool readable(model::AttributeIndex attribute) const;

  Roster& roster_;
  const model::Schema& schema_;
  const Mapping& mapping_;
  model::Attribute stable_key_;
  bool has_stable_keys_;
  std::vector<bool> blank_clears_;  // by attribute
  model::Row row_ = 0;
  bool who_faulty_ = false;         // the key or the id of this row is given and wrong
  bool stable_key_faulty_ = false;  // and the same of its stable key
  std::string own_stable_key_;
};

}  // namespace rostersync::roster
