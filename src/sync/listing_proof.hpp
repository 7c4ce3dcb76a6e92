// Whether a listing in pages was whole: as many distinct ids as declared, and the same count declared at the end as at
// the start. Anything less is no proof, and nobody is created or disabled on the strength of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.hpp"

namespace rostersync::sync {

class ListingProof {
 public:
  void begin();
  // In order of arrival: what a page declares as the number of users. The last page must be asked for after all others
  // have arrived.
  void declared(std::optional<std::uint64_t> count);
  void user(std::string_view id);

  std::optional<std::uint64_t> first_declared() const { return first_; }
  std::uint64_t distinct();
  bool proved();

 private:
  std::optional<std::uint64_t> first_;
  std::optional<std::uint64_t> last_;
  bool any_page_ = false;
  std::vector<base::WideHash> ids_;  // 16 bytes a user
};

}  // namespace rostersync::sync
