#include "cli/credentials.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "http/url.hpp"

namespace rostersync::cli {

namespace {

using directory::Credentials;
using Names = std::vector<std::string>;

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Every credential that the profile knows, those that are always needed first.
Names all_names(const profile::Profile& profile) {
  Names all = profile.credentials;
  for (const profile::AuthWay& way : profile.wire.auth) {
    for (const std::string& name : way.credentials) {
      if (!has(all, name)) all.push_back(name);
    }
  }
  return all;
}

void refuse_unknown(const job::Job& job, const profile::Profile& profile) {
  const Names known = all_names(profile);
  for (const auto& [name, source] : job.credentials) {
    if (has(known, name)) continue;
    throw base::CannotRun(fmt::format("credentials.{}: the profile {} takes {}", name, profile.name,
                                      known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
  }
}

// "with username and password: password is missing (ACME_PASSWORD is not set)".
std::string lacking(const profile::AuthWay& way, const Credentials& credentials, const profile::Profile& profile) {
  Names missing;
  for (const std::string& name : way.credentials) {
    if (credentials.contains(name)) continue;
    missing.push_back(fmt::format("{} is missing ({})", name, job::usual_source(profile.name, name).missing));
  }
  return fmt::format("with {}: {}", fmt::join(way.credentials, " and "), fmt::join(missing, ", "));
}

void require_a_way(const profile::Profile& profile, const Credentials& credentials) {
  const profile::AuthWay* way = directory::way_of(profile.wire.auth, credentials);
  if (way != nullptr) return directory::check_credentials(*way, credentials);
  if (profile.wire.auth.empty()) return;
  Names ways;
  for (const profile::AuthWay& one : profile.wire.auth) ways.push_back(lacking(one, credentials, profile));
  throw base::CannotRun(
      fmt::format("no credentials for the profile {}, which asks for them {}; export these variables, "
                  "or say in \"credentials\" where the secrets are",
                  profile.name, fmt::join(ways, "; or ")));
}

}  // namespace

Credentials read_credentials(const job::Job& job, const profile::Profile& profile) {
  refuse_unknown(job, profile);
  Credentials credentials;
  for (const std::string& name : all_names(profile)) {
    const auto configured = job.credentials.find(name);
    const job::UsualSource usual = job::usual_source(profile.name, name);
    if (configured != job.credentials.end()) {
      credentials.emplace(name, job::read_credential(name, configured->second));
    } else if (usual.found) {
      credentials.emplace(name, job::read_credential(name, *usual.found));
    } else if (has(profile.credentials, name)) {
      throw base::CannotRun(
          fmt::format("credential \"{}\": the environment variable {}; export it, or name a file in \"credentials\"",
                      name, usual.missing));
    }
  }
  require_a_way(profile, credentials);
  return credentials;
}

std::string token_url(const job::Job& job, const profile::Profile& profile, const Credentials& credentials,
                      bool insecure_http) {
  const profile::AuthWay* way = directory::way_of(profile.wire.auth, credentials);
  if (way == nullptr || way->kind != profile::AuthKind::oauth2) {
    if (job.token_url.empty()) return {};
    throw base::CannotRun(
        fmt::format("token_url: with these credentials the profile {} asks nobody for an OAuth 2 token; leave it out",
                    profile.name));
  }
  const std::string& token = way->grant.token;
  if (job.token_url.empty() && token.starts_with('/')) return {};
  std::string url = job.token_url.empty() ? job::parse_token_url(token, "the profile's auth.token") : job.token_url;
  check_is_private("token_url", url, insecure_http);
  return url;
}

void check_is_private(const std::string& key, const std::string& url, bool insecure_http) {
  if (url.starts_with("http://") && !http::is_loopback(url) && !insecure_http) {
    throw base::CannotRun(fmt::format(
        "{} \"{}\" would send secrets in the clear: use https://, or --insecure-http if that is really meant", key,
        url));
  }
}

}  // namespace rostersync::cli
