#include "store/encoding.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "json/json.hpp"
#include "store/change_encoding.hpp"
#include "unit/store/sample_run.hpp"

using namespace rostersync;
using namespace rostersync::test;
using model::AttributeChange;

namespace {

const model::Schema schema = directory_schema();

// The same attributes in another order, as in a profile that was edited.
model::Schema reordered() {
  model::Schema other = schema;
  std::reverse(other.attributes.begin() + 1, other.attributes.end());
  other.key = *other.find("email");
  return other;
}

}  // namespace

TEST_CASE("each side of a change comes back, by its presence") {
  struct Case {
    const char* name;
    AttributeChange change;
    const char* text;
  };
  const std::vector<Case> cases = {
      {"a new value",
       {first_name, Presence::absent, "", Presence::value, "Karadoc"},
       R"([{"after":"Karadoc","attribute":"first_name"}])"},
      {"another value",
       {logins, Presence::value, "1", Presence::value, "2"},
       R"([{"after":"2","attribute":"logins","before":"1"}])"},
      {"cleared",
       {first_name, Presence::value, "Perceval", Presence::clear, ""},
       R"([{"after":null,"attribute":"first_name","before":"Perceval"}])"},
      {"from what was empty",
       {teams, Presence::clear, "", Presence::value, R"(["a"])"},
       R"([{"after":"[\"a\"]","attribute":"teams","before":null}])"},
      {"from what is unknown",
       {accesses, Presence::unknown, "", Presence::value, "[[1]]"},
       R"([{"after":"[[1]]","attribute":"accesses","before":false}])"},
      {"a text that is empty",
       {first_name, Presence::value, "", Presence::value, "x"},
       R"([{"after":"x","attribute":"first_name","before":""}])"},
      {"texts that look like JSON",
       {first_name, Presence::value, "null", Presence::value, "true"},
       R"([{"after":"true","attribute":"first_name","before":"null"}])"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const std::string text = store::encode(schema, {one.change});
    CHECK(text == one.text);
    CHECK(told(schema, store::decode_changes(schema, text)) == told(schema, {one.change}));
  }
  CHECK(store::encode(schema, std::vector<AttributeChange>{}).empty());
  CHECK(store::decode_changes(schema, "").empty());
}

TEST_CASE("of a secret only the presence is kept") {
  const std::vector<AttributeChange> changes = {{password, Presence::value, "0ld", Presence::value, "n3w"},
                                                {password, Presence::unknown, "", Presence::clear, ""}};
  const std::string text = store::encode(schema, changes);
  CHECK(
      text ==
      R"([{"after":true,"attribute":"password","before":true},{"after":null,"attribute":"password","before":false}])");
  const auto back = store::decode_changes(schema, text);
  CHECK(told(schema, back) == told(schema, changes));
  CHECK(back[0].before.empty());
  CHECK(back[0].after.empty());
}

TEST_CASE("attributes are found by name, wherever the profile has them") {
  const model::Schema other = reordered();
  const std::vector<AttributeChange> changes = {{first_name, Presence::clear, "", Presence::value, "Karadoc"}};
  const auto back = store::decode_changes(other, store::encode(schema, changes));
  CHECK(other[back.at(0).attribute].name == "first_name");

  model::Fingerprint planned_on{{email, teams, password}, {0x0000000000000001, 0xfedcba9876543210}};
  const auto moved = store::decode_fingerprint(other, store::encode(schema, planned_on));
  CHECK(moved.hash == planned_on.hash);
  CHECK(moved.over == std::vector<AttributeIndex>{*other.find("password"), *other.find("teams"), *other.find("email")});
}

