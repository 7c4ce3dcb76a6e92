#include "profile/profile.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;

namespace {

const std::filesystem::path config_directory = std::filesystem::path(ROSTERSYNC_SOURCE_DIR) / "config";

// A small API, with the features that the shipped profiles do not use. One member a line, to name lines in tests.
const std::string small = R"({ "format": 1, "protocol": "rest", "title": "Small",
"base_url": "https://api.example.com/",
"credentials": ["token"],
"headers": {"Authorization": "Bearer {credential.token}", "Accept-Language": "en"},
"rate": {"requests": 10, "per": "1s", "shape": "bucket"},
"user": {"id": "/meta/id", "key": "login", "name": ["given"], "privileged": {"kind": ["boss"]}},
"operations": {
"list": {"request": "GET /people", "items": ""},
"find": {"request": "GET /people/{key}", "items": "/found"},
"find_name": {"request": "POST /people", "query": {"q": "{name}"}, "items": "/found"},
"read": {"request": "GET /person/{id}"},
"me": {"request": "GET /me"},
"create": {"request": "PUT /person"},
"update": {"request": "PATCH /person/{id}"},
"deactivate": {"set": {"on": false}}},
"errors": {"message": ["/m"], "means": [{"status": [400, 422], "says": ["taken"], "is": "exists"}]},
"attributes": {
"login": {"type": "text", "description": "Login.", "required": true},
"given": {"type": "text", "description": "Given name.", "read": "/name/given", "create": "/name/first", "update": "/given~1name"},
"kind": {"type": "text", "description": "Kind.", "values": ["boss", "worker"], "initial": "worker"},
"badges": {"type": "set<text>", "description": "Badges.", "clear": [], "applies_when": {"kind": ["worker"], "on": ["true"]}},
"on": {"type": "boolean", "description": "Whether the person can sign in.", "create": false, "initial": true},
"age": {"type": "integer", "description": "Age.", "read": false, "policy": {"min_length": 1, "max_length": 3}}
}})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

std::string fault_of(const std::string& text) {
  const TemporaryFolder folder;
  try {
    profile::load(folder.write("small.json", text).string(), config_directory);
  } catch (const base::CannotRun& error) {
    const std::string sentences = error.what();
    CHECK(sentences.starts_with(folder.path().string() + "/small.json:"));
    return sentences;
  }
  return "no fault";
}

profile::Profile load_small() {
  const TemporaryFolder folder;
  return profile::load(folder.write("small.json", small).string(), config_directory);
}

}  // namespace

TEST_CASE("a profile from a path: names, order, paths by direction, defaults") {
  const profile::Profile it = load_small();
  CHECK(it.name == "small");
  CHECK(it.title == "Small");
  CHECK(it.wire.base_url == "https://api.example.com");
  std::vector<std::string> names;
  for (const auto& attribute : it.schema.attributes) names.push_back(attribute.name);
  CHECK(names == std::vector<std::string>{"id", "login", "given", "kind", "badges", "on", "age"});
  CHECK(it.schema.key == 1);
  CHECK(it.wire.attributes[0].read == "/meta/id");
  CHECK(it.wire.attributes[2].read == "/name/given");
  CHECK(it.wire.attributes[2].create == "/name/first");
  CHECK(it.wire.attributes[2].update == "/given~1name");
  CHECK(it.wire.attributes[5].create.empty());
  CHECK(it.wire.attributes[6].read.empty());
  CHECK(it.wire.attributes[6].create == "/age");
  CHECK(it.schema[3].initial == "worker");
  CHECK(it.schema[3].privileged == std::vector<std::string>{"boss"});
  REQUIRE(it.schema[4].applies_when.size() == 2);
  CHECK(it.schema[4].applies_when[0].attribute == 3);
  CHECK(it.schema[4].applies_when[1].attribute == 5);
  CHECK(it.schema.deactivation->value == "false");
  CHECK_FALSE(it.wire.list.paging.has_value());
  CHECK(it.wire.list.items.empty());
  CHECK(it.wire.find_name.request.method == "POST");
  CHECK_FALSE(it.wire.find_name.paging.has_value());
  CHECK(it.schema.signs.empty());
  CHECK(it.wire.create.id.empty());
  CHECK(it.wire.headers[0].second == "Bearer {credential.token}");
  CHECK(it.wire.headers[1].first == "Accept-Language");
  CHECK(it.wire.rate.shape == profile::RateShape::bucket);
  CHECK(it.wire.rate.per == std::chrono::seconds(1));
  CHECK(it.wire.rate.share == 1.0);
  CHECK(it.wire.rate.retry_after == std::chrono::minutes(1));
  REQUIRE(it.wire.errors.rules.size() == 1);
  CHECK(it.wire.errors.rules[0].statuses == std::vector<int>{400, 422});
  CHECK(it.wire.errors.rules[0].message_contains == std::vector<std::string>{"taken"});
}

