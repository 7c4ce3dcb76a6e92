// People as drawn by chance: a name of one country, and an e-mail address of their own.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "sandbox/chance.hpp"

namespace rostersync::sandbox {

struct Persona {
  std::string_view first_name;
  std::string_view last_name;
  std::string_view lang;  // of its country
  std::string user;       // the e-mail address up to its '@'
  std::string email;      // at a domain reserved for examples (RFC 2606, RFC 6761)
};

// Remembers what only one of them may have.
class Personas {
 public:
  Persona draw(Chance& chance);

 private:
  std::unordered_map<std::string, unsigned> stems_;  // how many have this address already
};

}  // namespace rostersync::sandbox
