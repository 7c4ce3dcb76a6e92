#include "profile/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "json/document.hpp"
#include "json/schema.hpp"
#include "profile/read_schema.hpp"
#include "profile/read_wire.hpp"
#include "profile/reader.hpp"
#include "text/text.hpp"

namespace rostersync::profile {
namespace {

// The file meant by a path or by the name of a shipped profile.
std::filesystem::path file_of(const std::string& name_or_path, const std::filesystem::path& config_directory) {
  if (name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".json")) return name_or_path;
  const std::vector<std::string> names = shipped(config_directory);
  if (std::find(names.begin(), names.end(), name_or_path) == names.end()) {
    const auto near = text::nearest(name_or_path, names);
    throw base::CannotRun(fmt::format("there is no profile \"{}\"{} The profiles are: {}. A file is given by its path",
                                      name_or_path, near ? fmt::format("; did you mean \"{}\"?", *near) : ".",
                                      names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  }
  return config_directory / "profiles" / (name_or_path + ".json");
}

}  // namespace

std::vector<std::string> shipped(const std::filesystem::path& config_directory) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(config_directory / "profiles", missing)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Profile load(const std::string& name_or_path, const std::filesystem::path& config_directory) {
  const std::filesystem::path file = file_of(name_or_path, config_directory);
  const std::filesystem::path schema_file = config_directory / "profile.schema.json";
  const json::Document document = json::parse_document(base::read_file(file), file.string());
  json::require_schema(json::parse_document(base::read_file(schema_file), schema_file.string()).root, document);

  Reader reader(document);
  Profile profile;
  profile.name = file.stem().string();
  profile.title = reader.text("/title");
  profile.description = reader.text("/description");
  profile.credentials = reader.texts("/credentials");
  profile.schema = read_schema(reader);
  profile.wire = read_wire(reader, profile.schema);
  reader.stop_on_faults();
  return profile;
}

}  // namespace rostersync::profile