TEST_CASE("signs that the API gives back count, and an API need not be searchable by name") {
  const TemporaryFolder folder;
  std::string text = replaced(small, R"("name": ["given"])", R"("name": ["given"], "signs": ["age", "kind"])");
  text =
      replaced(text, R"("find_name": {"request": "POST /people", "query": {"q": "{name}"}, "items": "/found"},)", "");
  const profile::Profile it = profile::load(folder.write("small.json", text).string(), config_directory);
  CHECK(it.schema.signs == std::vector<model::AttributeIndex>{3});
  CHECK(it.wire.find_name.request.method.empty());
}

TEST_CASE("a broken profile is refused with line and key") {
  struct Row {
    const char* name;
    const char* from;
    const char* to;
    const char* sentence;
  };
  for (const Row& row : std::vector<Row>{
           {"another format", "\"format\": 1", "\"format\": 2", ":1: format: expected 1, found 2"},
           {"misspelt key", "\"headers\"", "\"haeders\"",
            ":4: \"haeders\" is not a key here; did you mean \"headers\"?"},
           {"missing key", "\"title\": \"Small\",", "", ":1: the key \"title\" is missing"},
           {"credentials that are not named", "\"credentials\": [\"token\"],", "",
            ":4: headers.Authorization: {credential.token} is no placeholder here"},
           {"misspelt key of an attribute", "\"required\": true", "\"requird\": true",
            ":18: attributes.login: \"requird\" is not a key here; did you mean \"required\"?"},
           {"unknown type", "\"type\": \"integer\"", "\"type\": \"number\"",
            ":23: attributes.age.type: expected \"text\""},
           {"no type", "\"type\": \"integer\", ", "", ":23: attributes.age: the key \"type\" is missing"},
           {"a path that is no pointer", "\"/name/first\"", "\"name.first\"",
            ":19: attributes.given.create: expected true, false or a JSON Pointer"},
           {"a pointer with a bad escape", "\"/given~1name\"", "\"/given~name\"",
            ":19: attributes.given.update: expected "},
           {"items that are no pointer", "\"items\": \"/found\"", "\"items\": \"found\"",
            ":9: operations.find.items: expected a JSON Pointer such as \"/users\", found \"found\""},
           {"an id with a bad escape", "\"/meta/id\"", "\"/meta~id\"", ":6: user.id: \"/meta~id\" is no JSON Pointer"},
           {"no address", "https://api.example.com/", "api.example.com", ":2: base_url: expected an address"},
           {"a share above all", "\"shape\": \"bucket\"", "\"share\": 1.5",
            ":5: rate.share: expected a number from 0.01 to 1"},
           {"a time of nothing", "\"per\": \"1s\"", "\"per\": \"0s\"", ":5: rate.per: expected a duration"},
           {"a write by GET", "PATCH /person/{id}", "GET /person/{id}",
            ":14: operations.update.request: expected a method"},
           {"an unknown attribute in applies_when", "\"applies_when\": {\"kind\"", "\"applies_when\": {\"knd\"",
            ":21: attributes.badges.applies_when.knd: \"knd\" is no attribute; did you mean \"kind\"?"},
           {"an unknown value in applies_when", "\"kind\": [\"worker\"]", "\"kind\": [\"workr\"]",
            ":21: attributes.badges.applies_when.kind.0: \"workr\" is none of the values of \"kind\"; did you mean "
            "\"worker\"?"},
           {"an unknown key", "\"key\": \"login\"", "\"key\": \"logn\"",
            ":6: user.key: \"logn\" is no attribute; did you mean"},
           {"a key that is no text", "\"key\": \"login\"", "\"key\": \"on\"",
            ":6: user.key: people are matched by a text"},
           {"a key that cannot be read", "\"key\": \"login\"", "\"key\": \"age\"",
            ":6: user.key: people are matched by"},
           {"an unknown name", "\"name\": [\"given\"]", "\"name\": [\"givn\"]",
            ":6: user.name.0: \"givn\" is no attribute"},
           {"an unknown sign", "\"name\": [\"given\"]", "\"name\": [\"given\"], \"signs\": [\"agee\"]",
            ":6: user.signs.0: \"agee\" is no attribute; did you mean"},
           {"an unknown privileged attribute", "{\"kind\": [\"boss\"]}", "{\"kid\": [\"boss\"]}",
            ":6: user.privileged.kid: \"kid\" is no attribute"},
           {"an unknown privileged value", "{\"kind\": [\"boss\"]}", "{\"kind\": [\"bos\"]}",
            ":6: user.privileged.kind.0: \"bos\" is none of the values"},
           {"an unknown attribute to deactivate", "{\"on\": false}", "{\"off\": false}",
            ":15: operations.deactivate.set.off: \"off\" is no attribute"},
           {"deactivation by what updates do not send", "\"create\": false, \"initial\": true",
            "\"update\": false, \"initial\": true", ":15: operations.deactivate.set.on: \"on\" is not sent on update"},
           {"deactivation by a value of another type", "{\"on\": false}", "{\"on\": \"off\"}",
            ":15: operations.deactivate.set.on: expected true or false"},
           {"deactivation by two", "{\"on\": false}", "{\"on\": false, \"kind\": \"boss\"}",
            ":15: operations.deactivate.set: expected one attribute"},
           {"a find without {key}", "GET /people/{key}", "GET /people",
            ":9: operations.find: neither the path, the query nor the body holds {key}"},
           {"a find by name without {name}", "{name}", "x", ":10: operations.find_name: neither"},
           {"a read without {id}", "GET /person/{id}", "GET /person", ":11: operations.read: neither"},
           {"an update without {id}", "PATCH /person/{id}", "PATCH /person", ":14: operations.update: neither"},
           {"a placeholder of another operation", "GET /me", "GET /me/{id}",
            ":12: operations.me.request: {id} is no placeholder here; none can stand there"},
           {"a misspelt placeholder", "GET /people/{key}", "GET /people/{kye}",
            ":9: operations.find.request: {kye} is no placeholder here; did you mean {key}?"},
           {"a brace left open", "GET /people/{key}", "GET /people/{key",
            ":9: operations.find.request: a brace without"},
           {"a brace too many", "GET /people/{key}", "GET /people/{key}}",
            ":9: operations.find.request: a brace without"},
           {"a credential that is not declared", "Bearer {credential.token}", "Bearer {credential.tokn}",
            ":4: headers.Authorization: {credential.tokn} is no placeholder here; did you mean {credential.token}?"},
           {"a credential in a path", "GET /me", "GET /me/{credential.token}", ":12: operations.me.request: "},
           {"an initial value of another type", "\"initial\": true", "\"initial\": \"maybe\"",
            ":22: attributes.on.initial: expected true or false"},
           {"an initial value that is not permitted", "\"initial\": \"worker\"", "\"initial\": \"wrker\"",
            ":20: attributes.kind.initial: \"wrker\" is none of the values of \"kind\"; did you mean \"worker\"?"},
           {"an initial value of nothing", "\"initial\": \"worker\"", "\"initial\": \"\"",
            ":20: attributes.kind.initial: "},
           {"a set cleared as a text", "\"clear\": []", "\"clear\": \"\"",
            ":21: attributes.badges.clear: a text is cleared"},
           {"an integer cleared", "\"read\": false, \"policy\"", "\"clear\": \"\", \"policy\"",
            ":23: attributes.age.clear: "},
           {"cleared as null", "\"clear\": []", "\"clear\": null",
            ":21: attributes.badges.clear: expected \"\" for a text"},
           {"values of an integer", "\"policy\": {", "\"values\": [\"1\"], \"policy\": {",
            ":23: attributes.age.values: only"},
           {"lengths crossed", "\"min_length\": 1", "\"min_length\": 4",
            ":23: attributes.age.policy: min_length is above"},
           {"items of a text", "\"min_length\": 1", "\"max_items\": 4",
            ":23: attributes.age.policy.max_items: only a set"},
           {"a change that is never sent, to no value", "\"initial\": \"worker\"",
            "\"never\": [{\"to\": \"chief\", \"why\": \"x\"}]",
            ":20: attributes.kind.never.0.to: \"chief\" is none of the values"},
           {"every change never sent", "\"initial\": \"worker\"", "\"never\": [{\"why\": \"x\"}]",
            ":20: attributes.kind.never.0: expected \"from\", \"to\" or both"},
           {"required, but not on create", "\"create\": false, \"initial\": true",
            "\"create\": false, \"required\": true", ":22: attributes.on.required: what a create cannot carry"},
           {"of no use", "\"create\": false, \"initial\": true",
            "\"create\": false, \"update\": false, \"read\": false",
            ":22: attributes.on: an attribute that is neither read nor written"},
           {"an id of its own", "\"age\": {", "\"id\": {",
            ":23: attributes.id: the attribute \"id\" is there by itself"},
           {"an impossible status", "[400, 422]", "[200]", ":16: errors.means.0.status"},
           {"an unknown meaning", "\"is\": \"exists\"", "\"is\": \"exsts\"", "; did you mean \"exists\"?"}}) {
    CAPTURE(row.name);
    const std::string fault = fault_of(replaced(small, row.from, row.to));
    CAPTURE(fault);
    CHECK(fault.find(row.sentence) != std::string::npos);
  }
}

TEST_CASE("all contradictions are told at once") {
  const std::string fault = fault_of(
      replaced(replaced(small, "\"key\": \"login\"", "\"key\": \"logn\""), "GET /people/{key}", "GET /people"));
  CHECK(fault.find(":6: user.key: ") != std::string::npos);
  CHECK(fault.find(":9: operations.find: ") != std::string::npos);
}

TEST_CASE("a name that is no profile is answered with those there are") {
  CHECK(profile::shipped(config_directory) == std::vector<std::string>{"partoo", "tenovos", "tenovos-v1"});
  CHECK(profile::shipped("/nowhere").empty());
  CHECK_THROWS_WITH_AS(profile::load("parto", config_directory),
                       "there is no profile \"parto\"; did you mean \"partoo\"? The profiles are: partoo, tenovos, "
                       "tenovos-v1. A file is "
                       "given by its path",
                       base::CannotRun);
  CHECK_THROWS_WITH_AS(profile::load("/nowhere/p.json", config_directory), doctest::Contains("/nowhere/p.json"),
                       base::CannotRun);
}
