// What an attribute demands of a value beyond its type: permitted values, the form of an e-mail address, policies.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/schema.hpp"

namespace rostersync::roster {

struct BrokenRule {
  std::string reason;   // invalid_value, too_long
  std::string message;  // without the value, where the attribute is a secret
};

// The first rule that the canonical value breaks; nothing if it keeps them all. `texts`: the items of a set of texts,
// in the order in which the canonical value has them.
std::optional<BrokenRule> broken_rule(const model::Attribute& attribute, std::string_view canonical,
                                      const std::vector<std::string>& texts = {});

// What is wrong with `address` as an e-mail address: one '@', a local part of RFC 5321 without quoting, a domain of at
// least two labels, internationalised ones too (RFC 6531). Empty if nothing is.
std::string_view email_fault(std::string_view address);

}  // namespace rostersync::roster
