// Remote users whom no row points to: which of them this roster speaks for, and which are to be disabled. Never a
// guess: who cannot be read in full, or may be somebody whose row could not be understood, stays as they are. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"
#include "plan/protection.hpp"

namespace rostersync::plan {

// What becomes of people whom no row points to.
struct MissingOptions {
  bool deactivate = false;                    // disable them, in the schema's own way; else they are only told of
  std::uint64_t after = 1;                    // once they were missing in so many runs in a row, this one included
  std::map<std::string, std::uint64_t> runs;  // by user id: in how many runs in a row before this one
  // Whom the roster speaks for: every attribute has, or holds, one of its globs. Others are no orphans. Empty:
  // everyone.
  std::vector<std::pair<model::AttributeIndex, std::vector<std::string>>> manage;
  std::uint64_t unreadable_keys = 0;  // rows that may be anybody's: while there are any, nobody is disabled
};

// A user whom no row pointed to when they were seen.
struct Unmatched {
  enum class Standing { own_user, guarded, disabled, unread, enabled };
  std::string id;
  std::string key;
  Standing standing = Standing::unread;
  model::Presence before_presence = model::Presence::unknown;  // of the attribute that disables
  std::string before;
  model::Fingerprint planned_on{};
};

class Departures {
 public:
  // `schema` must outlive it. `columns`: what else a user must still have when they are disabled.
  Departures(const model::Schema& schema, MissingOptions options, std::vector<Protection> protect,
             std::string own_user_id, std::vector<model::AttributeIndex> columns);

  void clear();

  // Takes a user whom no row points to. True: something that decides is unknown, so the user must be read in full and
  // added again; until then they are `unread`.
  bool add(model::UserView remote);
  // Whether a full read of this user is waited for.
  bool awaits(const std::string& id) const { return unread_.contains(id); }

  // Everybody in scope, each once, by id.
  std::vector<Unmatched> everybody() const;

  // What is told of them, and whether they depart: then `change` is what disables them. `wanted`: among those that this
  // run may write to.
  struct Verdict {
    model::Orphan orphan;
    bool departs = false;       // `orphan.departs` too: it is accounted for, whether or not it is carried out
    const char* withheld = "";  // why it is not carried out: the reason of a skipped entry
    std::string message;        // and its sentence
    model::Change change;       // without its row
  };
  Verdict judge(const Unmatched& user, bool wanted) const;

  const MissingOptions& options() const { return options_; }

 private:
  bool in_scope(model::UserView remote, bool& unknown) const;
  Unmatched::Standing standing_of(model::UserView remote, bool& unknown) const;
  std::uint64_t runs_missing(const std::string& id) const;
  model::Change disabling(const Unmatched& user) const;

  const model::Schema& schema_;
  MissingOptions options_;
  std::vector<Protection> protect_;
  std::string own_user_id_;
  std::vector<model::AttributeIndex> columns_;
  std::map<std::string, Unmatched> users_;  // by id
  std::set<std::string> unread_;
};

// How often each of `orphans` has now been missing in a row, given how often before: those who are still enabled, and
// are this roster's to disable.
std::map<std::string, std::uint64_t> missing_now(const std::vector<model::Orphan>& orphans,
                                                 const std::map<std::string, std::uint64_t>& before);

}  // namespace rostersync::plan
