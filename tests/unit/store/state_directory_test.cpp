#include "store/state_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "json/json.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using store::StateDirectory;

namespace {

const std::string url = "https://api.example.com/v2";

unsigned mode_of(const std::filesystem::path& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

}  // namespace

TEST_CASE_FIXTURE(TemporaryFolder, "made where there is none, private to its owner, and opened again") {
  const auto state = path() / "a" / "state";
  { StateDirectory first(state, "partoo", url); }
  CHECK(mode_of(path() / "a") == 0700);
  CHECK(mode_of(state) == 0700);
  CHECK(mode_of(state / "directory.json") == 0600);
  CHECK(mode_of(state / "lock") == 0600);
  const auto identity = json::Json::parse(base::read_file(state / "directory.json"));
  CHECK(identity == json::Json{{"version", 1}, {"profile", "partoo"}, {"base_url", url}});
  CHECK_NOTHROW(StateDirectory(state, "partoo", url));
}

TEST_CASE_FIXTURE(TemporaryFolder, "one run at a time") {
  const auto first = std::make_unique<StateDirectory>(path() / "state", "partoo", url);
  CHECK_THROWS_WITH_AS(StateDirectory(path() / "state", "partoo", url), doctest::Contains("state"), base::Busy);
  CHECK_NOTHROW(StateDirectory(path() / "other", "partoo", url));
}

TEST_CASE_FIXTURE(TemporaryFolder, "the lock goes with its holder, and with a refusal") {
  { StateDirectory first(path() / "state", "partoo", url); }
  CHECK_THROWS_AS(StateDirectory(path() / "state", "other", url), base::CannotRun);
  CHECK_NOTHROW(StateDirectory(path() / "state", "partoo", url));
}

TEST_CASE_FIXTURE(TemporaryFolder, "it belongs to one profile and one base URL") {
  { StateDirectory first(path() / "state", "partoo", url); }
  const auto before = base::read_file(path() / "state" / "directory.json");
  CHECK_THROWS_WITH_AS(StateDirectory(path() / "state", "scim", url), doctest::Contains("--state"), base::CannotRun);
  CHECK_THROWS_WITH_AS(StateDirectory(path() / "state", "partoo", "https://other.example.com"),
                       doctest::Contains("https://other.example.com"), base::CannotRun);
  CHECK(base::read_file(path() / "state" / "directory.json") == before);
}

TEST_CASE_FIXTURE(TemporaryFolder, "it belongs to the organization that was first heard of") {
  {
    StateDirectory state(path() / "state", "partoo", url);
    state.check_organization("");  // an API that does not say
    state.check_organization("42");
    state.check_organization("");
  }
  StateDirectory again(path() / "state", "partoo", url);
  CHECK_NOTHROW(again.check_organization("42"));
  CHECK_THROWS_WITH_AS(again.check_organization("43"), doctest::Contains("organization 42"), base::CannotRun);
  CHECK_NOTHROW(again.check_organization("42"));
}

TEST_CASE_FIXTURE(TemporaryFolder, "a file that is damaged, or of another version, is left as it is") {
  struct Case {
    std::string name;
    std::string bytes;
    const char* words;
  };
  const std::vector<Case> cases = {
      {"empty", "", "damaged"},
      {"cut off", "{\"version\": 1, \"pro", "damaged"},
      {"no object", "[1]", "damaged"},
      {"no version", R"({"profile": "partoo", "base_url": "x"})", "damaged"},
      {"a version that is a text", R"({"version": "1", "profile": "partoo", "base_url": "x"})", "damaged"},
      {"no profile", R"({"version": 1, "base_url": "x"})", "damaged"},
      {"a base URL that is a number", R"({"version": 1, "profile": "partoo", "base_url": 7})", "damaged"},
      {"of another version", R"({"version": 2, "profile": "partoo", "base_url": "x"})", "is of version 2"},
      {"of another version, with other keys", R"({"version": 3, "directory": {}})", "is of version 3"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const auto file = write(std::string("state/") + "directory.json", one.bytes);
    CHECK_THROWS_WITH_AS(StateDirectory(file.parent_path(), "partoo", "x"), doctest::Contains(one.words),
                         base::CannotRun);
    CHECK(base::read_file(file) == one.bytes);
  }
}

TEST_CASE_FIXTURE(TemporaryFolder, "where it cannot be made, the path is named") {
  const auto in_the_way = write("file", "x");
  CHECK_THROWS_WITH_AS(StateDirectory(in_the_way, "partoo", url), doctest::Contains("file"), base::CannotRun);
  CHECK_THROWS_WITH_AS(StateDirectory(in_the_way / "state", "partoo", url), doctest::Contains("file"), base::CannotRun);
  CHECK_THROWS_WITH_AS(StateDirectory(path() / std::string(300, 'x'), "partoo", url), doctest::Contains("too long"),
                       base::CannotRun);
}
