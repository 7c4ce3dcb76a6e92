// What somebody remembers of values that a directory does not give back.
#pragma once

#include <string_view>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::plan {

class Recollection {
 public:
  virtual ~Recollection() = default;

  enum class Answer {
    unknown,  // nothing was ever confirmed of this attribute of this user
    current,  // this is the value that was last confirmed
    changed   // another one was
  };
  // `presence`: value or clear; `text`: canonical.
  virtual Answer ask(std::string_view user_id, model::AttributeIndex attribute, model::Presence presence,
                     std::string_view text) const = 0;
};

// How updates deal with attributes that cannot be read back.
struct WriteOnly {
  const Recollection* recollection = nullptr;  // must outlive its use; null: no update carries such an attribute
  bool on_request = false;                     // those that an update carries on request only are asked for
  bool assume_current = false;                 // what is not known is as the roster has it
};

// The same plan, but for what would be sent only because nothing is known of it yet.
std::vector<model::Change> without_first_sends(const model::Schema& schema, std::vector<model::Change> changes,
                                               const Recollection& recollection);

}  // namespace rostersync::plan
