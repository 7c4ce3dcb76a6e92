// A roster against a directory: remote users stream past, and each row is settled as unchanged, changed, in conflict,
// rejected or skipped. What the plan would do is decided here, and nowhere else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/plan.hpp"
#include "plan/acceptance.hpp"
#include "plan/departures.hpp"
#include "plan/diff.hpp"
#include "plan/duplicates.hpp"
#include "plan/guard.hpp"
#include "plan/identity.hpp"
#include "plan/kept.hpp"
#include "plan/look_ahead.hpp"
#include "plan/matcher.hpp"
#include "plan/namesakes.hpp"
#include "plan/owned.hpp"
#include "plan/protection.hpp"

namespace rostersync::plan {

struct Options {
  bool create = true;
  bool update = true;
  std::vector<Protection> protect;
  std::string own_user_id;             // the user behind the credentials
  Defaults defaults;                   // for creates
  std::set<std::string> only;          // comparable keys; empty: everybody
  std::optional<std::uint64_t> limit;  // carry out at most this many changes
  Identity identity;                   // what else tells who a row means
  Acceptances acceptances;             // and what people have said of it
  MissingOptions missing;
  WriteOnly write_only;
  const Writings* writings = nullptr;  // of earlier runs; must outlive the planner; null: none
  Kinship kinship;                     // which rows are of one person
};

// How much of the directory was seen.
enum class Coverage {
  whole,     // a listing that was proved complete
  unproved,  // a listing that was not; ids that it lacks have been looked up one by one
  targeted   // users were looked up one by one
};

// What one remote user was seen through.
enum class Seen { listed, looked_up };

class Planner {
 public:
  // `roster` (its users and the faults by row) and `schema` must outlive the planner.
  Planner(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected, Options options);

  // Forgets every remote user: a listing is read again from its start.
  void begin_listing();

  // Takes one remote user, whose table must have the id, the key and every attribute that the roster or `protect`
  // speaks of. True: an attribute that decides is unknown, so the user must be read in full by id and offered again as
  // looked_up; until that settles it, the row is a conflict, never unchanged. Throws base::CannotRun for a user without
  // an id.
  bool offer(model::UserView remote, Seen seen);
  // For a page whose users are to be offered in order.
  LookAhead look_ahead(const model::Users& page) const { return {schema_, roster_, matcher_, page}; }

  // Whether some remote user was matched to this row by now, be it by a key that the row's is to replace.
  bool matched(model::Row row) const { return certain(row) || (guesses_.contains(row) && !has_id(row)); }
  // The rows that this user was, or may be, matched to.
  std::vector<model::Row> rows_of(model::UserView remote) const;
  // Whether the row points to anybody at all, or is settled without looking at the directory.
  bool needs_looking_up(model::Row row) const;
  // Whether the user whom an earlier run linked the row to was seen by now.
  bool linked(model::Row row) const;
  // Whether the row would make a new user, as far as the roster and the options go and nobody was matched to it by now.
  bool would_create(model::Row row) const;
  const Matcher& matcher() const { return matcher_; }
  // Of a row that is neither rejected nor alone.
  Duplicate duplicate(model::Row row) const {
    return told_of_duplicate(schema_, roster_, rejected_, matcher_, options_.kinship, row);
  }

  // Where the directory is not listed, a row that would make a new user is looked for under whatever else may be
  // theirs: keys in the form that compares, the user whom earlier runs were told of (empty: none), and the name that is
  // to be searched for (empty: a row without one, or somebody who is known to be new, needs no search).
  std::vector<std::string> other_keys(model::Row row) const;
  std::string_view settled_user(model::Row row) const;
  std::string searched_name(model::Row row) const;
  // Takes a user whom a search by name came upon, with whatever it shows of them.
  void offer_namesake(model::UserView remote);
  // Users whom no row points to, by id, of whose name a part is not known: their first names, folded, or nothing. Who
  // may be somebody new must be read before that one is created.
  const std::map<std::string, std::string>& unnamed() const { return namesakes_.unnamed(); }
  // The search for this row's name has come to its end. Until it has, a targeted reading creates nobody.
  void searched(model::Row row) { searched_.insert(row); }

  // What became unreadable: this row's user could not be read, and the row fails with these words.
  void fail(model::Row row, std::uint16_t http_status, std::string reason, std::string message);

  // Settles every row into `reconciliation` (entries must have one per row, lines set; rejected rows' faults are in
  // place) and, where the listing was whole, the orphans; answers the changes in row order, outcomes still pending.
  // Once.
  std::vector<model::Change> settle(Coverage coverage, model::Reconciliation& reconciliation);

  // What this run's acceptances come to. After settle().
  std::vector<Decision> decisions() const;

  // The remote users that no row points to and that are part of no probable rename, each once, sorted by id, without
  // those that `manage` leaves out. Of a whole listing only.
  std::vector<Unmatched> orphans() const;
  // Users taken as listed, each time that one was seen.
  std::uint64_t listed() const { return listed_; }
  std::uint64_t listed_disabled() const { return disabled_; }

