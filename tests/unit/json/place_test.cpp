#include "json/place.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace rostersync;
using json::Json;

TEST_CASE("what stands at a place, whatever is in the way") {
  const Json document = Json::parse(R"({"a": {"b/c": 1, "01": 2, "": 3}, "list": [{"x": 4}, null], "text": "t"})");
  struct Case {
    const char* pointer;
    const char* value;  // nothing: nullptr
  };
  for (const Case& one : std::vector<Case>{{"/a/b~1c", "1"},
                                           {"/a/01", "2"},
                                           {"/a/", "3"},
                                           {"/list/0/x", "4"},
                                           {"/list/1", "null"},
                                           {"/list/2", nullptr},
                                           {"/list/00", nullptr},
                                           {"/list/-", nullptr},
                                           {"/list/", nullptr},
                                           {"/list/x", nullptr},
                                           {"/list/99999999999999999999999", nullptr},
                                           {"/list/1/x", nullptr},
                                           {"/text/0", nullptr},
                                           {"/text/x/y", nullptr},
                                           {"/b", nullptr}}) {
    CAPTURE(one.pointer);
    const Json* found = json::found_at(document, one.pointer);
    REQUIRE((found != nullptr) == (one.value != nullptr));
    if (found != nullptr) CHECK(*found == Json::parse(one.value));
  }
  CHECK(json::found_at(document, "") == &document);
}

TEST_CASE("what is put at a place makes room for itself") {
  struct Case {
    std::string name;
    const char* before;
    const char* pointer;
    const char* after;
  };
  const std::vector<Case> cases = {
      {"a member", "{}", "/a", R"({"a": 7})"},
      {"of a document that is not there", "null", "/a/b", R"({"a": {"b": 7}})"},
      {"the document", R"({"a": 1})", "", "7"},
      {"within", R"({"a": {"b": 1, "c": 2}})", "/a/b", R"({"a": {"b": 7, "c": 2}})"},
      {"a null gives way", R"({"a": null})", "/a/b", R"({"a": {"b": 7}})"},
      {"a text gives way", R"({"a": "x"})", "/a/b", R"({"a": {"b": 7}})"},
      {"a number gives way", R"({"a": 5})", "/a/b/c", R"({"a": {"b": {"c": 7}}})"},
      {"an array that needs a name gives way", R"({"a": [1]})", "/a/b", R"({"a": {"b": 7}})"},
      {"an item", R"({"a": [1, 2]})", "/a/1", R"({"a": [1, 7]})"},
      {"an item of an array that is to be made", "{}", "/a/0/b", R"({"a": [{"b": 7}]})"},
      {"an item beyond the end", R"({"a": [1]})", "/a/2", R"({"a": [1, null, 7]})"},
      {"a long number is a name", "{}", "/fields/360012", R"({"fields": {"360012": 7}})"},
      {"a number with a 0 before it is a name", "{}", "/fields/01", R"({"fields": {"01": 7}})"},
      {"a number is the name of what an object has", R"({"f": {}})", "/f/1", R"({"f": {"1": 7}})"},
      {"no name is a name", "{}", "/a/", R"({"a": {"": 7}})"},
      {"a dash is a name", "{}", "/a/-", R"({"a": {"-": 7}})"},
      {"an escaped name", "{}", "/a~1b/~0", R"({"a/b": {"~": 7}})"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Json document = Json::parse(one.before);
    json::made_at(document, one.pointer) = 7;
    CHECK(document == Json::parse(one.after));
  }
}
