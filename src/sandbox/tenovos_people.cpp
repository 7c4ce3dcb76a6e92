#include "sandbox/tenovos_people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "sandbox/persona.hpp"
#include "sandbox/tenovos_account.hpp"
#include "sandbox/tenovos_catalogue.hpp"
#include "text/text.hpp"

namespace rostersync::sandbox::tenovos {

namespace {

using json::Json;

std::string country_of(std::string_view lang) {
  static const std::map<std::string_view, const char*> countries = {
      {"fr", "France"},      {"es", "Spain"},  {"de", "Germany"},  {"it", "Italy"},
      {"nl", "Netherlands"}, {"pl", "Poland"}, {"pt", "Portugal"}, {"en", "United Kingdom"}};
  const auto found = countries.find(lang);
  return found == countries.end() ? "USA" : found->second;
}

// Some as an update can send them, some as people write them, some not at all.
std::string drawn_phone(Chance& chance) {
  const auto number = 100'000'000 + chance.below(900'000'000);
  switch (chance.below(5)) {
    case 0:
      return "";
    case 1:
      return fmt::format("+33 {}", number);
    case 2:
      return fmt::format("0{}", number);
    default:
      return fmt::to_string(number);
  }
}

std::string drawn_role(Chance& chance) {
  if (chance.percent(70)) return roles().front().id;
  return roles()[2 + chance.below(roles().size() - 2)].id;
}

Json drawn_groups(Chance& chance) {
  if (chance.percent(3)) return Json::array({groups().back().id});
  Json ids = Json::array();
  for (std::uint64_t wanted = 1 + chance.below(3); wanted > 0; --wanted) {
    const auto& id = groups()[chance.below(groups().size() - 1)].id;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

Json drawn_person(Personas& personas, Chance& chance) {
  const Persona persona = personas.draw(chance);
  Json person = {{"emailId", persona.email},
                 {"firstName", persona.first_name},
                 {"lastName", persona.last_name},
                 {"country", country_of(persona.lang)},
                 {"company", persona.email.substr(persona.email.find('@') + 1)}};
  person["roleId"] = drawn_role(chance);
  person["groups"] = drawn_groups(chance);
  person["phone"] = drawn_phone(chance);
  person["contact"] = drawn_phone(chance);
  person["status"] = chance.percent(4) ? "disabled" : "enabled";
  person["accountType"] = chance.percent(30) ? "federated" : "local";
  return person;
}

}  // namespace

void seed_people(std::size_t count, std::uint64_t seed, const std::string& username, Version version,
                 const std::function<void(const Account&)>& take) {
  Chance chance(seed);
  Personas personas;
  take(caller(username, version));
  for (std::size_t made = 1; made < count;) {
    const Json person = drawn_person(personas, chance);
    if (text::fold(person["emailId"].get_ref<const std::string&>()) == text::fold(username)) continue;
    take(account_from(person, version));
    ++made;
  }
}

}  // namespace rostersync::sandbox::tenovos
