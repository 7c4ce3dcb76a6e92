// Which roster row a remote user belongs to: by id, then by key compared as the schema says. Never a guess: whatever is
// ambiguous becomes a conflict.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/schema.hpp"
#include "model/users.hpp"
#include "plan/key_index.hpp"

namespace rostersync::plan {

// What the roster alone says about rows that share an id or a key.
enum class Sharing : std::uint8_t {
  alone,
  repeats,  // says the same as an earlier row, cell by cell
  disputed  // shares an id or key with a row that says something else
};

class Matcher {
 public:
  // `roster` and `schema` must outlive the matcher. `rejected[row]`: the row is invalid; it still points to people.
  Matcher(const model::Schema& schema, const model::Users& roster, const std::vector<bool>& rejected);

  Sharing sharing(model::Row row) const { return sharing_[row]; }
  // The earliest row that it shares an id or key with; for that row itself, the one that it is in dispute with.
  model::Row first_of(model::Row row) const { return first_[row]; }

  struct Found {
    std::vector<model::Row> rows;    // rows that this user belongs to (one, unless something is wrong)
    std::vector<model::Row> rivals;  // rows whose key names this user while their id names another
    bool pointed_to() const { return !rows.empty() || !rivals.empty(); }
  };
  // The rows that point to the user with this id and key.
  Found find(std::string_view id, std::string_view key) const;

  std::size_t bytes() const;

 private:
  // The rows by one attribute. Only the first row of each value is indexed: a roster that repeats one value all the way
  // down costs no more than any other.
  struct Index {
    model::AttributeIndex attribute;
    KeyIndex firsts;
    std::unordered_map<model::Row, std::vector<model::Row>> others;  // by first row, those that share its value
  };
  void enter(Index& index, model::Row row);
  model::Row first_with(const Index& index, std::string_view comparable) const;  // no_row if there is none
  template <class Visit>
  void for_rows(const Index& index, std::string_view text, Visit visit) const;
  void dispute(const Index& index, model::Row first, model::Row row);
  bool say_the_same(model::Row a, model::Row b) const;

  const model::Schema& schema_;
  const model::Users& roster_;
  const std::vector<bool>& rejected_;
  Index by_id_;
  Index by_key_;
  std::vector<Sharing> sharing_;
  std::vector<model::Row> first_;
};

}  // namespace rostersync::plan
