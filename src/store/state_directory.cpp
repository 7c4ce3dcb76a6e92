#include "store/state_directory.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "json/json.hpp"

namespace rostersync::store {

namespace {

constexpr int version = 1;

[[noreturn]] void damaged(const std::filesystem::path& file) {
  throw base::CannotRun(
      fmt::format("{} is damaged; it is left as it is: move it away, or use another state directory", file.string()));
}

json::Json read_identity(const std::filesystem::path& file) {
  json::Json identity = json::Json::parse(base::read_file(file), nullptr, false);
  if (!identity.is_object() || !identity.value("version", json::Json()).is_number_integer()) damaged(file);
  if (identity["version"] != version) {  // nothing else is known of another version
    throw base::CannotRun(fmt::format(
        "the state directory {} is of version {}, and this program knows version {}; use another one (--state)",
        file.parent_path().string(), identity["version"].dump(), version));
  }
  const auto is_text = [&](const char* name) { return identity.value(name, json::Json()).is_string(); };
  if (!is_text("profile") || !is_text("base_url")) damaged(file);
  return identity;
}

void check_identity(const std::filesystem::path& path, const json::Json& identity, const std::string& profile,
                    const std::string& base_url) {
  if (identity["profile"] == profile && identity["base_url"] == base_url) return;
  throw base::CannotRun(
      fmt::format("the state directory {} belongs to {} at {}, and this run is for {} at {}; give it a state directory "
                  "of its own (--state)",
                  path.string(), identity["profile"].get<std::string>(), identity["base_url"].get<std::string>(),
                  profile, base_url));
}

void write_identity(const std::filesystem::path& file, const json::Json& identity) {
  base::AtomicFile made(file);
  made.write(identity.dump(2) + "\n");
  made.commit();
}

}  // namespace

StateDirectory::StateDirectory(const std::filesystem::path& path, const std::string& profile,
                               const std::string& base_url) {
  base::create_private_directory(path);
  lock_ = std::make_unique<base::DirectoryLock>(path);
  file_ = path / "directory.json";
  if (std::filesystem::exists(file_)) {
    check_identity(path, read_identity(file_), profile, base_url);
    return;
  }
  write_identity(file_, {{"version", version}, {"profile", profile}, {"base_url", base_url}});
}

void StateDirectory::check_organization(const std::string& organization) {
  if (organization.empty()) return;
  json::Json identity = read_identity(file_);
  const json::Json known = identity.value("organization", json::Json());
  if (known == organization) return;
  if (!known.is_null()) {
    throw base::CannotRun(fmt::format(
        "the state directory {} belongs to the organization {}, and these credentials are of {}; give it a state "
        "directory "
        "of its own (--state)",
        file_.parent_path().string(), known.is_string() ? known.get<std::string>() : known.dump(), organization));
  }
  identity["organization"] = organization;
  write_identity(file_, identity);
}

}  // namespace rostersync::store
