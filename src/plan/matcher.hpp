// Which roster row a remote user belongs to: by id, then by what the row's stable key was linked to, then by key
// compared as the schema says. Never a guess: whatever is ambiguous becomes a conflict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/schema.hpp"
#include "model/users.hpp"
#include "plan/identity.hpp"
#include "plan/key_index.hpp"

namespace rostersync::plan {

// What the roster alone says about rows that share an id, a stable key or a key.
enum class Sharing : std::uint8_t {
  alone,
  repeats,  // says the same as an earlier row, cell by cell
  disputed  // shares an id or key with a row that says something else
};

class Matcher {
 public:
  // All must outlive the matcher. `rejected[row]`: the row is invalid; it still points to people.
  Matcher(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected,
          const Identity& identity);

  Sharing sharing(model::Row row) const { return sharing_[row]; }
  // The earliest row that it shares an id or key with; for that row itself, the one that it is in dispute with.
  model::Row first_of(model::Row row) const { return first_[row]; }

  // The id of the user that an earlier run linked the row to; empty: none.
  std::string_view link(model::Row row) const;

  struct Found {
    std::vector<model::Row> rows;    // rows that this user belongs to (one, unless something is wrong)
    std::vector<model::Row> rivals;  // rows whose link or key names this user while their id names another
    std::vector<model::Row> moved;   // rows without an id that have this user's key in the domain that replaces its own
    bool pointed_to() const { return !rows.empty() || !rivals.empty(); }
  };
  // The rows that point to the user with this id and key. A row without an id whose link and key name two users is
  // among the rows of both, since the link says nothing where its user is gone.
  Found find(std::string_view id, std::string_view key) const;
  // For a user who is soon to be found: see KeyIndex. The second is the row with that key, most likely.
  std::uint32_t ask_for(std::string_view key) const;
  model::Row likely_row(std::uint32_t hash) const { return by_key_.firsts.likely_row(hash); }
  // The rows with this key, whatever else they say.
  std::vector<model::Row> with_key(std::string_view key) const;
  // The keys that the row's user may still have, where people are moving to the domain of the row's own.
  std::vector<std::string> keys_before(model::Row row) const;

  std::size_t bytes() const;

 private:
  // The rows by one value. Only the first row of each value is indexed: a roster that repeats one value all the way
  // down costs no more than any other.
  enum class By : std::uint8_t { id, stable_key, link, key };
  struct Index {
    By by;
    KeyIndex firsts;
    std::unordered_map<model::Row, std::vector<model::Row>> others;  // by first row, those that share its value
  };
  bool has_stable_keys() const { return identity_.stable_keys != nullptr && !identity_.stable_keys->empty(); }
  bool indexed(By by) const;
  Index index(By by) const;
  std::optional<std::string> value(By by, model::Row row) const;  // comparable
  bool has_id(model::Row row) const;
  model::Row add(Index& index, model::Row row);  // the first that has the same value; no_row if there is none
  void enter(Index& index, model::Row row);
  model::Row first_with(const Index& index, std::string_view comparable) const;  // no_row if there is none
  template <class Visit>
  void for_rows(const Index& index, std::string_view comparable, Visit visit) const;
  void dispute(const Index& index, model::Row first, model::Row row);
  bool say_the_same(model::Row a, model::Row b) const;

  const model::Schema& schema_;
  const model::Users& roster_;
  const std::vector<bool>& rejected_;
  const Identity& identity_;
  Index by_id_;
  Index by_stable_key_;
  Index by_link_;
  Index by_key_;
  std::vector<Sharing> sharing_;
  std::vector<model::Row> first_;
};

}  // namespace rostersync::plan
