#include "sandbox/profiles.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "base/error.hpp"
#include "sandbox/partoo_profile.hpp"
#include "sandbox/tenovos_profile.hpp"

namespace rostersync::sandbox {

namespace {

using Maker = std::function<std::unique_ptr<const Profile>(const Access&)>;

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all = {
      {"partoo", &partoo::make_profile},
      {"tenovos", [](const Access& access) { return tenovos::make_profile(tenovos::Version::v1_5, access); }},
      {"tenovos-v1", [](const Access& access) { return tenovos::make_profile(tenovos::Version::v1, access); }}};
  return all;
}

}  // namespace

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const auto& [name, maker] : makers()) names.push_back(name);
  return names;
}

std::unique_ptr<const Profile> make_profile(const std::string& name, const Access& access) {
  const auto maker = makers().find(name);
  if (maker != makers().end()) return maker->second(access);
  throw base::CannotRun(fmt::format("--profile: the sandbox cannot play \"{}\"; the APIs it knows are {}", name,
                                    fmt::join(profile_names(), ", ")));
}

}  // namespace rostersync::sandbox