TEST_CASE("an attribute that the profile lost is named") {
  model::Schema poorer = schema;
  poorer.attributes.pop_back();
  const std::string change = store::encode(schema, {{password, Presence::absent, "", Presence::value, "x"}});
  CHECK_THROWS_WITH_AS(store::decode_changes(poorer, change), doctest::Contains("\"password\""), base::CannotRun);
  const std::string on = store::encode(schema, model::Fingerprint{{password}, {1, 2}});
  CHECK_THROWS_WITH_AS(store::decode_fingerprint(poorer, on), doctest::Contains("\"password\""), base::CannotRun);
}

TEST_CASE("a fingerprint of nothing takes no room, and every bit of a hash comes back") {
  CHECK(store::encode(schema, model::Fingerprint{}).empty());
  CHECK(store::decode_fingerprint(schema, "").over.empty());
  for (const base::WideHash hash :
       {base::WideHash{0, 0}, base::WideHash{UINT64_MAX, 1}, base::WideHash{1, UINT64_MAX}}) {
    CHECK(store::decode_fingerprint(schema, store::encode(schema, model::Fingerprint{{email}, hash})).hash == hash);
  }
}

TEST_CASE("what is not UTF-8 is replaced and never thrown at") {
  model::EntryDetail detail;
  detail.message = "caf\xE9";
  detail.faults = {{"refused", "\xFF", "\xC3"}};
  detail.warnings = {{"w", "\x80"}};
  detail.request_ids = {"\xED\xA0\x80"};
  const auto back = store::decode_detail(store::encode(detail));
  CHECK(back.message == "caf\uFFFD");
  CHECK(back.faults.at(0).column == "\uFFFD");
  model::RunFacts facts;
  facts.roster.path = "/srv/\xE9.csv";
  CHECK(store::decode_facts(store::encode(facts)).roster.path == "/srv/\uFFFD.csv");
  const std::vector<AttributeChange> changes = {{first_name, Presence::value, "\xE9", Presence::value, "\xE9"}};
  CHECK(store::decode_changes(schema, store::encode(schema, changes)).at(0).after == "\uFFFD");
}

TEST_CASE("a detail without words takes no room") {
  model::EntryDetail detail;
  detail.changes = {{first_name, Presence::absent, "", Presence::value, "x"}};  // kept apart
  CHECK(store::encode(detail).empty());
  CHECK(store::decode_detail("").reason.empty());
}

TEST_CASE("counts come back to the last bit") {
  const model::HttpFacts http{UINT64_MAX, 1, 2, 3, 4, INT64_MAX, 0.1 + 0.2};
  const auto back = store::decode_http(store::encode(http));
  CHECK(back.requests == UINT64_MAX);
  CHECK(back.seconds == 0.1 + 0.2);
  CHECK_FALSE(store::decode_directory(store::encode(model::DirectoryFacts{})).users);
  CHECK(store::decode_directory(store::encode(model::DirectoryFacts{0, true})).users == 0);
  CHECK_THROWS_AS(store::decode_directory(R"({"complete": true, "users": 18446744073709551616})"),
                  json::Json::exception);
  CHECK_THROWS_AS(store::decode_directory(R"({"complete": true, "withheld": 1e30})"), json::Json::exception);
}

TEST_CASE("a text that nobody here wrote is told as such") {
  const std::vector<std::string> texts = {"{",
                                          "[]",
                                          "7",
                                          R"({"roster": 1})",
                                          R"([{"attribute": 1}])",
                                          R"([{}])",
                                          R"([{"attribute": "email", "after": 7}])"};
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK_THROWS_AS(store::decode_facts(text), json::Json::exception);
    CHECK_THROWS_AS(store::decode_http(text), json::Json::exception);
    if (text != "[]" && text != "7") CHECK_THROWS_AS(store::decode_changes(schema, text), json::Json::exception);
  }
  for (const char* text : {R"({"over": ["email"]})", R"({"over": ["email"], "hash": "12"})",
                           R"({"over": ["email"], "hash": "0123456789abcdef0123456789abcdeg"})"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(store::decode_fingerprint(schema, text), json::Json::exception);
  }
}
