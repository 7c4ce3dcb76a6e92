#include "bench/guard/people.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdint>

namespace rostersync::guard {

namespace {

// Numbers that follow from a person's own, and so do not move when something is drawn before them.
std::uint64_t drawn(std::uint64_t number, std::uint64_t what) {
  std::uint64_t mixed = (number * 64 + what + 1) * UINT64_C(0x9E3779B97F4A7C15);
  mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
  return mixed ^ (mixed >> 31);
}

template <class Choices>
auto one_of(const Choices& choices, std::uint64_t number) {
  return choices[number % choices.size()];
}

constexpr std::array first_names = {"Ana", "Lena", "João", "Zoë", "Marc", "Sinéad", "Paul", "Müge", "Tom", "Chloé"};
constexpr std::array last_names = {"Silva",  "Nowak", "Martin", "D’Arcy", "Keller", "Guérin",
                                   "Castro", "Weiß",  "Rossi",  "Petit",  "Moreau", "Novák"};
constexpr std::array roles = {"BUSINESS_MANAGER", "BUSINESS_MANAGER", "GROUP_MANAGER", "PUBLISHER", "ORG_MANAGER"};
constexpr std::array langs = {"fr", "en", "es", "it", "de"};

std::string object_id(std::uint64_t number, std::uint64_t what) {
  return fmt::format("{:016x}{:08x}", drawn(number, what), number & UINT32_MAX);
}

Person person(std::uint64_t number) {
  Person made;
  made.id = object_id(number, 0);
  made.email =
      fmt::format("person.{}@{}.example", number, one_of(std::array{"shops", "head.office", "stores"}, number));
  made.first_name = one_of(first_names, drawn(number, 1));
  made.last_name = fmt::format("{}-{}", one_of(last_names, drawn(number, 2)), number % 977);
  made.role = one_of(roles, drawn(number, 3));
  made.lang = one_of(langs, drawn(number, 4));
  made.disabled = number % 20 == 11;  // nobody who is new: they would not be created
  const std::uint64_t items = 1 + drawn(number, 6) % 5;
  for (std::uint64_t item = 0; item < items; ++item) {
    const auto group = static_cast<int>(drawn(number, 40 + item) % 1000);
    if (made.role == "BUSINESS_MANAGER") made.business_ids.push_back(object_id(number, 20 + item));
    if (made.role == "GROUP_MANAGER") made.accesses.push_back({group, group + 7});
  }
  return made;
}

void change(Person& person, std::uint64_t number) {
  if (!person.business_ids.empty()) {
    person.business_ids.push_back(object_id(number, 30));
  } else {
    person.last_name += "-Moreau";
  }
}

}  // namespace

std::vector<Person> roster_people(std::size_t count) {
  std::vector<Person> people;
  for (std::size_t number = 0; number < count; ++number) {
    people.push_back(person(number));
    if (number % 10 == 3) change(people.back(), number);
  }
  return people;
}

std::vector<Person> directory_people(std::size_t count) {
  std::vector<Person> people;
  for (std::size_t number = 0; number < count; ++number) {
    if (number % 50 != 7) people.push_back(person(number));
    if (number % 100 == 99) people.push_back(person(count + number));
  }
  return people;
}

std::string csv(const std::vector<Person>& people) {
  std::string out = "email,first_name,last_name,role,lang,disabled,business_ids,accesses\r\n";
  for (const Person& one : people) {
    const std::string accesses = one.accesses.empty() ? "" : "\"" + json::Json(one.accesses).dump() + "\"";
    out += fmt::format("{},{},{},{},{},{},{},{}\r\n", one.email, one.first_name, one.last_name, one.role, one.lang,
                       one.disabled ? "yes" : "no", fmt::join(one.business_ids, "|"), accesses);
  }
  return out;
}

std::string json_array(const std::vector<Person>& people) {
  std::string out;
  for (const Person& one : people) {
    json::OrderedJson row = {{"email", one.email},         {"first_name", one.first_name},
                             {"last_name", one.last_name}, {"role", one.role},
                             {"lang", one.lang},           {"disabled", one.disabled}};
    row["business_ids"] = one.business_ids;
    row["accesses"] = one.accesses;
    out += (out.empty() ? "[\n" : ",\n") + row.dump();
  }
  return out + "\n]\n";
}

json::OrderedJson user_json(const Person& person) {
  json::OrderedJson user = {{"id", person.id},
                            {"first_name", person.first_name},
                            {"last_name", person.last_name},
                            {"email", person.email},
                            {"role", person.role},
                            {"business_ids", person.business_ids},
                            {"accesses", person.accesses}};
  user["custom_role"] = nullptr;
  user["org_id"] = 42;
  user["lang"] = person.lang;
  user["status"] = "active";
  user["disabled"] = person.disabled;
  user["sso_only"] = false;
  user["sidebar_pages"] = {"diffusion", "messages", "presence_analytics", "review_analytics"};
  user["available_features"] = {"diffusion", "messages", "review_management"};
  user["provider"] = "provider";
  user["created_at"] = 1'574'995'287;
  user["shadow_user_id"] = nullptr;
  return user;
}

}  // namespace rostersync::guard
