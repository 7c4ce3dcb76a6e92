#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "profile/profile.hpp"
#include "profile/words.hpp"
#include "text/text.hpp"

using namespace rostersync;

namespace {

const profile::Profile& partoo() {
  static const profile::Profile it = profile::load("partoo", std::filesystem::path(ROSTERSYNC_SOURCE_DIR) / "config");
  return it;
}

// The block that tells of one attribute.
std::string block(const std::string& name) {
  const std::string text = profile::reference_text(partoo());
  const std::size_t start = text.find("\n\n  " + name + "\n");
  REQUIRE_MESSAGE(start != std::string::npos, name);
  return text.substr(start + 2, text.find("\n\n", start + 2) - start - 2);
}

}  // namespace

TEST_CASE("the reference fits 100 columns and has a block for each attribute") {
  std::istringstream lines(profile::reference_text(partoo()));
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(text::length(line) <= 100);
    CHECK((line.empty() || line.back() != ' '));
  }
  for (const auto& attribute : partoo().schema.attributes) CHECK_FALSE(block(attribute.name).empty());
}

TEST_CASE("the reference says what a roster's author needs") {
  const std::string text = profile::reference_text(partoo());
  for (const char* words : {"https://api.partoo.co/v2", "Credentials  api_key", "240 requests a minute",
                            "needs email, first_name, last_name, role", "disabled = true", "\\N, or JSON null"}) {
    CAPTURE(words);
    CHECK(text.find(words) != std::string::npos);
  }
  struct Row {
    const char* attribute;
    const char* words;
  };
  for (const Row& row : std::vector<Row>{{"role", "becomes an ORG_ADMIN"},
                                         {"role", "ORG_MANAGER, GROUP_MANAGER"},
                                         {"role", "Never sent   from PROVIDER: "},
                                         {"role", "Privileged   ORG_ADMIN"},
                                         {"status", "Never sent   from active to invited: "},
                                         {"business_ids", "Only where   role is BUSINESS_MANAGER"},
                                         {"business_ids", "a|b|c or a JSON array"},
                                         {"business_ids", "Clearing     \\N, or JSON null"},
                                         {"accesses", "[[1,2],[1,3]]"},
                                         {"custom_role", "cannot be cleared"},
                                         {"disabled", "Unsaid       means false"},
                                         {"phone", "an update that follows at once"},
                                         {"phone", "does not give it back"},
                                         {"keywords", "at most 12 items"},
                                         {"password", "at least 8 characters, an upper-case letter"},
                                         {"password", "only where the configuration says"},
                                         {"sidebar_pages", "Deprecated   custom_role"},
                                         {"created_at", "read only"}}) {
    CAPTURE(row.attribute);
    CAPTURE(row.words);
    CHECK(block(row.attribute).find(row.words) != std::string::npos);
  }
  CHECK(block("created_at").find("Write ") == std::string::npos);
}

TEST_CASE("the reference as JSON") {
  const json::OrderedJson it = profile::reference_json(partoo());
  CHECK(it["name"] == "partoo");
  CHECK(it["key"] == "email");
  CHECK(it["rate"]["per_seconds"] == 60.0);
  CHECK(it["deactivation"] == json::OrderedJson{{"disabled", true}});
  REQUIRE(it["attributes"].size() == partoo().schema.size());
  const auto attribute = [&](const std::string& name) {
    for (const auto& each : it["attributes"]) {
      if (each["name"] == name) return each;
    }
    return json::OrderedJson();
  };
  CHECK(attribute("disabled")["initial"] == false);
  CHECK(attribute("disabled")["create"] == false);
  CHECK(attribute("password")["update"] == "on_request");
  CHECK(attribute("password")["policy"]["min_length"] == 8);
  CHECK(attribute("accesses")["type"] == "set<set<integer>>");
  CHECK(attribute("accesses")["applies_when"]["role"] == json::OrderedJson{"GROUP_MANAGER"});
  CHECK(attribute("role")["never"][0]["from"] == "PROVIDER");
  CHECK(attribute("role")["privileged"] == json::OrderedJson{"ORG_ADMIN"});
  CHECK_FALSE(attribute("lang").contains("initial"));
}

TEST_CASE("wrapping") {
  CHECK(profile::wrap("  a ", "bb cc dd", 9) == "  a bb cc\n    dd\n");
  CHECK(profile::wrap("", "one", 2) == "one\n");
  CHECK(profile::wrap("", "é é é é", 3) == "é é\né é\n");
  CHECK(profile::wrap("x ", "a  verylongword b", 6) == "x a\n  verylongword\n  b\n");
}
