#include "sandbox/persona.hpp"

#include <fmt/format.h>

#include "sandbox/names.hpp"

namespace rostersync::sandbox {

namespace {

const Country& drawn_country(Chance& chance) {
  static const unsigned total = [] {
    unsigned sum = 0;
    for (const Country& country : countries()) sum += country.weight;
    return sum;
  }();
  std::uint64_t point = chance.below(total);
  for (const Country& country : countries()) {
    if (point < country.weight) return country;
    point -= country.weight;
  }
  return countries().front();
}

}  // namespace

Persona Personas::draw(Chance& chance) {
  const Country& country = drawn_country(chance);
  const Name& first = country.first_names[chance.below(country.first_names.size())];
  const Name& last = country.last_names[chance.below(country.last_names.size())];
  std::string user = fmt::format("{}.{}", first.plain, last.plain);
  const unsigned times = ++stems_[fmt::format("{}@{}", user, country.domain)];
  if (times > 1) user += fmt::to_string(times);
  std::string email = fmt::format("{}@{}", user, country.domain);
  return {first.written, last.written, country.lang, std::move(user), std::move(email)};
}

}  // namespace rostersync::sandbox
