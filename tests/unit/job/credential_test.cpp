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
