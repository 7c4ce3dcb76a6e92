// Canonical values as the reports show them. A secret's value leaves through none of these.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::report {

inline constexpr std::string_view secret_mark = "(secret)";
inline constexpr std::string_view none_mark = "(none)";
inline constexpr std::string_view unknown_mark = "(unknown)";

// Whether the type is a set, whose differences are items that come and go.
bool is_set(model::Type type);

// For report.json: a value by its type, null where there is none or it is not known, secret_mark for a secret.
json::Json json_value(const model::Attribute& attribute, model::Presence presence, std::string_view canonical);

// For report.csv: texts as they are, sets of texts as rosters spell them (a|b), the marks above.
std::string plain_value(const model::Attribute& attribute, model::Presence presence, std::string_view canonical);

// The items of a set, each as display() shows it within one; empty unless there is a value.
std::vector<std::string> shown_items(const model::Attribute& attribute, model::Presence presence,
                                     std::string_view canonical);

}  // namespace rostersync::report
