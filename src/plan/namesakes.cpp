#include "plan/namesakes.hpp"

#include "text/text.hpp"

namespace rostersync::plan {

// Empty unless every part of the name is there.
std::string Namesakes::name_of(model::UserView user) const {
  std::string name;
  for (const auto part : schema_.name) {
    if (user.presence(part) != model::Presence::value) return {};
    name += text::fold(user.text(part));
    name += '\n';
  }
  return name;
}

void Namesakes::add(model::UserView remote) {
  std::string name = name_of(remote);
  if (name.empty()) return;
  by_name_.try_emplace(std::move(name),
                       Namesake{std::string(remote.text(model::id_attribute)), std::string(remote.text(schema_.key))});
}

std::optional<Namesakes::Namesake> Namesakes::find(model::UserView desired) const {
  const auto found = by_name_.find(name_of(desired));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rostersync::plan
