#include "plan/namesakes.hpp"

#include <algorithm>
#include <cctype>

#include "plan/diff.hpp"
#include "text/text.hpp"

namespace rostersync::plan {

using model::AttributeIndex;
using model::Presence;
using model::UserView;

namespace {

std::string folded(UserView user, AttributeIndex attribute) {
  return user.presence(attribute) == Presence::value ? text::fold(user.text(attribute)) : std::string{};
}

// "+33 1 99 00" and "+33-199-00" are one number.
std::string without_punctuation(std::string text) {
  std::erase_if(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && std::isalnum(byte) == 0;
  });
  return text;
}

bool equal(const std::string& a, const std::string& b) {
  return !a.empty() && a == b;
}

}  // namespace

std::string email_stem(std::string_view key) {
  std::string stem = text::fold(key.substr(0, key.rfind('@')));
  stem.resize(std::min(stem.size(), stem.find('+')));
  std::erase(stem, '.');
  return stem;
}

Namesakes::Signs Namesakes::signs_of(UserView user) const {
  Signs signs;
  for (const auto part : schema_.name) signs.names.push_back(folded(user, part));
  if (user.presence(schema_.key) == Presence::value) signs.stem = email_stem(user.text(schema_.key));
  for (const auto sign : schema_.signs) signs.more.push_back(without_punctuation(folded(user, sign)));
  return signs;
}

// Of people with the same first name.
bool Namesakes::may_be_one(const Signs& a, const Signs& b) {
  if (std::equal(a.names.begin(), a.names.end(), b.names.begin(), equal) || equal(a.stem, b.stem)) return true;
  for (std::size_t i = 0; i < a.more.size(); ++i) {
    if (equal(a.more[i], b.more[i])) return true;
  }
  return false;
}

void Namesakes::add(UserView remote) {
  std::string id(remote.text(model::id_attribute));
  const bool unnamed = std::any_of(schema_.name.begin(), schema_.name.end(),
                                   [&](AttributeIndex part) { return remote.presence(part) == Presence::unknown; });
  Signs signs = signs_of(remote);
  if (unnamed) unnamed_[id] = signs.names.front();
  if (!unnamed) unnamed_.erase(id);
  if (signs.names.empty() || signs.names.front().empty()) return;
  Known known{{std::move(id), std::string(remote.text(schema_.key)), whole_name(remote), is_disabled(schema_, remote)},
              std::move(signs)};
  auto& all = by_first_name_[known.signs.names.front()];
  std::erase_if(all, [&](const Known& other) { return other.who.id == known.who.id; });
  all.push_back(std::move(known));
}

std::vector<Namesakes::Namesake> Namesakes::find(UserView desired) const {
  std::vector<Namesake> found;
  const Signs signs = signs_of(desired);
  if (signs.names.empty() || signs.names.front().empty()) return found;
  const auto all = by_first_name_.find(signs.names.front());
  if (all == by_first_name_.end()) return found;
  for (const Known& known : all->second) {
    if (may_be_one(signs, known.signs)) found.push_back(known.who);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return found;
}

std::string Namesakes::searched_name(UserView desired) const {
  if (schema_.name.empty() || desired.presence(schema_.name.front()) != Presence::value) return {};
  return std::string(desired.text(schema_.name.front()));
}

std::string Namesakes::whole_name(UserView user) const {
  std::string name;
  for (const auto part : schema_.name) {
    if (user.presence(part) != Presence::value) continue;
    if (!name.empty()) name += ' ';
    name += user.text(part);
  }
  return name;
}

}  // namespace rostersync::plan
