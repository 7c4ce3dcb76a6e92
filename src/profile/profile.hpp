// A profile: one remote API as data (config/profiles/NAME.json, checked against config/profile.schema.json).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "json/json.hpp"
#include "model/schema.hpp"
#include "profile/wire.hpp"

namespace rostersync::profile {

struct Profile {
  std::string name;   // the file's name without .json
  std::string title;  // for people
  std::string description;
  std::vector<std::string> credentials;  // names that the configuration must supply
  model::Schema schema;
  Wire wire;
};

// Loads `name_or_path`: a path if it has a '/' or ends in .json, else a name in `config_directory`/profiles.
// Throws base::CannotRun: no such profile (with the names there are), or file, line, key and what was expected.
Profile load(const std::string& name_or_path, const std::filesystem::path& config_directory);

// The names in `config_directory`/profiles, sorted.
std::vector<std::string> shipped(const std::filesystem::path& config_directory);

// The reference that a roster's author needs: each attribute with its type, direction, rules and description, as text
// that fits 100 columns; and the same as JSON.
std::string reference_text(const Profile& profile);
json::OrderedJson reference_json(const Profile& profile);

}  // namespace rostersync::profile
