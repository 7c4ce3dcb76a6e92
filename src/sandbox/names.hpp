// Names as people write them, by country, each with the spelling that its owner's e-mail address would have.
#pragma once

#include <string_view>
#include <vector>

namespace rostersync::sandbox {

struct Name {
  std::string_view written;
  std::string_view plain;  // lower case ASCII
};

struct Country {
  std::string_view lang;    // of the published list
  std::string_view domain;  // of its e-mail addresses
  unsigned weight;          // its share of the people
  std::vector<Name> first_names;
  std::vector<Name> last_names;
};

const std::vector<Country>& countries();

}  // namespace rostersync::sandbox
