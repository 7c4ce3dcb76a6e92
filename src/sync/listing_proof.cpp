#include "sync/listing_proof.hpp"

#include <algorithm>

namespace rostersync::sync {

void ListingProof::begin() {
  first_.reset();
  last_.reset();
  any_page_ = false;
  ids_.clear();
}

void ListingProof::declared(std::optional<std::uint64_t> count) {
  if (!any_page_) first_ = count;
  any_page_ = true;
  last_ = count;
}

void ListingProof::user(std::string_view id) {
  ids_.push_back(base::wide_hash(id));
}

std::uint64_t ListingProof::distinct() {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  return ids_.size();
}

bool ListingProof::proved() {
  return first_ && last_ && *first_ == *last_ && distinct() == *first_;
}

}  // namespace rostersync::sync
