// One user as an API says them, into a row of canonical values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/view.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"
#include "profile/wire.hpp"

namespace rostersync::directory {

// The text of an id, which may be a whole number; nothing for an empty one, or anything else.
std::optional<std::string> id_text(std::optional<json::View> value);

class UserDecoder {
 public:
  // `schema` and `wire` must outlive it. `wanted`: the attributes that are taken, the id among them.
  UserDecoder(const model::Schema& schema, const profile::Wire& wire, const std::vector<model::AttributeIndex>& wanted);

  // Appends the user at `item` to `users`, a table of the attributes wanted; what the object lacks is `where_missing`.
  // False, and a row that means nothing, if it is no object or has no id.
  bool add(json::View item, model::Presence where_missing, model::Users& users);
  // Likewise of a user that need not have an id; what is missing is unknown. False if it is no object.
  bool add_part(json::View item, model::Users& users);

 private:
  struct Column {
    model::AttributeIndex attribute = 0;
    std::vector<std::string> path;         // from the user's object; empty: the object itself
    std::optional<json::View> value = {};  // of the user at hand
    const profile::AttributePaths* paths = nullptr;
  };
  void set(const Column& column, json::View value, model::Row row, model::Users& users) const;
  void find_values(json::View item);

  const model::Schema& schema_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::size_t>>
      by_length_;  // positions in columns_, by the length of what their paths begin with
};

}  // namespace rostersync::directory
