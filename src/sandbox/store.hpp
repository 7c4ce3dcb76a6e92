// The users, held so that listing a hundred thousand of them by pages is quick. Not for several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/account.hpp"

namespace rostersync::sandbox {

// What a listing asks for.
struct Selection {
  std::optional<std::string> email;  // exact, without case
  std::vector<std::string> parts;    // each, folded, is part of the name, the e-mail or the user name
  std::string status;                // "": any
  std::optional<std::int64_t> org_id;
  std::optional<std::vector<std::string>> groups;  // the user is in one of them
  bool hide_disabled = false;
  std::string order_by;  // "": as they were created
  bool reversed = false;
};

class Store {
 public:
  using Index = std::uint32_t;

  // `facts_of` reads the accounts of the API that is played.
  explicit Store(FactsOf facts_of) : facts_of_(facts_of) {}

  std::size_t size() const { return records_.size(); }

  std::optional<Index> find_id(std::string_view id) const;
  std::optional<Index> find_email(std::string_view email) const;          // without case
  std::optional<Index> find_user_name(std::string_view user_name) const;  // without case
  std::optional<Index> me() const { return me_; }

  Account account(Index index) const;
  const Facts& facts(Index index) const { return records_[index].facts; }
  const std::string& text(Index index) const { return records_[index].text; }  // the published answer, as JSON

  // The user as a file of people has it (people_file.hpp).
  std::string person_text(Index index) const;

  void add(const Account& account);  // its id, e-mail and user name must be free
  void replace(Index index, const Account& account);

  // Who is selected, in order. The order is kept until the next write, so that the next page costs nothing.
  std::shared_ptr<const std::vector<Index>> select(const Selection& selection);

 private:
  // The user is kept as text; beside it stands only what look-ups, filters and orders need.
  struct Record {
    std::string text;
    std::string unseen;
    Facts facts;
    std::string email_key;      // folded
    std::string user_name_key;  // folded
    std::string search_key;     // name, e-mail and user name, each on a line, folded
  };

  Record record_of(const Account& account) const;
  void index_names(Index index);
  static bool selected(const Record& record, const Selection& selection);
  std::vector<Index> matching(const Selection& selection) const;
  void sort(std::vector<Index>& indices, const Selection& selection) const;

  FactsOf facts_of_;
  std::vector<Record> records_;
  std::unordered_map<std::string, Index> by_id_;
  std::unordered_map<std::string, Index> by_email_;
  std::unordered_map<std::string, Index> by_user_name_;
  std::optional<Index> me_;
  std::map<std::string, std::shared_ptr<const std::vector<Index>>> selections_;  // since the last write
};

}  // namespace rostersync::sandbox
