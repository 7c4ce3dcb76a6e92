#include <doctest/doctest.h>
#include <stdlib.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "job/job.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;

namespace {

constexpr const char* variable = "ROSTERSYNC_TEST_CREDENTIAL";

}  // namespace

TEST_CASE("a credential comes from its variable or its file, without a newline at the end") {
  struct Row {
    const char* name;
    const char* kept;
    const char* secret;
  };
  const TemporaryFolder folder;
  for (const Row& row : std::vector<Row>{{"plain", "s3cr3t", "s3cr3t"},
                                         {"with a newline", "s3cr3t\n", "s3cr3t"},
                                         {"with a newline of Windows", "s3cr3t\r\n", "s3cr3t"},
                                         {"with spaces", " s3 cr3t ", " s3 cr3t "},
                                         {"with letters beyond ASCII", "gehéim", "gehéim"}}) {
    CAPTURE(row.name);
    setenv(variable, row.kept, 1);
    CHECK(job::read_credential("api_key", {variable, {}}).reveal() == row.secret);
    CHECK(job::read_credential("api_key", {"", folder.write("key", row.kept)}).reveal() == row.secret);
  }
  unsetenv(variable);
}

TEST_CASE("a credential that is missing or unusable is named, and never repeated") {
  struct Row {
    const char* name;
    std::string kept;
    const char* words;
  };
  const TemporaryFolder folder;
  for (const Row& row : std::vector<Row>{{"empty", "", "is empty"},
                                         {"a newline alone", "\n", "is empty"},
                                         {"two lines", "s3cr3t\nmore\n", "control character"},
                                         {"two newlines at the end", "s3cr3t\n\n", "control character"},
                                         {"a tab", "s3\tcr3t", "control character"},
                                         {"a NUL", std::string("s3\0cr3t", 7), "control character"},
                                         {"a DEL", "s3\x7f", "control character"}}) {
    CAPTURE(row.name);
    const std::filesystem::path file = folder.write("key", row.kept);
    try {
      job::read_credential("api_key", {"", file});
      FAIL("no fault");
    } catch (const base::CannotRun& error) {
      const std::string sentence = error.what();
      CHECK(sentence.starts_with("credential \"api_key\": the file " + file.string()));
      CHECK(sentence.find(row.words) != std::string::npos);
      CHECK(sentence.find("s3") == std::string::npos);
    }
  }
  unsetenv(variable);
  CHECK_THROWS_WITH_AS(job::read_credential("api_key", {variable, {}}),
                       doctest::Contains("\"api_key\": the environment variable ROSTERSYNC_TEST_CREDENTIAL is not set"),
                       base::CannotRun);
  CHECK_THROWS_WITH_AS(job::read_credential("api_key", {"", "/nowhere/key"}), doctest::Contains("/nowhere/key"),
                       base::CannotRun);
}

namespace {

// $CREDENTIALS_DIRECTORY, as systemd sets it for a service.
class Handed {
 public:
  explicit Handed(const std::string& folder) { setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1); }
  ~Handed() { unsetenv("CREDENTIALS_DIRECTORY"); }
  Handed(const Handed&) = delete;
  Handed& operator=(const Handed&) = delete;
};

}  // namespace

TEST_CASE("a credential that systemd hands over") {
  const TemporaryFolder folder;
  folder.write("the.key", "s3cr3t\n");
  const job::CredentialSource source{{}, {}, "the.key"};
  CHECK_THROWS_WITH_AS(job::read_credential("api_key", source),
                       doctest::Contains("$CREDENTIALS_DIRECTORY, which is not set: run this as a service of systemd; "
                                         "the unit needs LoadCredential=the.key:PATH"),
                       base::CannotRun);
  const Handed handed(folder.path().string());
  CHECK(job::read_credential("api_key", source).reveal() == "s3cr3t");
  CHECK_THROWS_WITH_AS(job::read_credential("api_key", {{}, {}, "other"}),
                       doctest::Contains("the unit needs LoadCredential=other:PATH"), base::CannotRun);
  folder.write("empty", "");
  CHECK_THROWS_WITH_AS(job::read_credential("api_key", {{}, {}, "empty"}),
                       doctest::Contains(((folder.path() / "empty").string() + " is empty").c_str()), base::CannotRun);
}

TEST_CASE("where a credential is looked for that is not configured") {
  const TemporaryFolder folder;
  unsetenv("MY_API_2_TOKEN");
  job::UsualSource usual = job::usual_source("my-api.2", "token");
  CHECK_FALSE(usual.found);
  CHECK(usual.variable == "MY_API_2_TOKEN");
  CHECK(usual.missing == "MY_API_2_TOKEN is not set");

  const Handed handed(folder.path().string());
  usual = job::usual_source("my-api.2", "token");
  CHECK_FALSE(usual.found);
  CHECK(usual.missing ==
        "MY_API_2_TOKEN is not set, and " + folder.path().string() + " has neither my-api.2_token nor token");
  folder.write("token", "of any profile");
  REQUIRE(job::usual_source("my-api.2", "token").found);
  CHECK(job::usual_source("my-api.2", "token").found->systemd == "token");
  folder.write("my-api.2_token", "of this profile");
  CHECK(job::usual_source("my-api.2", "token").found->systemd == "my-api.2_token");
  setenv("MY_API_2_TOKEN", "of the environment", 1);
  CHECK(job::usual_source("my-api.2", "token").found->environment == "MY_API_2_TOKEN");
  unsetenv("MY_API_2_TOKEN");
}
