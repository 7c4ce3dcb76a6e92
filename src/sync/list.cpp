// The part of reading that lists: page after page, or side by side, until it is proved that everybody was shown.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "sync/fetch.hpp"

namespace rostersync::sync {

namespace {

constexpr int listing_attempts = 3;

}  // namespace

bool Fetcher::list_whole() {
  for (int attempt = 1;; ++attempt) {
    if (list_passes() && !unnamed_) return true;
    if (attempt == listing_attempts || !proof_.first_declared()) return false;
    base::log::warning("the listing declared {} users and gave {}; reading it again", *proof_.first_declared(),
                       proof_.distinct());
    list_again();
  }
}

std::string Fetcher::doubt() {
  const auto declared = proof_.first_declared();
  const std::string counts =
      declared ? fmt::format("it declared {} users and showed {}", *declared, proof_.distinct())
               : fmt::format("it did not say how many users there are, and showed {}", proof_.distinct());
  return fmt::format("the listing of the directory was not proved whole ({}): nobody is created or disabled", counts);
}

// Goes on after the first page of the first listing. True if each of them is proved.
bool Fetcher::list_passes() {
  list_the_rest();
  bool proved = proof_.proved();
  while (++pass_ < reading_.passes) {
    begin_listing();
    list_the_rest();
    proved = proof_.proved() && proved;
  }
  return proved;
}

// The first page of the listing at hand.
void Fetcher::begin_listing() {
  proof_.begin();
  empty_page_ = false;
  first_ids_.clear();
  begin_page(1);
  finish_all();
}

void Fetcher::list_again() {
  planner_.begin_listing();
  unnamed_ = false;
  seen_once_.clear();
  pass_ = 0;
  begin_listing();
}

// By offset, a page begins where the one before it really ended.
void Fetcher::begin_page(std::uint64_t page, std::string after) {
  const std::uint64_t size = reading_.by_offset && page > 1 && after.empty() ? page_size_ : 0;
  begin(directory::ListPage{page, size, std::move(after), pass_}, {});
}

void Fetcher::list_the_rest() {
  if (reading_.numbered && last_page_) {
    list_numbered();
  } else {
    list_on();
  }
}

// Each page tells where the next one is.
void Fetcher::list_on() {
  for (std::uint64_t page = 2; !next_.empty() && page <= most_pages_; ++page) {
    begin_page(page, std::exchange(next_, {}));
    finish_all();
  }
}

// Pages 2 to the last but one side by side, then the last alone, so that the count it declares is from after all
// others.
void Fetcher::list_numbered() {
  const std::uint64_t most = proof_.first_declared().value_or(UINT64_MAX);  // no page is without a user
  const std::uint64_t last = std::min(last_page_.value_or(1), most);
  if (last > 2) base::log::info("listing {} pages", last);
  for (std::uint64_t page = 2; page < last && !empty_page_; ++page) begin_page(page);
  finish_all();
  for (std::uint64_t page = last; page >= 2 && !empty_page_; ++page) {
    const std::uint64_t before = proof_.distinct();
    begin_page(page);
    finish_all();
    if (page >= last_page_.value_or(1) || proof_.distinct() == before) return;  // what repeats itself has no end
  }
}

}  // namespace rostersync::sync
