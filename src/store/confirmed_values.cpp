#include "store/confirmed_values.hpp"

#include <algorithm>
#include <string>

namespace rostersync::store {

namespace {

base::WideHash place_of(std::string_view user_id, std::string_view attribute) {
  return base::wide_hash(std::string(attribute) + '\0' + std::string(user_id));  // no attribute's name holds a NUL
}

}  // namespace

void ConfirmedValues::add(std::string_view user_id, std::string_view attribute, const KeyedHash& hash) {
  known_.push_back({place_of(user_id, attribute), hash});
}

void ConfirmedValues::done() {
  std::sort(known_.begin(), known_.end(), [](const Known& a, const Known& b) { return a.of < b.of; });
}

Confirmation ConfirmedValues::ask(std::string_view user_id, std::string_view attribute, model::Presence presence,
                                  std::string_view text) const {
  const base::WideHash of = place_of(user_id, attribute);
  const auto found =
      std::lower_bound(known_.begin(), known_.end(), of,
                       [](const Known& known, const base::WideHash& sought) { return known.of < sought; });
  if (found == known_.end() || found->of != of) return Confirmation::unknown;
  return key_->hash(user_id, attribute, presence, text) == found->hash ? Confirmation::same : Confirmation::different;
}

}  // namespace rostersync::store
