// Remote users whom no row points to, by their names: a new person of the same name may be one of them under another
// key, and creating them would make a second account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::plan {

class Namesakes {
 public:
  explicit Namesakes(const model::Schema& schema) : schema_(schema) {}

  void clear() { by_name_.clear(); }
  // A user without a whole name is nobody's namesake.
  void add(model::UserView remote);

  struct Namesake {
    std::string id;
    std::string key;
  };
  // One who has the same name, compared without case; nothing if there is none.
  std::optional<Namesake> find(model::UserView desired) const;

 private:
  std::string name_of(model::UserView user) const;

  const model::Schema& schema_;
  std::unordered_map<std::string, Namesake> by_name_;
};

}  // namespace rostersync::plan
