// What was last confirmed of attributes that a directory does not give back, as far as it can be known: whether a value
// is that one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "store/memory_key.hpp"

namespace rostersync::store {

enum class Confirmation {
  unknown,  // nothing is remembered of this attribute of this user
  same,
  different
};

class ConfirmedValues {
 public:
  // Nothing is remembered.
  ConfirmedValues() = default;
  explicit ConfirmedValues(MemoryKey key) : key_(std::move(key)) {}

  // As many as there are, then done() once, then any number of questions. 32 bytes each.
  void add(std::string_view user_id, std::string_view attribute, const KeyedHash& hash);
  void done();

  Confirmation ask(std::string_view user_id, std::string_view attribute, model::Presence presence,
                   std::string_view text) const;
  std::size_t size() const { return known_.size(); }

 private:
  struct Known {
    base::WideHash of;
    KeyedHash hash{};
  };
  std::optional<MemoryKey> key_;
  std::vector<Known> known_;  // sorted by `of`
};

}  // namespace rostersync::store
