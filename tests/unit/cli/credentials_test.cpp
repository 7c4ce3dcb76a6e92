#include "cli/credentials.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "base/error.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using profile::AuthKind;

namespace {

profile::AuthWay way(AuthKind kind, std::vector<std::string> credentials) {
  profile::AuthWay made;
  made.kind = kind;
  made.credentials = std::move(credentials);
  return made;
}

// Nothing of it is in the environment but what a test puts there.
struct Acme {
  Acme() {
    profile.name = "acme";
    profile.credentials = {"api_key"};
    profile.wire.auth = {way(AuthKind::sign_in, {"username", "password"}),
                         way(AuthKind::oauth2, {"client_id", "client_secret"}),
                         way(AuthKind::headers, {"authorization"})};
    profile.wire.auth[1].grant.token = "/token";
    has("API_KEY", "k");
  }
  ~Acme() {
    for (const std::string& name : set) unsetenv(name.c_str());
  }
  Acme(const Acme&) = delete;
  Acme& operator=(const Acme&) = delete;

  void has(const std::string& name, const std::string& value) {
    set.push_back(name == "CREDENTIALS_DIRECTORY" ? name : "ACME_" + name);
    setenv(set.back().c_str(), value.c_str(), 1);
  }
  std::vector<std::string> read() const {
    std::vector<std::string> names;
    for (const auto& [name, secret] : cli::read_credentials(job, profile)) names.push_back(name);
    return names;
  }
  std::string fault() const {
    try {
      const auto credentials = cli::read_credentials(job, profile);
      cli::token_url(job, profile, credentials, false);
    } catch (const base::CannotRun& error) {
      return error.what();
    }
    return "no fault";
  }
  std::string token_url(bool insecure_http = false) const {
    return cli::token_url(job, profile, cli::read_credentials(job, profile), insecure_http);
  }

  job::Job job;
  profile::Profile profile;
  std::vector<std::string> set;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Acme, "the first way is taken whose credentials are all there") {
  has("AUTHORIZATION", "a");
  has("USERNAME", "u");
  CHECK(read() == Names{"api_key", "authorization", "username"});
  const auto taken = [&] { return directory::way_of(profile.wire.auth, cli::read_credentials(job, profile)); };
  CHECK(taken() == &profile.wire.auth[2]);
  job.credentials["password"] = {"ACME_AUTHORIZATION", {}};
  CHECK(taken() == &profile.wire.auth[0]);
}

TEST_CASE_FIXTURE(Acme, "what every way lacks is told") {
  const TemporaryFolder folder;
  has("USERNAME", "u");
  CHECK(
      fault() ==
      "no credentials for the profile acme, which asks for them with username and password: password is missing "
      "(ACME_PASSWORD is not set); or with client_id and client_secret: client_id is missing (ACME_CLIENT_ID is not "
      "set), client_secret is missing (ACME_CLIENT_SECRET is not set); or with authorization: authorization is missing "
      "(ACME_AUTHORIZATION is not set); export these variables, or say in \"credentials\" where the secrets are");
  has("CREDENTIALS_DIRECTORY", folder.path().string());
  CHECK(fault().find("(ACME_PASSWORD is not set, and " + folder.path().string() +
                     " has neither acme_password nor password)") != std::string::npos);
}

TEST_CASE_FIXTURE(Acme, "what is always needed, and is not there") {
  unsetenv("ACME_API_KEY");
  CHECK(fault() ==
        "credential \"api_key\": the environment variable ACME_API_KEY is not set; export it, or name a file "
        "in \"credentials\"");
  profile.wire.auth.clear();
  has("API_KEY", "k");
  CHECK(read() == Names{"api_key"});
}

TEST_CASE_FIXTURE(Acme, "what systemd hands over is found, and what is configured wins") {
  const TemporaryFolder folder;
  folder.write("acme_username", "u\n");
  folder.write("password", "p\n");
  folder.write("other", "o\n");
  has("CREDENTIALS_DIRECTORY", folder.path().string());
  CHECK(cli::read_credentials(job, profile).at("username").reveal() == "u");
  CHECK(cli::read_credentials(job, profile).at("password").reveal() == "p");
  job.credentials["password"] = {{}, {}, "other"};
  CHECK(cli::read_credentials(job, profile).at("password").reveal() == "o");
}

TEST_CASE_FIXTURE(Acme, "a credential that is unknown, or cannot be used") {
  job.credentials["pasword"] = {"ACME_API_KEY", {}};
  CHECK(fault() ==
        "credentials.pasword: the profile acme takes api_key, username, password, client_id, client_secret, "
        "authorization");
  job.credentials.clear();
  profile.wire.auth = {way(AuthKind::basic, {"username", "password"})};
  has("USERNAME", "a:b");
  has("PASSWORD", "p");
  CHECK(fault().find("it holds a colon") != std::string::npos);
  has("PASSWORD", "");
  CHECK(fault().find("credential \"password\": the environment variable ACME_PASSWORD is empty") != std::string::npos);
}

TEST_CASE_FIXTURE(Acme, "where tokens are asked for") {
  has("CLIENT_ID", "c");
  has("CLIENT_SECRET", "s");
  CHECK(token_url().empty());  // below base_url
  profile.wire.auth[1].grant.token = "https://login.example.com/token/";
  CHECK(token_url() == "https://login.example.com/token/");
  job.token_url = "https://other.example.com/token";
  CHECK(token_url() == "https://other.example.com/token");
  job.token_url = "http://127.0.0.1:9/token";
  CHECK(token_url() == "http://127.0.0.1:9/token");
  job.token_url = "http://other.example.com/token";
  CHECK(fault() ==
        "token_url \"http://other.example.com/token\" would send secrets in the clear: use https://, or "
        "--insecure-http if that is really meant");
  CHECK(token_url(true) == "http://other.example.com/token");
  job.token_url.clear();
  profile.wire.auth[1].grant.token = "http://login.example.com/token";
  CHECK(fault().find("would send secrets in the clear") != std::string::npos);
  profile.wire.auth[1].grant.token = "https://:99999/token";
  CHECK(fault().find("the profile's auth.token: expected an address") == 0);
}

TEST_CASE_FIXTURE(Acme, "an address for tokens where none is asked for") {
  has("AUTHORIZATION", "a");
  CHECK(token_url().empty());
  job.token_url = "https://other.example.com/token";
  CHECK(fault() == "token_url: with these credentials the profile acme asks nobody for an OAuth 2 token; leave it out");
}
