#include "profile/words.hpp"

#include <fmt/format.h>

#include <vector>

#include "text/text.hpp"

namespace rostersync::profile {

std::string type_name(model::Type type) {
  switch (type) {
    case model::Type::text:
      return "text";
    case model::Type::email:
      return "email";
    case model::Type::integer:
      return "integer";
    case model::Type::boolean:
      return "boolean";
    case model::Type::text_set:
      return "set<text>";
    case model::Type::integer_set_set:
      return "set<set<integer>>";
    case model::Type::secret:
      return "secret";
  }
  return "";
}

std::string how_to_write(model::Type type) {
  switch (type) {
    case model::Type::text:
      return "a text";
    case model::Type::email:
      return "an address such as name@example.com; compared without case";
    case model::Type::integer:
      return "a whole number such as 42";
    case model::Type::boolean:
      return "true or false (also yes, no, 1, 0)";
    case model::Type::text_set:
      return "a|b|c or a JSON array such as [\"a\",\"b\",\"c\"]; the order does not matter";
    case model::Type::integer_set_set:
      return "a JSON array of arrays such as [[1,2],[1,3]]; the order does not matter";
    case model::Type::secret:
      return "a text; it is never shown, logged or reported";
  }
  return "";
}

std::string in_words(const model::Policy& policy) {
  std::vector<std::string> rules;
  if (policy.min_length > 0) rules.push_back(fmt::format("at least {} characters", policy.min_length));
  if (policy.max_length > 0) rules.push_back(fmt::format("at most {} characters", policy.max_length));
  if (policy.max_items > 0) rules.push_back(fmt::format("at most {} items", policy.max_items));
  if (policy.upper) rules.emplace_back("an upper-case letter");
  if (policy.lower) rules.emplace_back("a lower-case letter");
  if (policy.special) rules.emplace_back("a character that is neither letter, digit nor space");
  return fmt::format("{}", fmt::join(rules, ", "));
}

std::string wrap(std::string_view head, std::string_view text, std::size_t width) {
  const std::size_t indent = text::length(head);
  std::string wrapped(head);
  std::size_t column = indent;
  bool first_word = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (word.empty()) continue;
    const std::size_t size = text::length(word);
    if (!first_word && column + 1 + size > width) {
      wrapped += '\n';
      wrapped.append(indent, ' ');
      column = indent;
      first_word = true;
    }
    if (!first_word) wrapped += ' ';
    column += size + (first_word ? 0 : 1);
    wrapped += word;
    first_word = false;
  }
  return wrapped + '\n';
}

}  // namespace rostersync::profile
