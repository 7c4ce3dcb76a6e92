#include "profile/wire.hpp"

namespace rostersync::profile {

std::vector<std::string> credentials_in(const Template& pattern) {
  std::vector<std::string> names;
  for (std::size_t open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open + 1)) {
    const std::size_t close = pattern.find('}', open);
    if (close == std::string::npos) break;
    const std::string name = pattern.substr(open + 1, close - open - 1);
    if (name.starts_with(credential_prefix)) names.push_back(name.substr(credential_prefix.size()));
  }
  return names;
}

}  // namespace rostersync::profile
