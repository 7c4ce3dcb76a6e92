// Canonical values: the one encoding that diff, digest and report share.
//   text, email          the NFC text, trimmed        integer  decimal          boolean  true | false
//   secret               the NFC text to the letter
//   text_set             compact JSON array of texts, sorted by bytes, no repetition
//   integer_set_set      compact JSON array of arrays, each sorted without repetition, then sorted likewise
// A value that is empty ("", [], null) has no text: its presence is `clear`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::model {

struct Canonical {
  Presence presence = Presence::clear;
  std::string text;   // when presence is value
  std::string fault;  // not empty: what the value should have been; presence and text mean nothing
};

// From JSON, as an API or a JSON roster says it. Lenient where meaning is plain: numbers for texts and texts of digits
// for integers, "true"/"false"/"yes"/"no"/"1"/"0" for booleans, a single value for a set of one. Checks the type only,
// not `values` or `policy`.
Canonical canonical_from_json(const Attribute& attribute, const json::Json& value);

// The same of a JSON text, and (for a text_set) of an array of texts, without the Json. Both must be well-formed UTF-8.
Canonical canonical_from_text(const Attribute& attribute, std::string_view text);
Canonical canonical_from_texts(const std::vector<std::string_view>& texts);

// What JSON a canonical text stands for, as it is sent. A text that is none of the attribute's type, such as an API may
// have answered, is itself.
json::Json json_from_canonical(const Attribute& attribute, std::string_view text);

// Whether two cells mean the same. Presence clear equals clear; unknown equals nothing.
bool same_meaning(const Attribute& attribute, Presence a_presence, std::string_view a, Presence b_presence,
                  std::string_view b);

// What a cell means: `clear` stands for the attribute's initial value where it has one. Anything else is itself.
struct Meaning {
  Presence presence = Presence::absent;
  std::string_view text;
};
Meaning effective(const Attribute& attribute, Presence presence, std::string_view text);

// The key or id folded as the attribute compares: what an index is built over.
std::string comparable(const Attribute& attribute, std::string_view canonical);

}  // namespace rostersync::model
