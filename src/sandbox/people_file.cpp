#include "sandbox/people_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "json/schema.hpp"
#include "sandbox/body_check.hpp"
#include "text/text.hpp"

namespace rostersync::sandbox {

namespace {

using json::Json;

// Throws for the second user who has a value that only one may have.
class Unique {
 public:
  Unique(const json::Document& people, const char* attribute) : people_(people), attribute_(attribute) {}

  void add(const std::string& key, std::size_t index) {
    const auto [seen, added] = indices_.emplace(key, index);
    if (added) return;
    throw base::CannotRun(fmt::format("{}: {} is that of another user too ({}); give each user one of their own",
                                      place(index), attribute_, place(seen->second)));
  }

 private:
  std::string place(std::size_t index) const { return people_.place(fmt::format("/{}", index)); }

  const json::Document& people_;
  const char* attribute_;
  std::unordered_map<std::string, std::size_t> indices_;
};

void refuse_bad_emails(const json::Document& people, const char* attribute) {
  for (std::size_t i = 0; i < people.root.size(); ++i) {
    const auto& email = people.root[i][attribute].get_ref<const std::string&>();
    if (is_email(email)) continue;
    throw base::CannotRun(fmt::format("{}: {} \"{}\" is no e-mail address",
                                      people.place(fmt::format("/{}/{}", i, attribute)), attribute, email));
  }
}

void add_own(std::vector<Account>& accounts, const json::Document& people, const PeopleShape& shape) {
  const auto owners = std::count_if(accounts.begin(), accounts.end(), [](const Account& one) { return one.me; });
  if (owners == 1) return;
  if (owners > 1)
    throw base::CannotRun(
        fmt::format("{}: \"me\" is true for {} users; the API key has one user", people.name, owners));
  const auto there = std::find_if(accounts.begin(), accounts.end(),
                                  [&](const Account& one) { return shape.is_own(shape.facts(one)); });
  if (there != accounts.end()) {
    there->me = true;
  } else {
    accounts.insert(accounts.begin(), shape.own());
  }
}

}  // namespace

std::vector<Account> accounts_from(const json::Document& people, const PeopleShape& shape) {
  json::require_schema(Json{{"type", "array"}, {"items", shape.person}}, people);
  refuse_bad_emails(people, shape.email);
  std::vector<Account> accounts;
  Unique emails(people, "the e-mail");
  Unique ids(people, "the id");
  Unique user_names(people, "the user name");
  for (std::size_t i = 0; i < people.root.size(); ++i) {
    accounts.push_back(shape.account(people.root[i]));
    const Facts facts = shape.facts(accounts.back());
    emails.add(text::fold(facts.email), i);
    ids.add(facts.id, i);
    if (!facts.user_name.empty()) user_names.add(text::fold(facts.user_name), i);
  }
  add_own(accounts, people, shape);
  return accounts;
}

}  // namespace rostersync::sandbox
