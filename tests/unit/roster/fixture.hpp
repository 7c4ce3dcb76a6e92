// A schema with every kind of attribute, and rosters as files that are gone after the test.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/schema.hpp"
#include "roster/roster.hpp"

namespace rostersync::roster {

inline model::Attribute attribute(std::string name, model::Type type = model::Type::text, bool clearable = false) {
  model::Attribute made;
  made.name = std::move(name);
  made.type = type;
  made.clearable = clearable;
  return made;
}

inline model::Schema people_schema() {
  using model::Type;
  model::Schema schema;
  auto id = attribute("id");
  id.on_create = false;
  id.on_update = model::OnUpdate::no;
  auto role = attribute("role");
  role.required = true;
  role.why = "without it the directory chooses one";
  role.values = {"ADMIN", "BUSINESS_MANAGER"};
  auto pages = attribute("sidebar_pages", Type::text_set, true);
  pages.deprecated = "use custom roles";
  pages.values = {"HOME", "REVIEWS"};
  pages.policy.max_items = 1;
  auto created = attribute("created_at");
  created.on_create = false;
  created.on_update = model::OnUpdate::no;
  auto password = attribute("password", Type::secret);
  password.policy = {.min_length = 8, .max_length = 12, .max_items = 0, .upper = true, .lower = true, .special = true};
  auto accesses = attribute("accesses", Type::integer_set_set, true);
  accesses.policy.max_items = 3;
  auto phone = attribute("phone", Type::text, true);
  phone.policy.max_length = 10;
  auto email = attribute("email", Type::email);
  email.fold_case = true;
  schema.attributes = {id,
                       email,
                       attribute("first_name"),
                       attribute("last_name"),
                       role,
                       phone,
                       attribute("disabled", Type::boolean),
                       attribute("org_id", Type::integer, true),
                       attribute("business_ids", Type::text_set, true),
                       accesses,
                       pages,
                       created,
                       password};
  schema.key = 1;
  return schema;
}

inline model::AttributeIndex index_of(const model::Schema& schema, std::string_view name) {
  const auto found = schema.find(name);
  REQUIRE(found);
  return *found;
}

// A file in a directory of its own.
class RosterFile {
 public:
  explicit RosterFile(std::string_view bytes, const std::string& name = "roster.csv") {
    std::string pattern = (std::filesystem::temp_directory_path() / "rostersync-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    path_ = directory_ / name;
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~RosterFile() { std::filesystem::remove_all(directory_); }
  RosterFile(const RosterFile&) = delete;
  RosterFile& operator=(const RosterFile&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path directory_;
  std::filesystem::path path_;
};

inline Roster read_text(std::string_view bytes, const Options& options = {}) {
  const RosterFile file(bytes);
  return read(file.path(), people_schema(), options);
}

// How reading ended: the exit code, and the sentence.
struct Ending {
  base::ExitCode code = base::ExitCode::ok;
  std::string sentence;
  bool says(std::string_view part) const { return sentence.find(part) != std::string::npos; }
};

inline Ending ending_of(std::string_view bytes, const Options& options = {}) {
  try {
    read_text(bytes, options);
  } catch (const base::Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

// A cell as a text: its value, or (clear), (absent).
inline std::string cell(const Roster& roster, model::Row row, std::string_view name) {
  const auto schema = people_schema();
  const auto attribute = index_of(schema, name);
  switch (roster.users.presence(row, attribute)) {
    case model::Presence::value:
      return std::string(roster.users.text(row, attribute));
    case model::Presence::clear:
      return "(clear)";
    case model::Presence::absent:
      return "(absent)";
    case model::Presence::unknown:
      break;
  }
  return "(unknown)";
}

}  // namespace rostersync::roster
