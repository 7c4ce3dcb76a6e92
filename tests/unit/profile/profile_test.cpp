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
    std::string name;
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

namespace {

// Another small API, of all that `small` does without.
const std::string rich = R"({ "format": 1, "protocol": "rest", "title": "Rich", "base_url": "https://api.example.com",
"credentials": ["username", "secret"],
"user": {"id": "id", "key": "login", "name": ["given"], "guarded": ["kind", "given"]},
"operations": {
"list": {"request": "POST /people", "body": {"sort": "login"}, "items": "/list", "user": "/user", "passes": [{}, {"body": {"state": "locked"}}, {"query": {"x": "y"}}],
"paging": {"by": "offset", "offset": "/page/from", "size": "/page/size", "max": 50, "count": {"header": "X-Total"}}},
"find": {"request": "GET /people", "query": {"q": "{key}"}, "items": "/list",
"paging": {"by": "cursor", "cursor": "token", "next": "/next"}},
"find_name": {"request": "GET /people", "query": {"name": "{name}"}, "items": "/list",
"paging": {"by": "link", "next": "/links/next", "size": "n", "max": 10}},
"read": {"request": "POST /person", "body": {"ids": ["{id}"]}, "user": "/users/0"},
"me": {"request": "GET /search/{credential.username}", "items": "/list", "user": "/user", "is": "{credential.username}", "of": ["login", "given"]},
"create": {"request": "PUT /person", "at": "/user", "body": {"mail": false}, "content_type": "application/vnd.x+json", "answer": {"location": true}},
"update": {"request": "PUT /person/{id}", "at": "/user", "send": "whole", "answer": {"user": ""}}},
"errors": {"message": ["/errors"], "item": {"message": "/text", "field": "/on"}, "means": [{"status": 403, "says": ["not found"], "is": "absent"}]},
"attributes": {
"login": {"type": "text", "required": true},
"given": {"type": "text", "create": "/name/given", "update": "/name/given", "as_number": ["update"]},
"kind": {"type": "text", "codes": {"boss": 1, "worker": "w"}, "initial": "worker"},
"on": {"type": "boolean", "codes": {"true": 0, "false": 1}}
}})";

}  // namespace

TEST_CASE("what a richer API takes") {
  const TemporaryFolder folder;
  const profile::Profile it = profile::load(folder.write("rich.json", rich).string(), config_directory);
  const profile::Wire& wire = it.wire;
  CHECK(wire.list.request.body == json::Json{{"sort", "login"}});
  CHECK(wire.list.user == "/user");
  REQUIRE(wire.list.passes.size() == 3);
  CHECK(wire.list.passes[0].body.is_null());
  CHECK(wire.list.passes[1].body == json::Json{{"state", "locked"}});
  CHECK(wire.list.passes[2].query == std::vector<std::pair<std::string, std::string>>{{"x", "y"}});
  CHECK((wire.list.paging->by == profile::PagingBy::offset));
  CHECK(wire.list.paging->position == "/page/from");
  CHECK(wire.list.paging->first == 0);
  CHECK(wire.list.paging->max_size == 50);
  CHECK(wire.list.paging->count->header == "X-Total");
  CHECK(wire.list.declares_count());
  CHECK_FALSE(wire.list.in_numbered_pages());  // there are several
  CHECK((wire.find.paging->by == profile::PagingBy::cursor));
  CHECK(wire.find.paging->next == "/next");
  CHECK(wire.find.paging->max_size == 0);
  CHECK_FALSE(wire.find.declares_count());
  CHECK((wire.find_name.paging->by == profile::PagingBy::link));
  CHECK(wire.find_name.paging->next == "/links/next");
  CHECK(wire.read.user == "/users/0");
  CHECK(wire.read.request.body == json::Json{{"ids", {"{id}"}}});
  CHECK(wire.me.searches);
  CHECK(wire.me.of == std::vector<model::AttributeIndex>{1, 2});
  CHECK(wire.create.at == "/user");
  CHECK(wire.create.request.body == json::Json{{"mail", false}});
  CHECK(wire.create.request.content_type == "application/vnd.x+json");
  CHECK((wire.create.names == profile::Names::location));
  CHECK(wire.update.whole);
  CHECK(wire.update.user == "");
  CHECK(wire.update.request.content_type == "application/json");
  CHECK(wire.errors.item_message == "/text");
  CHECK(wire.errors.item_field == "/on");
  CHECK((wire.errors.rules[0].meaning == profile::Meaning::absent));
  CHECK(wire.rate.requests == 0);
  CHECK(it.schema.guarded == std::vector<model::AttributeIndex>{3, 2});
  CHECK(it.schema[3].values == std::vector<std::string>{"boss", "worker"});
  CHECK(wire.attributes[3].codes == std::vector<std::pair<std::string, json::Json>>{{"boss", 1}, {"worker", "w"}});
  CHECK(wire.attributes[2].number_on_update);
  CHECK_FALSE(wire.attributes[2].number_on_create);
  CHECK_FALSE(it.schema.deactivation);
}

