#include "roster/manifest.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "fixture.hpp"

using namespace rostersync;
using namespace rostersync::roster;

namespace {

constexpr const char* two_people = "email\na@x.com\nb@x.com\n";

std::string sha256_of(std::string_view bytes) {
  base::Sha256 hash;
  hash.update(bytes);
  return hash.hex_digest();
}

// How reading a roster of these bytes ends that has this manifest beside it.
Ending with_manifest(std::string_view bytes, const std::string& manifest, ManifestRule rule = ManifestRule::automatic) {
  const RosterFile file(bytes);
  if (!manifest.empty()) std::ofstream(file.path() + ".sha256", std::ios::binary) << manifest;
  Options options;
  options.manifest = rule;
  try {
    read(file.path(), people_schema(), options);
  } catch (const base::Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

const std::string good = sha256_of(two_people);
const std::string other = sha256_of("something else");

}  // namespace

TEST_CASE("a manifest that holds is passed over, as sha256sum writes it and with comments") {
  std::string upper = good;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& manifest :
       {good + "  roster.csv\n", good + " *roster.csv\n", good + "  roster.csv", good + "  roster.csv\r\n",
        upper + "  roster.csv\n", "# of HR\n\n# rows: 2\n" + good + "  roster.csv\n#rows:2\n",
        good + "  roster.csv\n# 3 rows are no promise\n"}) {
    CAPTURE(manifest);
    CHECK(with_manifest(two_people, manifest).code == base::ExitCode::ok);
    CHECK(with_manifest(two_people, manifest, ManifestRule::required).code == base::ExitCode::ok);
  }
}

TEST_CASE("a file that is not the one the manifest is of is refused, with both hashes") {
  const Ending ending = with_manifest(two_people, other + "  roster.csv\n");
  CHECK(ending.code == base::ExitCode::refused);
  CHECK(ending.says("roster.csv: this is not the file that "));
  CHECK(ending.says("its SHA-256 is " + good + ", and " + other + " is expected"));
  CHECK(with_manifest(two_people, other + "  roster.csv\n", ManifestRule::off).code == base::ExitCode::ok);
}

TEST_CASE("that the file is cut off is told by its manifest, whatever else it breaks") {
  const std::string whole = "email,first_name\na@x.com,\"Jo\"\n";
  for (const std::string& broken :
       {whole.substr(0, whole.size() - 3), std::string("emial\na@x.com\n"), std::string(), std::string("email\n"),
        std::string("email\na@x.com,b\n"), std::string("email\n\xFF\n") + std::string(200'000, 'x')}) {
    const Ending alone = with_manifest(broken, "");
    CHECK(alone.code != base::ExitCode::ok);
    const Ending ending = with_manifest(broken, sha256_of(whole) + "  roster.csv\n");
    CHECK(ending.code == base::ExitCode::refused);
    CHECK(ending.says("this is not the file that"));
    CHECK(ending.says("its SHA-256 is " + sha256_of(broken)));
    const Ending intact = with_manifest(broken, sha256_of(broken) + "  roster.csv\n");
    CHECK(intact.code == alone.code);
    CHECK_FALSE(intact.says("this is not the file"));
  }
}

TEST_CASE("the number of rows that a manifest expects must be there") {
  const Ending ending = with_manifest(two_people, "# rows: 3\n" + good + "  roster.csv\n");
  CHECK(ending.code == base::ExitCode::refused);
  CHECK(ending.says("the roster has 2 data rows, and "));
  CHECK(ending.says("roster.csv.sha256 says 3"));
}

TEST_CASE("a manifest that cannot be understood is refused") {
  struct Case {
    const char* name;
    std::string manifest;
    const char* words;
  };
  for (const Case& one : std::vector<Case>{
           {"empty", "\n", ":1: this manifest cannot be understood (there is no line with a hash)"},
           {"no hash", "# rows: 2\n", "there is no line with a hash"},
           {"another hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709  roster.csv\n", "no SHA-256 of 64 digits"},
           {"too long", good + "0  roster.csv\n", "no SHA-256 of 64 digits"},
           {"no digits", std::string(64, 'g') + "  roster.csv\n", "no SHA-256 of 64 digits"},
           {"no name", good + "\n", "no SHA-256 of 64 digits and a name"},
           {"an empty name", good + "  \n", "no SHA-256 of 64 digits and a name"},
           {"one space", good + " roster.csv\n", "no SHA-256 of 64 digits and a name"},
           {"two files", good + "  roster.csv\n" + good + "  roster.csv\n",
            ":2: this manifest cannot be understood "
            "(there is more than one line"},
           {"no number", "# rows: many\n" + good + "  roster.csv\n", "\"many\" is no number of rows"},
           {"a negative number", "# rows: -2\n" + good + "  roster.csv\n", "\"-2\" is no number of rows"},
           {"two numbers", "# rows: 2\n# rows: 3\n" + good + "  roster.csv\n", "it says two numbers of rows"},
           {"another file", good + "  people.csv\n",
            "this manifest is of \"people.csv\", and the roster is \"roster.csv\""},
           {"another folder", good + "  ./roster.csv\n", "this manifest is of \"./roster.csv\""},
       }) {
    CAPTURE(one.name);
    const Ending ending = with_manifest(two_people, one.manifest);
    CAPTURE(ending.sentence);
    CHECK(ending.code == base::ExitCode::refused);
    CHECK(ending.says(one.words));
    CHECK(with_manifest(two_people, one.manifest, ManifestRule::off).code == base::ExitCode::ok);
  }
}

TEST_CASE("a manifest that is required must be there, and standard input has none") {
  const Ending ending = with_manifest(two_people, "", ManifestRule::required);
  CHECK(ending.code == base::ExitCode::refused);
  CHECK(ending.says("there is no manifest "));
  CHECK(ending.says("sha256sum roster.csv > roster.csv.sha256"));
  CHECK(with_manifest(two_people, "").code == base::ExitCode::ok);
  CHECK_FALSE(read_manifest("-", ManifestRule::automatic).has_value());
  CHECK_THROWS_WITH_AS(read_manifest("-", ManifestRule::required), doctest::Contains("standard input has no manifest"),
                       base::Refused);
}

TEST_CASE("names that sha256sum has to escape are understood") {
  const std::string name = "a\\b.csv";
  const RosterFile file(two_people, name);
  std::ofstream(file.path() + ".sha256", std::ios::binary) << "\\" + good + "  a\\\\b.csv\n";
  CHECK(read(file.path(), people_schema(), {}).facts.rows == 2);
}
