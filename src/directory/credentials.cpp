#include "directory/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "text/text.hpp"

namespace rostersync::directory {

const profile::AuthWay* way_of(const profile::Auth& auth, const Credentials& credentials) {
  for (const profile::AuthWay& way : auth) {
    const auto is_there = [&](const std::string& name) { return credentials.contains(name); };
    if (std::all_of(way.credentials.begin(), way.credentials.end(), is_there)) return &way;
  }
  return nullptr;
}

void check_credentials(const profile::AuthWay& way, const Credentials& credentials) {
  if (way.kind == profile::AuthKind::headers) return;
  for (const auto& [name, secret] : credentials) {
    if (!text::first_invalid_utf8(secret.reveal())) continue;
    throw base::CannotRun(
        fmt::format("credential \"{}\": it is not UTF-8, which is what is sent; save it as UTF-8", name));
  }
  if (way.kind != profile::AuthKind::basic) return;
  if (credentials.at("username").reveal().find(':') == std::string::npos) return;
  throw base::CannotRun(
      "credential \"username\": it holds a colon, which basic authentication cannot carry; use another account");
}

}  // namespace rostersync::directory
