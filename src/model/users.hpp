// Users as compact rows over some attributes of a Schema. The people of a roster and those of a remote directory have
// this one shape. A cell is 8 bytes; its text lies in append-only blocks, canonical (model/value.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "model/schema.hpp"

namespace rostersync::model {

using Row = std::uint32_t;
inline constexpr Row no_row = UINT32_MAX;

// absent:  nothing is said (no column, a blank that keeps).
// clear:   emptied, or empty (null, "", [] and a value absent from a full read are all this).
// value:   has a canonical text.
// unknown: not returned by a partial read; must be read before it is compared.
enum class Presence : std::uint8_t { absent, clear, value, unknown };

// A reference to a text in a TextPool: offset and size in 60 bits, presence in 2.
struct Cell {
  std::uint64_t bits = 0;
  Presence presence() const { return static_cast<Presence>(bits >> 62); }
};

// Append-only text; what is added never moves.
class TextPool {
 public:
  static constexpr std::size_t max_text = (std::size_t{1} << 22) - 1;  // bytes of one text

  // Copies `text` in. Throws std::length_error above max_text.
  Cell add(Presence presence, std::string_view text);
  std::string_view text(Cell cell) const;
  std::size_t bytes() const;  // allocated
  void clear();

 private:
  struct Block {
    std::unique_ptr<char[]> data;
    std::size_t size = 0;
    std::size_t used = 0;
  };
  std::vector<Block> blocks_;
};

class Users {
 public:
  // A table with one column per attribute named in `columns` (each at most once) out of a schema of `schema_size`.
  Users(std::size_t schema_size, std::vector<AttributeIndex> columns);

  Row add();  // a new row, all cells absent
  // `attribute` must be one of columns(); std::logic_error if it is not.
  void set(Row row, AttributeIndex attribute, Presence presence, std::string_view text = {});

  // An attribute that is no column reads as absent.
  Presence presence(Row row, AttributeIndex attribute) const;
  std::string_view text(Row row, AttributeIndex attribute) const;  // empty unless presence is value

  // Asks memory for the row's cells, and, once they are there, for the text of one of them and what lies beside it.
  void ask_for_cells(Row row) const;
  void ask_for_text(Row row, AttributeIndex attribute) const;

  bool has_column(AttributeIndex attribute) const { return slot_[attribute] != no_slot; }
  const std::vector<AttributeIndex>& columns() const { return columns_; }
  Row size() const { return rows_; }
  std::size_t bytes() const;  // memory held
  void clear();               // no rows; keeps the columns

 private:
  static constexpr std::uint16_t no_slot = UINT16_MAX;
  static constexpr Row chunk_rows = 1024;
  const Cell& cell(Row row, AttributeIndex attribute) const {
    return chunks_[row / chunk_rows][std::size_t{row % chunk_rows} * columns_.size() + slot_[attribute]];
  }

  std::vector<AttributeIndex> columns_;
  std::vector<std::uint16_t> slot_;        // by attribute
  std::vector<std::vector<Cell>> chunks_;  // of chunk_rows rows each, so that growing wastes one chunk at most
  TextPool pool_;
  Row rows_ = 0;
};

// One user, as a reader sees it. Borrowed: valid while the table is.
struct UserView {
  const Users* users = nullptr;
  Row row = 0;
  Presence presence(AttributeIndex attribute) const { return users->presence(row, attribute); }
  std::string_view text(AttributeIndex attribute) const { return users->text(row, attribute); }
};

}  // namespace rostersync::model
