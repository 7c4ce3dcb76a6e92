// The part of reading that looks people up one by one: by all that may be theirs, until it is known who each row means.
#include <algorithm>

#include "base/log.hpp"
#include "model/value.hpp"
#include "sync/fetch.hpp"
#include "text/text.hpp"

namespace rostersync::sync {

using directory::Done;
using directory::Status;
using model::Presence;
using model::Row;

namespace {

constexpr std::uint64_t most_pages_of_a_search = 10'000;

}  // namespace

bool Fetcher::has_id(Row row) const {
  return roster_.presence(row, model::id_attribute) == Presence::value;
}

bool Fetcher::has_key(Row row) const {
  return roster_.presence(row, schema_.key) == Presence::value;
}

std::string_view Fetcher::link(Row row) const {
  const std::string_view id = planner_.matcher().link(row);
  return has_id(row) && roster_.text(row, model::id_attribute) == id ? std::string_view{} : id;
}

bool Fetcher::asks_by_key_first(Row row) const {
  return has_key(row) && (reading_.mode == job::Fetch::by_key || (!has_id(row) && link(row).empty()));
}

// The look-ups of one row follow each other until all that it says of its user is known to name one and the same, so
// that a row that names two users is never mistaken for one that names one: what was found by id or link with another
// key is followed by the key, and what was found by key without the row's id or link by these.
void Fetcher::after_lookup(const Done& done, const Errand& errand) {
  const Row row = errand.row;
  const auto found = [&](std::string_view id) {
    for (Row at = 0; done.users && at < done.users->size(); ++at) {
      if (done.users->text(at, model::id_attribute) == id) return true;
    }
    return false;
  };
  const bool by_key_first = asks_by_key_first(row);
  if (errand.purpose == Purpose::by_other_key || (errand.purpose == Purpose::by_key && !by_key_first)) return;
  if (errand.purpose == Purpose::by_key && has_id(row) && !found(roster_.text(row, model::id_attribute))) {
    return go_on_with(Purpose::by_id, row);
  }
  if (errand.purpose != Purpose::by_link && !link(row).empty() && !found(link(row))) {
    return go_on_with(Purpose::by_link, row);
  }
  if (by_key_first || !has_key(row)) return;
  const model::Attribute& key = schema_[schema_.key];
  const bool same_key = done.status == Status::ok && model::comparable(key, done.users->text(0, schema_.key)) ==
                                                         model::comparable(key, roster_.text(row, schema_.key));
  if (!same_key) go_on_with(Purpose::by_key, row);
}

// Not through begin(): this is called while answers are being taken.
void Fetcher::go_on_with(Purpose purpose, Row row) {
  errands_.emplace(directory_.start(look_up_by(purpose, row)), Errand{purpose, row, {}});
}

directory::Operation Fetcher::look_up_by(Purpose purpose, Row row) const {
  if (purpose == Purpose::by_id) return directory::ReadUser{std::string(roster_.text(row, model::id_attribute))};
  if (purpose == Purpose::by_link) return directory::ReadUser{std::string(link(row))};
  return directory::FindUser{std::string(roster_.text(row, schema_.key))};
}

void Fetcher::look_up(Row row) {
  const auto by = [&](Purpose purpose) { begin(look_up_by(purpose, row), {purpose, row, {}}); };
  if (asks_by_key_first(row)) {
    by(Purpose::by_key);
  } else if (has_id(row)) {
    by(Purpose::by_id);
  } else if (!link(row).empty()) {
    by(Purpose::by_link);
  }
}

void Fetcher::look_up_all(Whom whom) {
  for (Row row = 0; row < roster_.size(); ++row) {
    if (!planner_.needs_looking_up(row)) continue;
    const bool unseen = has_id(row) ? !planner_.matched(row) : !link(row).empty() && !planner_.linked(row);
    const bool unmatched = !planner_.matched(row) && whom == Whom::not_matched;
    if (unseen || unmatched || whom == Whom::everybody) look_up(row);
  }
  finish_all();
}

// Of those who would be created otherwise: whether they are there under a key that the roster no longer has.
void Fetcher::look_up_under_other_keys() {
  for (Row row = 0; row < roster_.size(); ++row) {
    if (!planner_.would_create(row)) continue;
    for (const std::string& key : planner_.other_keys(row)) {
      begin(directory::FindUser{key}, {Purpose::by_other_key, row, {}});
    }
    const std::string settled(planner_.settled_user(row));
    if (!settled.empty()) begin(directory::ReadUser{settled}, {Purpose::by_other_key, row, {}});
  }
  finish_all();
}

// Of those who would be created even so, by the name that is searched for, folded.
std::map<std::string, std::vector<Row>> Fetcher::names_to_search() const {
  std::map<std::string, std::vector<Row>> names;
  for (Row row = 0; row < roster_.size(); ++row) {
    if (!planner_.would_create(row)) continue;
    const std::string name = planner_.searched_name(row);
    if (!name.empty()) names[text::fold(name)].push_back(row);
  }
  return names;
}

// Of a listing that does not tell everybody's name: those of people whom no row points to, where somebody may be new.
void Fetcher::read_the_unnamed() {
  const auto names = names_to_search();
  if (names.empty()) return;
  std::vector<std::string> ids;
  for (const auto& [id, first_name] : planner_.unnamed()) {
    if (first_name.empty() || names.contains(first_name)) ids.push_back(id);
  }
  if (ids.empty()) return;
  base::log::info("{} people are read whose names the listing does not tell", ids.size());
  for (const std::string& id : ids) begin(directory::ReadUser{id}, {Purpose::namesake, model::no_row, {}});
  finish_all();
  if (!unread_namesake_) return;
  for (const auto& [name, rows] : names) {
    for (const Row row : rows) {
      planner_.fail(row, 0, "unreadable",
                    "not created, because somebody of the directory, whose name is not known, could not be read: it "
                    "may be the same person");
    }
  }
}

void Fetcher::search(const std::map<std::string, std::vector<Row>>& names) {
  for (const auto& [folded, rows] : names) {
    begin(directory::FindByName{planner_.searched_name(rows.front())}, {Purpose::by_name, model::no_row, rows});
  }
  finish_all();
}

void Fetcher::search_on(const Done& done, const Errand& errand) {
  for (Row row = 0; row < done.users->size(); ++row) planner_.offer_namesake({&*done.users, row});
  const bool more = !done.page.next.empty() && done.users->size() > 0 && done.page.page < most_pages_of_a_search;
  if (more) {
    const std::string name = planner_.searched_name(errand.rows.front());
    errands_.emplace(directory_.start(directory::FindByName{name, done.page.page + 1, done.page.next}), errand);
    return;
  }
  for (const Row row : errand.rows) planner_.searched(row);
}

}  // namespace rostersync::sync
