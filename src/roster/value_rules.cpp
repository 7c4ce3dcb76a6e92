#include "roster/value_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "json/json.hpp"
#include "model/users.hpp"
#include "text/text.hpp"

namespace rostersync::roster {

using json::Json;
using model::Attribute;
using model::Policy;
using model::Type;

namespace {

constexpr std::size_t longest_address = 254;  // RFC 5321, 4.5.3.1.3, less the angle brackets
constexpr std::size_t longest_local = 64;     // 4.5.3.1.1
constexpr std::size_t longest_label = 63;     // RFC 1035, 2.3.4

std::string shown(const Attribute& attribute, std::string_view value) {
  if (attribute.type == Type::secret) return attribute.name;
  return fmt::format("{} {}", attribute.name, text::quoted(value));
}

std::optional<BrokenRule> invalid(std::string message) {
  return BrokenRule{"invalid_value", std::move(message)};
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > longest_label || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || static_cast<unsigned char>(c) >= 0x80;
  });
}

bool is_domain(std::string_view domain) {
  std::size_t labels = 0;
  for (std::size_t from = 0; from <= domain.size(); ++labels) {
    const std::size_t to = std::min(domain.find('.', from), domain.size());
    if (!is_label(domain.substr(from, to - from))) return false;
    from = to + 1;
  }
  return labels > 1;
}

std::optional<BrokenRule> outside_values(const Attribute& attribute, std::string_view value) {
  const auto& values = attribute.values;
  if (values.empty() || std::find(values.begin(), values.end(), value) != values.end()) return std::nullopt;
  std::string hint;
  if (const auto near = text::nearest(value, values)) hint = fmt::format("; did you mean {}?", text::quoted(*near));
  return invalid(
      fmt::format("{} is not permitted: it can be {}{}", shown(attribute, value), fmt::join(values, ", "), hint));
}

std::optional<BrokenRule> outside_length(const Attribute& attribute, std::string_view value) {
  const Policy& policy = attribute.policy;
  if (policy.min_length == 0 && policy.max_length == 0) return std::nullopt;
  const std::size_t length = text::length(value);
  if (policy.max_length > 0 && length > policy.max_length) {
    return BrokenRule{"too_long", fmt::format("{} has {} characters, and at most {} are permitted",
                                              shown(attribute, value), length, policy.max_length)};
  }
  if (length >= policy.min_length) return std::nullopt;
  return invalid(
      fmt::format("{} has fewer characters than the {} that are needed", shown(attribute, value), policy.min_length));
}

std::optional<BrokenRule> outside_kinds(const Attribute& attribute, std::string_view value) {
  const Policy& policy = attribute.policy;
  const text::Kinds kinds = text::kinds(value);
  const auto breaks_line = [&] { return value.find_first_of("\r\n\t") != std::string_view::npos; };
  if (kinds.control || (attribute.type == Type::secret && breaks_line())) {
    return invalid(fmt::format("{} holds a control character", shown(attribute, value)));
  }
  const char* const missing = policy.upper && !kinds.upper       ? "an upper-case letter"
                              : policy.lower && !kinds.lower     ? "a lower-case letter"
                              : policy.special && !kinds.special ? "a special character"
                                                                 : nullptr;
  if (missing == nullptr) return std::nullopt;
  return invalid(fmt::format("{} lacks {}", shown(attribute, value), missing));
}

// A text, an e-mail address, a secret, or one item of a list.
std::optional<BrokenRule> broken_by_text(const Attribute& attribute, std::string_view value) {
  if (attribute.type == Type::email) {
    if (const auto fault = email_fault(value); !fault.empty()) {
      return invalid(fmt::format("{} is no e-mail address: {}", shown(attribute, value), fault));
    }
  }
  if (auto broken = outside_kinds(attribute, value)) return broken;
  if (auto broken = outside_values(attribute, value)) return broken;
  return outside_length(attribute, value);
}

std::optional<BrokenRule> too_many(const Attribute& attribute, std::size_t items) {
  const std::size_t most = attribute.policy.max_items;
  if (most == 0 || items <= most) return std::nullopt;
  return BrokenRule{"too_long",
                    fmt::format("{} has {} items, and at most {} are permitted", attribute.name, items, most)};
}

std::optional<BrokenRule> broken_by_texts(const Attribute& attribute, const std::vector<std::string>& texts) {
  if (auto broken = too_many(attribute, texts.size())) return broken;
  for (const std::string& text : texts) {
    if (auto broken = broken_by_text(attribute, text)) return broken;
  }
  return std::nullopt;
}

std::optional<BrokenRule> broken_by_sets(const Attribute& attribute, std::string_view canonical) {
  if (attribute.policy.max_items == 0) return std::nullopt;
  return too_many(attribute, Json::parse(canonical).size());
}

}  // namespace

std::string_view email_fault(std::string_view address) {
  const auto at = address.find('@');
  if (at == std::string_view::npos) return "it has no @";
  if (address.find('@', at + 1) != std::string_view::npos) return "it has more than one @";
  const std::string_view local = address.substr(0, at);
  const std::string_view domain = address.substr(at + 1);
  const text::Kinds kinds = text::kinds(address);
  if (kinds.space) return "it holds white space";
  if (kinds.control || kinds.invisible) return "it holds a character that cannot be seen";
  if (local.empty()) return "nothing stands before the @";
  if (domain.empty()) return "nothing stands after the @";
  if (local.find_first_of("\"(),:;<>[\\]") != std::string_view::npos)
    return "a character before the @ must not stand there";
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) {
    return "a dot before the @ stands first, last or beside another";
  }
  if (!is_domain(domain)) return "what follows the @ is no domain name, such as example.com";
  if (local.size() > longest_local || address.size() > longest_address) return "it is longer than an address may be";
  return {};
}

std::optional<BrokenRule> broken_rule(const Attribute& attribute, std::string_view canonical,
                                      const std::vector<std::string>& texts) {
  if (canonical.size() > model::TextPool::max_text) {
    return BrokenRule{"too_long",
                      fmt::format("{} has more than {} MiB", attribute.name, (model::TextPool::max_text + 1) >> 20)};
  }
  switch (attribute.type) {
    case Type::boolean:
    case Type::integer:
      return std::nullopt;
    case Type::text_set:
      return broken_by_texts(attribute, texts);
    case Type::integer_set_set:
      return broken_by_sets(attribute, canonical);
    case Type::text:
    case Type::email:
    case Type::secret:
      break;
  }
  return broken_by_text(attribute, canonical);
}

}  // namespace rostersync::roster
