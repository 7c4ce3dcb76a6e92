#include "plan/key_index.hpp"

#include <bit>

namespace rostersync::plan {

KeyIndex::KeyIndex(std::size_t expected_rows)
    : slots_(std::bit_ceil(expected_rows + expected_rows / 2 + 8)), mask_(slots_.size() - 1) {}

void KeyIndex::add(std::string_view comparable_key, model::Row row) {
  if ((used_ + 1) * 4 > slots_.size() * 3) grow();
  place(short_hash(comparable_key), row);
  ++used_;
}

void KeyIndex::place(std::uint32_t hash, model::Row row) {
  std::size_t at = hash & mask_;
  while (slots_[at].row != model::no_row) at = (at + 1) & mask_;
  slots_[at] = {hash, row};
}

void KeyIndex::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.row != model::no_row) place(slot.hash, slot.row);
  }
}

}  // namespace rostersync::plan
