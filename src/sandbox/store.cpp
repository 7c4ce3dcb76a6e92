#include "sandbox/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/text.hpp"

namespace rostersync::sandbox {

namespace {

constexpr std::size_t kept_selections = 64;

bool shares_one(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  return std::any_of(some.begin(), some.end(), [&](const std::string& one) {
    return std::find(others.begin(), others.end(), one) != others.end();
  });
}

}  // namespace

Store::Record Store::record_of(const Account& account) const {
  Record record;
  record.text = account.user.dump();
  if (!account.unseen.empty()) record.unseen = account.unseen.dump();
  record.facts = facts_of_(account);
  const Facts& facts = record.facts;
  record.email_key = text::fold(facts.email);
  record.user_name_key = text::fold(facts.user_name);
  record.search_key =
      text::fold(fmt::format("{} {}\n{}\n{}", facts.first_name, facts.last_name, facts.email, facts.user_name));
  return record;
}

std::optional<Store::Index> Store::find_id(std::string_view id) const {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<Store::Index> Store::find_email(std::string_view email) const {
  const auto found = by_email_.find(text::fold(email));
  if (found == by_email_.end()) return std::nullopt;
  return found->second;
}

std::optional<Store::Index> Store::find_user_name(std::string_view user_name) const {
  const auto found = by_user_name_.find(text::fold(user_name));
  if (found == by_user_name_.end()) return std::nullopt;
  return found->second;
}

Account Store::account(Index index) const {
  const Record& record = records_[index];
  Account account;
  account.user = json::OrderedJson::parse(record.text);
  if (!record.unseen.empty()) account.unseen = json::OrderedJson::parse(record.unseen);
  account.me = me_ == index;
  return account;
}

std::string Store::person_text(Index index) const {
  const Record& record = records_[index];
  std::string text = record.text;
  text.pop_back();  // the closing brace
  if (!record.unseen.empty()) text += "," + record.unseen.substr(1, record.unseen.size() - 2);
  if (me_ == index) text += R"(,"me":true)";
  return text + "}";
}

void Store::add(const Account& account) {
  const auto index = static_cast<Index>(records_.size());
  records_.push_back(record_of(account));
  by_id_.emplace(records_.back().facts.id, index);
  index_names(index);
  if (account.me) me_ = index;
  selections_.clear();
}

void Store::replace(Index index, const Account& account) {
  by_email_.erase(records_[index].email_key);
  by_user_name_.erase(records_[index].user_name_key);
  records_[index] = record_of(account);
  index_names(index);
  selections_.clear();
}

void Store::index_names(Index index) {
  by_email_.emplace(records_[index].email_key, index);
  if (!records_[index].user_name_key.empty()) by_user_name_.emplace(records_[index].user_name_key, index);
}

bool Store::selected(const Record& record, const Selection& selection) {
  const Facts& facts = record.facts;
  if (selection.hide_disabled && facts.disabled) return false;
  if (!selection.status.empty() && facts.status != selection.status) return false;
  if (selection.org_id && facts.org_id != *selection.org_id) return false;
  if (selection.groups && !shares_one(facts.groups, *selection.groups)) return false;
  return std::all_of(selection.parts.begin(), selection.parts.end(),
                     [&](const std::string& part) { return record.search_key.find(part) != std::string::npos; });
}

std::vector<Store::Index> Store::matching(const Selection& selection) const {
  std::vector<Index> indices;
  if (selection.email) {
    const auto found = find_email(*selection.email);
    if (found && selected(records_[*found], selection)) indices.push_back(*found);
    return indices;
  }
  for (Index i = 0; i < records_.size(); ++i) {
    if (selected(records_[i], selection)) indices.push_back(i);
  }
  return indices;
}

void Store::sort(std::vector<Index>& indices, const Selection& selection) const {
  if (!selection.order_by.empty()) {
    const auto key = [&](const Record& record) -> std::string {
      if (selection.order_by == "email") return record.email_key;
      if (selection.order_by == "first_name") return text::fold(record.facts.first_name);
      if (selection.order_by == "last_name") return text::fold(record.facts.last_name);
      if (selection.order_by == "role") return record.facts.role;
      if (selection.order_by == "status") return record.facts.status;
      return fmt::format("{:020}", record.facts.org_id);
    };
    std::vector<std::pair<std::string, Index>> keyed;
    keyed.reserve(indices.size());
    for (const Index index : indices) keyed.emplace_back(key(records_[index]), index);
    std::sort(keyed.begin(), keyed.end());
    std::transform(keyed.begin(), keyed.end(), indices.begin(), [](const auto& pair) { return pair.second; });
  }
  if (selection.reversed) std::reverse(indices.begin(), indices.end());
}

std::shared_ptr<const std::vector<Store::Index>> Store::select(const Selection& selection) {
  auto fresh = [&] {
    auto indices = std::make_shared<std::vector<Index>>(matching(selection));
    sort(*indices, selection);
    return indices;
  };
  if (selection.email) return fresh();
  const std::string name = fmt::format(
      "{}\n{}\n{}\n{}\n{}\n{}\n{}", fmt::join(selection.parts, "\r"), selection.status,
      selection.org_id ? fmt::to_string(*selection.org_id) : "", selection.hide_disabled, selection.order_by,
      selection.reversed, selection.groups ? fmt::format("in {}", fmt::join(*selection.groups, "\r")) : "");
  const auto kept = selections_.find(name);
  if (kept != selections_.end()) return kept->second;
  if (selections_.size() >= kept_selections) selections_.clear();
  return selections_.emplace(name, fresh()).first->second;
}

}  // namespace rostersync::sandbox