TEST_CASE("a richer profile that is broken is refused with line and key") {
  struct Row {
    std::string name;
    const char* from;
    const char* to;
    const char* sentence;
  };
  for (const Row& row : std::vector<Row>{
           {"an unknown paging", "\"by\": \"offset\"", "\"by\": \"ofset\"",
            ":6: operations.list.paging.by: expected \"page\""},
           {"paging that lacks its parameter", "\"offset\": \"/page/from\", ", "",
            ":6: operations.list.paging: paging by offset needs the key \"offset\""},
           {"paging by offset without a size", "\"size\": \"/page/size\", \"max\": 50, ", "",
            ":6: operations.list.paging: paging by offset needs the key \"max\""},
           {"a size without its largest", "\"size\": \"n\", \"max\": 10", "\"size\": \"n\"",
            ":10: operations.find_name.paging: \"size\", the parameter, and \"max\""},
           {"a key of another paging", "\"cursor\": \"token\"", "\"cursor\": \"token\", \"last\": \"/last\"",
            ":8: operations.find.paging.last: \"last\" says nothing where pages are by cursor"},
           {"a cursor that nobody tells", ", \"next\": \"/next\"", "",
            ":8: operations.find.paging: paging by cursor needs the key \"next\""},
           {"a first page of 2", "\"by\": \"offset\"", "\"by\": \"offset\", \"first\": 2",
            ":6: operations.list.paging.first"},
           {"a parameter in the body of a GET", "\"cursor\": \"token\"", "\"cursor\": \"/token\"",
            ":8: operations.find.paging.cursor: \"/token\" is a place of the request's body, and a GET has none"},
           {"a parameter that is no place", "/page/from", "/page~/from",
            ":6: operations.list.paging.offset: \"/page~/from\" is no JSON Pointer"},
           {"a size that is no place", "/page/size", "/page~2size",
            ":6: operations.list.paging.size: \"/page~2size\" is no JSON Pointer"},
           {"a count that is neither place nor header", "{\"header\": \"X-Total\"}", "{\"headr\": \"X-Total\"}",
            ":6: operations.list.paging.count: \"headr\" is not a key here; did you mean \"header\"?"},
           {"an address for a POST", "\"request\": \"GET /people\", \"query\": {\"name\"",
            "\"request\": \"POST /people\", \"query\": {\"name\"",
            ":10: operations.find_name.paging.by: an address that leads on is asked for by GET"},
           {"a body of a GET", "\"query\": {\"q\": \"{key}\"}", "\"query\": {\"q\": \"{key}\"}, \"body\": {}",
            ":7: operations.find.body: a GET has no body"},
           {"a listing of a POST with a placeholder", "\"sort\": \"login\"", "\"sort\": \"{key}\"",
            ":5: operations.list.body.sort: {key} is no placeholder here; none can stand there"},
           {"a pass with a placeholder", "\"state\": \"locked\"", "\"state\": \"{key}\"",
            ":5: operations.list.passes.1.body.state: {key} is no placeholder here"},
           {"a pass's query with a placeholder", "\"x\": \"y\"", "\"x\": \"{id}\"",
            ":5: operations.list.passes.2.query.x: {id} is no placeholder here"},
           {"no passes", "\"passes\": [{}, {\"body\": {\"state\": \"locked\"}}, {\"query\": {\"x\": \"y\"}}]",
            "\"passes\": []", ":5: operations.list.passes"},
           {"a placeholder deep in a body", "[\"{id}\"]", "[\"{id}\", {\"a\": \"{idd}\"}]",
            ":11: operations.read.body.ids.1.a: {idd} is no placeholder here; did you mean {id}?"},
           {"a body without the id", "[\"{id}\"]", "[\"id\"]", ":11: operations.read: neither the path, the query nor"},
           {"a brace left open in a body", "[\"{id}\"]", "[\"{id}\", \"{x\"]",
            ":11: operations.read.body.ids.1: a brace without"},
           {"a secret in the address of the own user", "/search/{credential.username}", "/search/{credential.secret}",
            ":12: operations.me.request: {credential.secret} is no placeholder here"},
           {"a secret that the own user is known by", "\"is\": \"{credential.username}\"",
            "\"is\": \"{credential.secret}\"", ":12: operations.me.is: {credential.secret} is no placeholder here"},
           {"an own user of no such attribute", "\"of\": [\"login\"", "\"of\": [\"lgin\"",
            ":12: operations.me.of.0: \"lgin\" is no attribute that the API gives back; did you mean \"login\"?"},
           {"a search for the own user that is half told", ", \"of\": [\"login\", \"given\"]", "",
            ":12: operations.me"},
           {"two ways to name the new user", "{\"location\": true}", "{\"location\": true, \"id\": \"/id\"}",
            ":13: operations.create.answer: expected {\"id\": POINTER} or {\"location\": true}"},
           {"a location that is none", "{\"location\": true}", "{\"location\": false}",
            ":13: operations.create.answer"},
           {"a media type that is no JSON", "application/vnd.x+json", "text/plain",
            ":13: operations.create.content_type: expected a media type of JSON"},
           {"an unknown way to send", "\"whole\"", "\"hole\"", ":14: operations.update.send: expected \"changed\""},
           {"an answer without a place", "{\"user\": \"\"}", "{}", ":14: operations.update.answer: the key \"user\""},
           {"an item of an error without words", "\"message\": \"/text\", ", "", ":15: errors.item: the key"},
           {"an unknown guarded attribute", "\"guarded\": [\"kind\"", "\"guarded\": [\"knd\"",
            ":3: user.guarded.0: \"knd\" is no attribute; did you mean \"kind\"?"},
           {"requests without a time", "\"user\": {\"id\"", "\"rate\": {\"requests\": 5}, \"user\": {\"id\"",
            ":3: rate: "},
           {"a code of two values", "\"worker\": \"w\"", "\"worker\": 1",
            ":19: attributes.kind.codes.worker: \"boss\" has this code already"},
           {"a code whose text another has", "\"worker\": \"w\"", "\"worker\": \"1\"",
            ":19: attributes.kind.codes.worker: \"boss\" has this code already"},
           {"a code that is an object", "\"worker\": \"w\"", "\"worker\": {}",
            ":19: attributes.kind.codes.worker: expected a text, a whole number, true or false"},
           {"a value without a code", "\"initial\": \"worker\"", "\"values\": [\"boss\", \"chief\"]",
            ":19: attributes.kind.values: \"chief\" has no code under \"codes\""},
           {"an initial value without a code", "\"initial\": \"worker\"", "\"initial\": \"w\"",
            ":19: attributes.kind.initial: \"w\" is none of the values of \"kind\""},
           {"codes of a boolean that is neither", "\"false\": 1", "\"no\": 1",
            ":20: attributes.on.codes.no: a boolean is \"true\" or \"false\""},
           {"one code of a boolean", ", \"false\": 1", "", ":20: attributes.on.codes: a boolean has two codes"},
           {"codes of an integer", "\"type\": \"boolean\", \"codes\": {\"true\": 0, \"false\": 1}",
            "\"type\": \"integer\", \"codes\": {\"1\": 2}",
            ":20: attributes.on.codes: only the types text and boolean"},
           {"a number that is none", "\"type\": \"boolean\", ", "\"type\": \"boolean\", \"as_number\": [\"create\"], ",
            ":20: attributes.on.as_number: only a text may be sent as a number"},
           {"a number in a direction that is none", "[\"update\"]", "[\"read\"]", ":18: attributes.given.as_number.0"},
           {"an attribute within another", "\"update\": \"/name/given\"", "\"update\": \"/login/given\"",
            ":18: attributes.given: update would send it at /login/given, within \"login\" at /login"},
           {"two attributes at one place", "\"update\": \"/name/given\"", "\"update\": \"/login\"",
            ":18: attributes.given: update would send it at /login, as \"login\""}}) {
    CAPTURE(row.name);
    const std::string fault = fault_of(replaced(rich, row.from, row.to));
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
