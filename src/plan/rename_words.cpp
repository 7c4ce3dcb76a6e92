#include "plan/rename_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace rostersync::plan {

namespace {

// A word of a command line, so that it can be pasted into a shell.
std::string word(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("@._+-=%/:,").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string described(const Namesakes::Namesake& user) {
  const std::string key = user.key.empty() ? std::string{} : " " + user.key;
  return fmt::format("user {}{} ({}{})", user.id, key, user.name, user.disabled ? ", disabled" : "");
}

// What says that the row is this user.
std::string acceptance(const std::string& key, const Namesakes::Namesake& user) {
  if (user.key.empty()) return fmt::format("the id {} in the row", user.id);
  return "--accept-rename " + word(user.key + "=" + key);
}

}  // namespace

std::string probable_rename(const std::string& key, const std::string& name,
                            const std::vector<Namesakes::Namesake>& who) {
  std::string users;
  std::string ways;
  for (const Namesakes::Namesake& user : who) {
    users += (users.empty() ? "" : " or ") + described(user);
    ways += (ways.empty() ? "" : " or ") + acceptance(key, user);
  }
  const bool one = who.size() == 1;
  return fmt::format(
      "not created: {} ({}) may be {}, {}. If it is {}, settle it with {}; if it is another "
      "person, with --accept-new {}",
      key, name, users, one ? "whom no row names" : "none of whom a row names", one ? "the same person" : "one of them",
      ways, word(key));
}

std::string rename_of_nobody(const std::string& key, const std::string& former_key) {
  return fmt::format(
      "not created: --accept-rename says that {} is {}, and no user of the directory has that key; correct it or, if "
      "it is a new person, settle it with --accept-new {}",
      key, former_key, word(key));
}

}  // namespace rostersync::plan
