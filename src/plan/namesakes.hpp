// Remote users whom no row points to, by their names: a new person of the same name may be one of them under another
// key, and creating them would make a second account. Pure.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::plan {

class Namesakes {
 public:
  explicit Namesakes(const model::Schema& schema) : schema_(schema) {}

  void clear() {
    by_first_name_.clear();
    unnamed_.clear();
  }
  bool empty() const { return by_first_name_.empty(); }
  // A user counts for what is known of them; who has no first name, the first of the schema's, is nobody's namesake.
  // Takes the place of what was known of that id.
  void add(model::UserView remote);

  // By id, the first names (folded; empty where not even that is known) of users of whose name a part is not known.
  const std::map<std::string, std::string>& unnamed() const { return unnamed_; }

  // For people.
  struct Namesake {
    std::string id;
    std::string key;  // empty where it is not known
    std::string name;
    bool disabled = false;
  };
  // Those who have the same whole name, compared without case, or the same first name and another strong sign: the same
  // stem of an e-mail, or one of the attributes that the schema calls signs.
  std::vector<Namesake> find(model::UserView desired) const;

  // The name under which the directory is to be searched for namesakes of this row; empty: it can have none.
  std::string searched_name(model::UserView desired) const;
  // "Ana Costa".
  std::string whole_name(model::UserView user) const;

 private:
  // What tells people apart, folded; empty where it is not known.
  struct Signs {
    std::vector<std::string> names;  // as the schema's, in order
    std::string stem;
    std::vector<std::string> more;
  };
  struct Known {
    Namesake who;
    Signs signs;
  };
  Signs signs_of(model::UserView user) const;
  static bool may_be_one(const Signs& a, const Signs& b);

  const model::Schema& schema_;
  std::unordered_map<std::string, std::vector<Known>> by_first_name_;  // folded
  std::map<std::string, std::string> unnamed_;                         // by id
};

// What the local part of an e-mail comes to without a "+tag" and dots, folded: of jo.doe+x@example.com, "jodoe".
std::string email_stem(std::string_view key);

}  // namespace rostersync::plan