  // Attributes that cannot be read back and are assumed to be as a row has them, of rows that this run may write to.
  // After settle().
  struct Assumed {
    model::Row row = 0;
    model::AttributeIndex attribute = 0;
  };
  const std::vector<Assumed>& assumed() const { return assumed_; }
  // Of options.writings: what has been kept since, or is no longer asked for in place of the same. After settle().
  const std::vector<const model::Written*>& outdated() const { return outdated_; }

  std::size_t bytes() const;

 private:
  struct State {
    model::Cell user;   // the id of the remote user that this row belongs to
    model::Cell rival;  // the id of another one that has a claim
  };
  // Who a row's user is if nobody has the row's own id, link or key; and why, the weakest first.
  enum class By : std::uint8_t { domain, earlier_run, acceptance };
  struct Guess {
    By by = By::domain;
    model::Cell user;
    model::Cell rival;  // another one who would do as well
  };
  struct Pending {
    std::vector<model::AttributeChange> changes;
    model::Fingerprint planned_on;
    std::vector<model::Warning> warnings;
    std::vector<model::AttributeIndex> assumed;
    std::vector<const model::Written*> outdated;
    std::vector<model::AttributeChange> given_up;  // of attributes that the directory does not keep
    std::string remote_key;
    bool protected_user = false;
  };
  struct Failure {
    std::uint16_t http_status = 0;
    std::string reason;
    std::string message;
  };

  // Whether somebody was matched by the row's own id, link or key.
  bool certain(model::Row row) const { return state_[row].user.presence() == model::Presence::value; }
  bool claim(model::Row row, std::string_view id);
  bool has_id(model::Row row) const { return roster_.presence(row, model::id_attribute) == model::Presence::value; }
  bool guess(model::Row row, std::string_view id, By by);
  bool take_guess(model::Row row, By by, model::UserView remote);
  bool take_guesses_of(const Matcher::Found& found, model::UserView remote);
  std::string key_of(model::Row row) const;  // comparable
  const std::string* former_key(model::Row row) const;
  bool is_newcomer(model::Row row) const;
  bool compare(model::Row row, model::UserView remote);
  void give_up(std::string_view user_id, Difference& difference, Pending& pending) const;

  bool stands(model::Row row, const Guess& guess) const;
  void take_guesses();
  void find_shared_users();

  struct NotCreated {
    model::Outcome outcome;
    std::string reason;
    std::string message;
  };
  std::optional<NotCreated> not_created(model::Row row, const Creation& made) const;

  // Visits the id of every user whom a row points to, some of them again.
  template <class Visit>
  void for_owned(Visit visit) const {
    const auto visit_some = [&](model::Cell user, model::Cell rival) {
      if (user.presence() == model::Presence::value) visit(user);
      if (rival.presence() == model::Presence::value) visit(rival);
    };
    for (const State& state : state_) visit_some(state.user, state.rival);
    for (const auto& [row, guess] : guesses_) {
      if (stands(row, guess)) visit_some(guess.user, guess.rival);
    }
  }
  Owned owned() const;
  std::vector<Namesakes::Namesake> namesakes(model::Row row, const Owned& owned) const;
  std::set<std::string> probably_renamed() const;

  struct Settling;
  std::optional<NotCreated> withheld(model::Row row, Settling& settling) const;
  void settle_row(model::Row row, Settling& settling);
  void settle_matched(model::Row row, Settling& settling);
  void settle_given_up(model::Row row, const Pending& pending, Settling& settling);
  std::vector<model::Fault> faults_of(const std::string& user_id,
                                      const std::vector<model::AttributeChange>& given_up) const;
  void settle_rival(model::Row row, Settling& settling);
  void settle_new(model::Row row, Settling& settling);
  std::optional<NotCreated> perhaps_renamed(model::Row row, Settling& settling) const;
  void settle_incomplete(model::Row row, const Creation& made, Settling& settling);
  void reject_new(model::Row row, const Creation& made, Settling& settling);
  void warn_of_unused(Settling& settling) const;
  void settle_orphans(Settling& settling);
  void count_withheld(Settling& settling) const;
  void take(model::Change change, Settling& settling);
  bool wanted(std::string_view key) const;

  const model::Schema& schema_;
  const model::Users& roster_;
  const std::vector<bool>& rejected_;
  Options options_;
  Matcher matcher_;
  std::vector<State> state_;
  std::unordered_map<model::Row, Guess> guesses_;
  std::unordered_map<std::string, std::vector<std::string>> renamed_from_;  // comparable: former key -> keys of rows
  std::unordered_map<std::string, std::vector<std::string>> settled_on_;    // user id -> keys of rows
  std::unordered_map<std::string, std::string> former_users_;               // former keys that were seen -> user id
  std::unordered_set<model::Row> searched_;
  std::vector<bool> unread_;  // rows whose user must be read in full before anything can be said
  std::unordered_map<model::Row, Pending> pending_;
  std::unordered_map<model::Row, Failure> failures_;
  model::TextPool ids_;
  std::vector<Assumed> assumed_;
  std::vector<const model::Written*> outdated_;
  Departures departures_;
  Namesakes namesakes_;  // of those whom no row pointed to
  std::uint64_t listed_ = 0;
  std::uint64_t disabled_ = 0;
};

}  // namespace rostersync::plan
