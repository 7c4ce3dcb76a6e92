#include "sync/fetch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"

namespace rostersync::sync {

using directory::Done;
using directory::Status;
using model::Presence;
using model::Row;

namespace {

constexpr std::size_t most_under_way = 256;  // operations begun; the dispatcher decides how many are in flight
constexpr unsigned most_empty_pages = 100;   // one after another, where each leads to the next

}  // namespace

Fetcher::Fetcher(const model::Schema& schema, const model::Users& roster, directory::Directory& directory,
                 plan::Planner& planner, Reading reading, const StopCondition& stop, const ProgressSink& progress)
    : schema_(schema),
      roster_(roster),
      directory_(directory),
      planner_(planner),
      reading_(reading),
      stop_(stop),
      progress_(progress) {}

Fetched Fetcher::run() {
  const bool targeted = reading_.mode == job::Fetch::by_id || reading_.mode == job::Fetch::by_key;
  planner_.begin_listing();
  proof_.begin();
  begin(directory::ListPage{1, targeted ? std::uint64_t{1} : 0}, {});
  finish_all();
  declared_ = proof_.first_declared();
  if (!targeted && !reading_.provable) return list_and_look_up();
  if (targeted || (reading_.mode == job::Fetch::automatic && !listing_is_cheaper())) {
    base::log::info("reading people one by one");
    planner_.begin_listing();
    look_up_all(Whom::everybody);
    look_up_under_other_keys();
    const auto names = names_to_search();
    if (targeted || !listing_is_cheaper_than(names.size())) {
      if (reading_.searches) search(names);
      return {plan::Coverage::targeted, declared_};
    }
    base::log::info("{} people may be new: the whole directory is listed, to see whether they are there already",
                    names.size());
    list_again();
  }
  if (list_whole()) {
    read_the_unnamed();
    return {plan::Coverage::whole, seen_once_.empty() ? proof_.distinct() : seen_once_.size()};
  }
  Fetched fetched{plan::Coverage::unproved, declared_, doubt()};
  base::log::warning("{}", fetched.doubt);
  look_up_all(Whom::ids_not_listed);
  return fetched;
}

// A listing that nothing can prove shows some people cheaply. All others are looked up, and so is whoever may be new.
Fetched Fetcher::list_and_look_up() {
  base::log::info("the listing does not say how many users there are: whoever it does not show is looked up");
  if (reading_.mode == job::Fetch::automatic)
    most_pages_ = 1 + look_ups();  // more of them would cost more than they save
  list_passes();
  look_up_all(Whom::not_matched);
  look_up_under_other_keys();
  if (reading_.searches) search(names_to_search());
  return {
      plan::Coverage::targeted, std::max<std::uint64_t>(proof_.distinct(), seen_once_.size()),
      "the API does not say how many users it has, so its listing is never proved whole: nobody is disabled for being "
      "missing"};
}

void Fetcher::begin(directory::Operation operation, Errand errand) {
  while (directory_.under_way() >= most_under_way) pump();
  const auto ticket = directory_.start(std::move(operation));
  errands_.emplace(ticket, std::move(errand));
}

void Fetcher::pump() {
  if (const auto why = stop_.reached()) throw Stopped(*why);
  for (const Done& done : directory_.wait(stop_.patience())) {
    const auto found = errands_.find(done.ticket);
    const Errand errand = std::move(found->second);
    errands_.erase(found);
    take(done, errand);
  }
  report_progress();
}

void Fetcher::report_progress() const {
  Progress progress;
  progress.done = offered_;
  if (const auto declared = proof_.first_declared()) progress.all = std::max(*declared, offered_);
  progress_(progress);
}

void Fetcher::finish_all() {
  while (!errands_.empty()) pump();
}

void Fetcher::take(const Done& done, const Errand& errand) {
  if (done.status == Status::credentials) {
    throw base::CannotRun(fmt::format("the directory does not accept the credentials: {}", done.message));
  }
  if (done.status == Status::stopped) throw Stopped(directory_.stopped().value_or("the run stopped"));
  breaker_.count(done.status == Status::gave_up);
  if (breaker_.open()) {
    throw base::CannotRun(fmt::format("too many reads of the directory failed; the last: {}", done.message));
  }
  if (errand.purpose == Purpose::page) {
    take_page(done);
  } else {
    take_user(done, errand);
  }
}

void Fetcher::take_page(const Done& done) {
  if (done.status != Status::ok) throw base::CannotRun(fmt::format("the directory cannot be listed: {}", done.message));
  proof_.declared(done.page.count);
  last_page_ = done.page.last;
  next_ = done.page.next;
  if (!last_page_ && done.page.count && done.users->size() > 0) {
    page_size_ = std::max<std::uint64_t>(page_size_, done.users->size());
    last_page_ = (*done.page.count + page_size_ - 1) / page_size_;
  }
  empty_pages_ = done.users->size() == 0 ? empty_pages_ + 1 : 0;
  if (done.users->size() == 0) empty_page_ = true;
  for (Row row = 0; row < done.users->size(); ++row) proof_.user(done.users->text(row, model::id_attribute));
  const bool side_by_side = reading_.numbered && last_page_;
  const bool repeats =
      !side_by_side && done.users->size() > 0 && !first_ids_.emplace(done.users->text(0, model::id_attribute)).second;
  if (repeats || empty_pages_ >= most_empty_pages) next_.clear();  // what repeats itself has no end
  offer(*done.users, plan::Seen::listed);
}

void Fetcher::offer(const model::Users& users, plan::Seen seen) {
  plan::LookAhead ahead = planner_.look_ahead(users);
  for (Row row = 0; row < users.size(); ++row) {
    ahead.before(row);
    const model::UserView user{&users, row};
    if (seen == plan::Seen::listed && reading_.passes > 1 && !shown_first(user)) continue;
    const bool nameless = user.presence(schema_.key) == Presence::unknown;  // it may be anybody's
    const bool unread = nameless || planner_.offer(user, seen);
    ++offered_;
    if (!unread) continue;
    ++unread_;
    read_in_full(user, nameless ? Purpose::nameless : Purpose::full_read);
  }
}

// Whether no other of the listings has shown this user before.
bool Fetcher::shown_first(model::UserView user) {
  const auto [at, is_new] = seen_once_.emplace(std::string(user.text(model::id_attribute)), pass_);
  return is_new || at->second == pass_;
}

void Fetcher::read_in_full(model::UserView user, Purpose purpose) {
  const std::string id(user.text(model::id_attribute));
  Errand errand{purpose, model::no_row, planner_.rows_of(user)};
  // Not through begin(): this is called while answers are being taken.
  errands_.emplace(directory_.start(directory::ReadUser{id}), std::move(errand));
}

void Fetcher::take_user(const Done& done, const Errand& errand) {
  if (errand.purpose == Purpose::nameless) {
    if (done.status == Status::ok) return offer(*done.users, plan::Seen::listed);
    unnamed_ = true;
    return;
  }
  if (errand.purpose == Purpose::by_name && done.status == Status::ok) return search_on(done, errand);
  if (errand.purpose == Purpose::namesake) {
    if (done.status == Status::ok) planner_.offer_namesake({&*done.users, 0});
    unread_namesake_ |= done.status != Status::ok && done.status != Status::absent;
    return;
  }
  if (done.status == Status::ok && errand.purpose == Purpose::full_read) {
    if (planner_.offer({&*done.users, 0}, plan::Seen::looked_up)) {
      throw base::CannotRun("a full read of a user lacks what a full read has: the profile does not fit this API");
    }
    return;
  }
  if (done.status == Status::ok) {
    offer(*done.users, plan::Seen::looked_up);
  } else if (done.status != Status::absent || errand.purpose == Purpose::full_read ||
             errand.purpose == Purpose::by_name) {
    std::vector<Row> rows = errand.rows;
    if (errand.row != model::no_row) rows.push_back(errand.row);
    const std::string reason = done.status == Status::absent ? "vanished" : "unreadable";
    for (const Row row : rows) {
      planner_.fail(row, done.http_status, reason, fmt::format("the user could not be read: {}", done.message));
    }
    return;
  }
  after_lookup(done, errand);
}

// After the first page: what the rest of the listing costs, against looking up each row. A search answers what a
// listing does: where that leaves something to read, it takes two requests.
bool Fetcher::listing_is_cheaper() const {
  const std::uint64_t pages = last_page_.value_or(1) - std::min<std::uint64_t>(last_page_.value_or(1), 1);
  return pages + full_reads_of_a_listing() <= look_ups();
}

std::uint64_t Fetcher::look_ups() const {
  std::uint64_t requests = 0;
  for (Row row = 0; row < roster_.size(); ++row) {
    if (!planner_.needs_looking_up(row)) continue;
    const bool by_id = !asks_by_key_first(row);
    requests += by_id || unread_ == 0 ? 1 : 2;
  }
  return requests;
}

std::uint64_t Fetcher::full_reads_of_a_listing() const {
  return offered_ == 0 ? 0 : declared_.value_or(0) * unread_ / offered_;
}

// Once it is known who may be new. Of an API that cannot be searched, only a listing tells.
bool Fetcher::listing_is_cheaper_than(std::size_t searches) const {
  if (searches == 0) return false;
  return !reading_.searches || last_page_.value_or(1) + full_reads_of_a_listing() <= searches;
}

}  // namespace rostersync::sync
