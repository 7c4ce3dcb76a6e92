// Which rows of a roster have a given key: open addressing over hashes of 32 bits, 8 bytes a slot.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "model/users.hpp"

namespace rostersync::plan {

class KeyIndex {
 public:
  explicit KeyIndex(std::size_t expected_rows);

  // Several rows may share a key.
  void add(std::string_view comparable_key, model::Row row);

  // Calls visit(row) for every row whose key has the same hash; the caller compares the texts.
  template <class Visit>
  void for_each(std::string_view comparable_key, Visit visit) const {
    const std::uint32_t hash = short_hash(comparable_key);
    for (std::size_t at = hash & mask_; slots_[at].row != model::no_row; at = (at + 1) & mask_) {
      if (slots_[at].hash == hash) visit(slots_[at].row);
    }
  }

  // For whoever is about to ask: the key's hash, by which memory is asked for its slot; and then the row that is likely
  // meant, no_row if there is none. Neither waits for memory that the one before it has asked for in time.
  std::uint32_t ask_for(std::string_view comparable_key) const {
    const std::uint32_t hash = short_hash(comparable_key);
    __builtin_prefetch(&slots_[hash & mask_]);
    return hash;
  }
  model::Row likely_row(std::uint32_t hash) const {
    std::size_t at = hash & mask_;
    while (slots_[at].row != model::no_row && slots_[at].hash != hash) at = (at + 1) & mask_;
    return slots_[at].row;
  }

  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    model::Row row = model::no_row;
  };
  static std::uint32_t short_hash(std::string_view key) { return static_cast<std::uint32_t>(base::stable_hash(key)); }
  void grow();
  void place(std::uint32_t hash, model::Row row);

  std::vector<Slot> slots_;
  std::size_t mask_;
  std::size_t used_ = 0;
};

}  // namespace rostersync::plan
