// A company of made-up people, the same at every run, as a roster and as an API's answers have them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "json/json.hpp"

namespace rostersync::guard {

struct Person {
  std::string id;
  std::string email;
  std::string first_name;
  std::string last_name;
  std::string role;
  std::string lang;
  std::vector<std::string> business_ids;   // of a BUSINESS_MANAGER
  std::vector<std::vector<int>> accesses;  // of a GROUP_MANAGER
  bool disabled = false;
};

// What HR knows: of these, every 10th has moved to other shops or changed a name since the directory was told, and
// every 50th is new.
std::vector<Person> roster_people(std::size_t count);
// What the directory has: people of that roster as they were, and one stranger to every 100 of them.
std::vector<Person> directory_people(std::size_t count);

// The roster as a file: eight columns.
std::string csv(const std::vector<Person>& people);
std::string json_array(const std::vector<Person>& people);
// A user as GET /user/{id} answers, with all that nobody asked for.
json::OrderedJson user_json(const Person& person);

}  // namespace rostersync::guard
