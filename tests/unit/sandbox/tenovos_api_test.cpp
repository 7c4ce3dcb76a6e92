#include "sandbox/tenovos_api.hpp"

#include <doctest/doctest.h>

#include <set>

#include "unit/sandbox/tenovos_fixture.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using namespace rostersync::sandbox::tenovos;
using namespace rostersync::sandbox::testing;
using json::Json;

namespace {

const std::string perceval = "7d675ef0-f423-11e9-8071-89c0c4052141";
const std::string own_group = groups()[0].id, other_group = groups()[1].id, foreign_group = groups().back().id;

constexpr const char* people = R"([
  {"userId": "7d675ef0-f423-11e9-8071-89c0c4052100", "emailId": "admin@example.com", "firstName": "Arthur",
   "lastName": "Pendragon", "me": true},
  {"userId": "7d675ef0-f423-11e9-8071-89c0c4052141", "emailId": "Perceval@kaamelott.example", "firstName": "Perceval",
   "lastName": "de Galles", "userName": "perceval", "phone": "0612", "contact": "+33 6 12", "country": "France"},
  {"userId": "7d675ef0-f423-11e9-8071-89c0c4052142", "emailId": "elodie@kaamelott.example", "firstName": "Élodie",
   "lastName": "Évrard", "status": "disabled", "groups": ["7d6207c6-f423-11e9-8071-89c0c4052141"]}
])";

std::set<std::string> names_of(const Json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

std::vector<std::string> first_names(const Json& answer) {
  std::vector<std::string> names;
  for (const Json& user : answer.at("data")) names.push_back(user.at("firstName"));
  return names;
}

// A valid create, with some members instead of its own; null: without.
std::string new_user(const Json& changes = Json::object()) {
  Json body = {{"firstName", "Yvain"},          {"lastName", "du Lion"},
               {"friendlyName", "Yvain the 1"}, {"email", "yvain@kaamelott.example"},
               {"username", "yvain"},           {"password", "secret"},
               {"accountType", "local"},        {"userRoleId", roles()[2].id},
               {"groups", {own_group}}};
  body.merge_patch(changes);
  return body.dump();
}

const std::set<std::string> v1_names = {"userId",   "customerId", "emailId", "firstName",
                                        "lastName", "roleId",     "status",  "groups"};

}  // namespace

TEST_CASE("every request needs the key, and but for a sign-in a session") {
  struct Row {
    const char* name;
    const char* header;
    const char* value;
    int status;
    const char* body;
  };
  const Row rows[] = {
      {"another key", "x-api-key", "other", 403, R"({"message":"Forbidden"})"},
      {"no key", "x-api-key", "", 403, R"({"message":"Forbidden"})"},
      {"another session", "authorization", "other", 401, R"({"message":"Unauthorized"})"},
      {"no session", "authorization", "", 401, R"({"message":"Unauthorized"})"},
      {"another access token", "accesstoken", "other", 401, R"({"message":"Unauthorized"})"},
      {"no access token", "accesstoken", "", 401, R"({"message":"Unauthorized"})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Tenovos played(people);
    if (*row.value == '\0') {
      played.headers.erase(row.header);
    } else {
      played.headers[row.header] = row.value;
    }
    for (const char* path : {"/user/search/*", "/roles", "/nowhere"}) {
      const Answer answer = played.ask("GET", path);
      CHECK(answer.status == row.status);
      CHECK(answer.body == row.body);
    }
  }
  Tenovos played(people);
  played.headers["authorization"] = "Bearer " + played.headers["authorization"];
  CHECK(played.ask("GET", "/roles").status == 401);
}

TEST_CASE("a sign-in needs the key too, and is refused once it is revoked") {
  Tenovos played(people);
  played.headers = {{"x-api-key", "other"}};
  CHECK(played.sign_in().status == 403);
  played.headers = {{"x-api-key", key}};
  CHECK(played.sign_in().status == 200);
  played.rules.revoked = true;
  CHECK(played.sign_in().body == R"({"message":"Forbidden"})");
}

TEST_CASE("a sign-in is held to its page") {
  struct Row {
    const char* name;
    Version version;
    const char* body;
    int status;
  };
  const Row rows[] = {
      {"as it should be", Version::v1_5, sign_in_body, 200},
      {"wrong password", Version::v1_5, R"({"username": "admin@example.com", "password": "x"})", 401},
      {"wrong user", Version::v1_5, R"({"username": "x", "password": "sandbox-password"})", 401},
      {"no password", Version::v1_5, R"({"username": "admin@example.com"})", 400},
      {"a number", Version::v1_5, R"({"username": "admin@example.com", "password": 1})", 400},
      {"clientId is version 1's", Version::v1_5,
       R"({"clientId": "sandbox-client", "username": "admin@example.com", "password": "sandbox-password"})", 400},
      {"version 1 with it", Version::v1,
       R"({"clientId": "sandbox-client", "username": "admin@example.com", "password": "sandbox-password"})", 200},
      {"version 1 without", Version::v1, sign_in_body, 400},
      {"version 1 for another client", Version::v1,
       R"({"clientId": "x", "username": "admin@example.com", "password": "sandbox-password"})", 401},
      {"half a session", Version::v1_5, R"({"session": {"accessToken": "x"}})", 400},
      {"unknown tokens", Version::v1_5, R"({"session": {"accessToken": "x", "refreshToken": "y"}})", 401},
      {"no JSON", Version::v1_5, "{", 400},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Tenovos played(people, row.version);
    const Answer answer = played.ask("POST", "/auth/token", row.body);
    CHECK(answer.status == row.status);
    CHECK_FALSE(answer.committed);
    CHECK(answer.body.find("sandbox-password") == std::string::npos);
    CHECK(names_of(body_of(answer)) == (row.status == 200   ? std::set<std::string>{"session"}
                                        : row.status == 401 ? std::set<std::string>{"message"}
                                                            : std::set<std::string>{"message", "status"}));
  }
}

TEST_CASE("a session says truly when it ends") {
  Tenovos played(people);
  played.rules.sessions.life = std::chrono::seconds(90);
  const Json session = played.take(played.sign_in());
  CHECK(names_of(session) == std::set<std::string>{"authorization", "refreshToken", "accessToken", "expireEpoch"});
  CHECK(session.at("expireEpoch") == 1'700'000'090'000);
  played.clock.passed = std::chrono::milliseconds(89'999);
  CHECK(played.ask("GET", "/roles").status == 200);
  played.clock.passed = std::chrono::seconds(90);
  CHECK(played.ask("GET", "/roles").status == 401);
  Tenovos hour(people);
  CHECK(hour.take(hour.sign_in()).at("expireEpoch") == 1'700'003'600'000);
}

TEST_CASE("a session is good for so many requests") {
  Tenovos played(people);
  played.rules.sessions.requests = 2;
  const Json session = played.take(played.sign_in());
  for (const int expected : {200, 200, 401, 401}) CHECK(played.ask("GET", "/roles").status == expected);
  played.take(played.refresh(session));
  for (const int expected : {200, 200, 401}) CHECK(played.ask("GET", "/roles").status == expected);
}

TEST_CASE("a refresh makes another session, and the old one lives on") {
  Tenovos played(people);
  const Json old = played.take(played.sign_in());
  const Headers before = played.headers;
  const Json fresh = played.take(played.refresh(old));
  for (const char* token : {"authorization", "accessToken", "refreshToken"}) CHECK(old.at(token) != fresh.at(token));
  CHECK(played.ask("GET", "/roles").status == 200);
  played.headers = before;
  CHECK(played.ask("GET", "/roles").status == 200);

  Json mixed = old;
  mixed["accessToken"] = fresh.at("accessToken");
  CHECK(played.refresh(mixed).status == 401);
  played.clock.passed = std::chrono::hours(24 * 30) - std::chrono::seconds(1);
  CHECK(played.ask("GET", "/roles").status == 401);
  CHECK(played.refresh(old).status == 200);
  played.clock.passed = std::chrono::hours(24 * 30);
  CHECK(played.refresh(old).status == 401);
  CHECK(played.sign_in().status == 200);
}

TEST_CASE("where sessions cannot be refreshed a sign-in still can be made") {
  Tenovos played(people);
  played.rules.sessions.refresh = false;
  const Json session = played.take(played.sign_in());
  CHECK(played.refresh(session).body == R"({"message":"Unauthorized"})");
  CHECK(played.ask("GET", "/roles").status == 200);
  CHECK(played.sign_in().status == 200);
}

TEST_CASE("who disables the caller has lost the session, and cannot sign in again") {
  Tenovos played(people);
  const Json session = played.take(played.sign_in());
  CHECK(played.update("7d675ef0-f423-11e9-8071-89c0c4052100", R"({"status": "disabled"})").status == 200);
  CHECK(played.ask("GET", "/roles").status == 401);
  CHECK(played.sign_in().status == 401);
  CHECK(played.refresh(session).status == 401);
}

TEST_CASE("a user is answered as its page has it, by each version") {
  Tenovos played(people);
  const Json expected = {{"userId", perceval},
                         {"customerId", "1234567890"},
                         {"emailId", "Perceval@kaamelott.example"},
                         {"firstName", "Perceval"},
                         {"lastName", "de Galles"},
                         {"roleId", roles()[0].id},
                         {"status", "enabled"},
                         {"groups", {own_group}},
                         {"userName", "perceval"},
                         {"phone", "0612"},
                         {"contact", "+33 6 12"},
                         {"country", "France"},
                         {"company", ""},
                         {"friendlyName", "Perceval de Galles"}};
  CHECK(played.user(perceval) == expected);
  CHECK(played.found("perceval").at("data") == Json::array({expected}));
  Tenovos old(people, Version::v1);
  CHECK(names_of(old.user(perceval)) == v1_names);
  CHECK(names_of(old.found("perceval").at("data").at(0)) == v1_names);
  CHECK(names_of(body_of(old.update(perceval, R"({"country": "Wales"})"))) == v1_names);
}

TEST_CASE("a search finds a text in names and e-mail, without case, and * is everybody") {
  using Names = std::vector<std::string>;
  struct Row {
    const char* name;
    const char* asked;
    std::size_t count;
    Names found;
  };
  const Row rows[] = {
      {"everybody", "*", 3, {"Arthur", "Perceval", "Élodie"}},
      {"the star, escaped", "%2A", 3, {"Arthur", "Perceval", "Élodie"}},
      {"a first page", "*?from=0&limit=2", 3, {"Arthur", "Perceval"}},
      {"a later one", "*?from=2&limit=2", 3, {"Élodie"}},
      {"past the end", "*?from=3", 3, {}},
      {"an e-mail address", "PERCEVAL%40kaamelott.example", 1, {"Perceval"}},
      {"part of one", "kaamelott", 2, {"Perceval", "Élodie"}},
      {"a page of those", "kaamelott?from=1&limit=1", 2, {"Élodie"}},
      {"a whole name", "perceval%20de%20galles", 1, {"Perceval"}},
      {"words in another order are another text", "galles%20perceval", 0, {}},
      {"accents fold their case", "%C3%A9vrard", 1, {"Élodie"}},
      {"a plus is a plus", "de+galles", 0, {}},
      {"nobody", "lancelot", 0, {}},
  };
  Tenovos played(people);
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Json answer = played.found(row.asked);
    CHECK(names_of(answer) == std::set<std::string>{"status", "count", "data"});
    CHECK(answer.at("status") == "success");
    CHECK(answer.at("count") == row.count);
    CHECK(first_names(answer) == row.found);
  }
}

TEST_CASE("version 1 shows those of the caller's own groups, all at once and uncounted") {
  Tenovos played(people, Version::v1);
  const Json everybody = played.found("*");
  CHECK(names_of(everybody) == std::set<std::string>{"status", "data"});
  CHECK(first_names(everybody) == std::vector<std::string>{"Arthur", "Perceval"});
  CHECK(first_names(played.found("kaamelott")) == std::vector<std::string>{"Perceval"});
  CHECK(played.ask("GET", "/user/7d675ef0-f423-11e9-8071-89c0c4052142").status == 200);
  CHECK(played.fault("GET", "/user/search/*?from=0", "").find("from") == 0);
  played.update(perceval, R"({"groups": [")" + foreign_group + R"("]})");
  CHECK(first_names(played.found("*")) == std::vector<std::string>{"Arthur"});
}

TEST_CASE("wrong query parameters are refused") {
  Tenovos played(people);
  for (const char* path :
       {"/user/search/*?limit=101", "/user/search/*?limit=0", "/user/search/*?limit=", "/user/search/*?from=-1",
        "/user/search/*?from=x", "/user/search/*?from=1&from=2", "/user/search/*?page=1", "/user/search/%ff",
        "/user/x?a=1", "/roles?a=1", "/security/groups?a=1"}) {
    CAPTURE(path);
    CHECK(played.fault("GET", path, "").find("no fault") == std::string::npos);
  }
  CHECK(played.ask("GET", "/user/search/*?limit=100").status == 200);
}

TEST_CASE("a page of a search without a limit holds twenty") {
  Tenovos played(people);
  for (int i = 0; i < 30; ++i) {
    const auto name = "u" + std::to_string(i);
    CHECK(played.ask("POST", "/user", new_user({{"email", name + "@example.com"}, {"username", name}})).committed);
  }
  CHECK(played.found("*").at("data").size() == 20);
  CHECK(played.found("*").at("count") == 33);
}

TEST_CASE("a create makes the user and answers without an id") {
  Tenovos played(people);
  const Answer answer = played.ask(
      "POST", "/user",
      new_user({{"customAttributes", {{"country", "UK"}, {"company", "Co"}, {"phone", "+44 1"}, {"contact", "07"}}}}));
  CHECK(answer.status == 200);
  CHECK(answer.committed);
  CHECK(body_of(answer) == Json{{"roleId", roles()[2].id}, {"status", "success"}});
  Json user = played.found("yvain%40kaamelott.example").at("data").at(0);
  CHECK(played.user(user.at("userId")) == user);
  CHECK(user.at("userId").get<std::string>().size() == 36);
  user.erase("userId");
  CHECK(user == Json{{"customerId", "1234567890"},
                     {"emailId", "yvain@kaamelott.example"},
                     {"firstName", "Yvain"},
                     {"lastName", "du Lion"},
                     {"roleId", roles()[2].id},
                     {"status", "enabled"},
                     {"groups", {own_group}},
                     {"userName", "yvain"},
                     {"phone", "+44 1"},
                     {"contact", "07"},
                     {"country", "UK"},
                     {"company", "Co"},
                     {"friendlyName", "Yvain the 1"}});
  const std::string kept = played.store.person_text(3);
  CHECK(kept.find(R"("accountType":"local")") != std::string::npos);
  CHECK(kept.find("secret") == std::string::npos);
}

TEST_CASE("a create is held to its page") {
  struct Row {
    const char* name;
    Json change;
    const char* said;
  };
  const Row rows[] = {
      {"no first name", {{"firstName", nullptr}}, "firstName"},
      {"no last name", {{"lastName", nullptr}}, "lastName"},
      {"no friendly name", {{"friendlyName", nullptr}}, "friendlyName"},
      {"no e-mail", {{"email", nullptr}}, "email"},
      {"no user name", {{"username", nullptr}}, "username"},
      {"no password", {{"password", nullptr}}, "password"},
      {"no account type", {{"accountType", nullptr}}, "accountType"},
      {"no role", {{"userRoleId", nullptr}}, "userRoleId"},
      {"no groups", {{"groups", nullptr}}, "groups"},
      {"an empty list of groups", {{"groups", Json::array()}}, "groups"},
      {"an empty name", {{"firstName", ""}}, "firstName"},
      {"a name as it is answered", {{"emailId", "x@example.com"}}, "emailId"},
      {"no e-mail address", {{"email", "nobody"}}, "email"},
      {"an account type", {{"accountType", "Local"}}, "accountType"},
      {"a role that there is not", {{"userRoleId", "x"}}, "userRoleId"},
      {"the role's name is for updates", {{"userRoleName", "Reviewer"}}, "userRoleName"},
      {"so is the status", {{"status", "enabled"}}, "status"},
      {"a group that there is not", {{"groups", {"x"}}}, "groups"},
      {"groups as a text", {{"groups", "x"}}, "groups"},
      {"a country beside the custom attributes", {{"country", "France"}}, "country"},
      {"a custom attribute that there is not", {{"customAttributes", {{"city", "Paris"}}}}, "customAttributes"},
      {"a telephone as a number", {{"customAttributes", {{"phone", 1}}}}, "customAttributes"},
      {"an address that is taken", {{"email", "PERCEVAL@kaamelott.example"}}, "A user with this email already exists"},
      {"a user name that is taken", {{"username", "Perceval"}}, "A user with this username already exists"},
  };
  Tenovos played(people);
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const std::string said = played.fault("POST", "/user", new_user(row.change));
    CHECK(said.starts_with(row.said));
    CHECK(said.find("secret") == std::string::npos);
  }
  CHECK(played.ask("POST", "/user", new_user()).committed);
  CHECK(played.fault("POST", "/user", new_user()).find("already exists") != std::string::npos);
}

TEST_CASE("an update changes what it names, and answers the whole user") {
  struct Row {
    const char* name;
    std::string sent;
    Json changed;
  };
  const Row rows[] = {
      {"names",
       R"({"firstName": "P", "lastName": "G", "friendlyName": "PG"})",
       {{"firstName", "P"}, {"lastName", "G"}, {"friendlyName", "PG"}}},
      {"the e-mail is answered by another name", R"({"email": "p@example.com"})", {{"emailId", "p@example.com"}}},
      {"its own e-mail in other letters",
       R"({"email": "perceval@KAAMELOTT.example"})",
       {{"emailId", "perceval@KAAMELOTT.example"}}},
      {"telephones are numbers, answered as texts",
       R"({"contact": 612345678, "phone": 0})",
       {{"contact", "612345678"}, {"phone", "0"}}},
      {"company and country", R"({"company": "C", "country": ""})", {{"company", "C"}, {"country", ""}}},
      {"the role by its id", R"({"userRoleId": ")" + roles()[3].id + R"("})", {{"roleId", roles()[3].id}}},
      {"the role by its name", R"({"userRoleName": "Reviewer"})", {{"roleId", roles()[4].id}}},
      {"by both",
       R"({"userRoleName": "Reviewer", "userRoleId": ")" + roles()[4].id + R"("})",
       {{"roleId", roles()[4].id}}},
      {"groups are replaced", R"({"groups": [")" + other_group + R"("]})", {{"groups", {other_group}}}},
      {"by none", R"({"groups": []})", {{"groups", Json::array()}}},
      {"status", R"({"status": "disabled"})", {{"status", "disabled"}}},
      {"nothing", "{}", Json::object()},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Tenovos played(people);
    Json expected = played.user(perceval);
    expected.update(row.changed);
    const Answer answer = played.update(perceval, row.sent);
    CHECK(answer.status == 200);
    CHECK(answer.committed);
    CHECK(body_of(answer) == expected);
    CHECK(played.user(perceval) == expected);
  }
}

TEST_CASE("version 1 keeps what it does not answer") {
  Tenovos played(people, Version::v1);
  CHECK(played.update(perceval, R"({"company": "C", "phone": 612})").status == 200);
  const Json kept = Json::parse(played.store.person_text(*played.store.find_id(perceval)));
  CHECK(kept.at("company") == "C");
  CHECK(kept.at("phone") == "612");
  CHECK(kept.at("contact") == "+33 6 12");
}

TEST_CASE("an update is held to its page") {
  struct Row {
    const char* name;
    std::string sent;
    const char* said;
  };
  const Row rows[] = {
      {"an unknown member", R"({"nickname": "P"})", "nickname"},
      {"a name as it is answered", R"({"emailId": "p@example.com"})", "emailId"},
      {"the role as it is answered", R"({"roleId": "x"})", "roleId"},
      {"the user name is for creates", R"({"username": "p"})", "username"},
      {"the password too", R"({"password": "secret"})", "password"},
      {"custom attributes too", R"({"customAttributes": {}})", "customAttributes"},
      {"a telephone as a text", R"({"phone": "612"})", "phone"},
      {"the other telephone as a text", R"({"contact": "612"})", "contact"},
      {"a broken number", R"({"phone": 6.5})", "phone"},
      {"a number with a fraction of nothing", R"({"phone": 6.0})", "phone"},
      {"a negative one", R"({"phone": -6})", "phone"},
      {"status in other letters", R"({"status": "Disabled"})", "status"},
      {"null", R"({"company": null})", "company"},
      {"a first name of nothing", R"({"firstName": ""})", "firstName"},
      {"no e-mail address", R"({"email": "p"})", "email"},
      {"an address that is taken", R"({"email": "ELODIE@kaamelott.example"})", "A user with this email already exists"},
      {"a role that there is not", R"({"userRoleId": "x"})", "userRoleId"},
      {"a name of a role that there is not", R"({"userRoleName": "reviewer"})", "userRoleName"},
      {"two roles", R"({"userRoleName": "Reviewer", "userRoleId": ")" + roles()[0].id + R"("})", "userRoleName"},
      {"a group that there is not", R"({"groups": [")" + own_group + R"(", "x"]})", "groups"},
      {"a group by its name", R"({"groups": ["Everyone"]})", "groups"},
      {"no object", "[]", "body"},
      {"no JSON", "{", "The body is not valid JSON"},
  };
  Tenovos played(people);
  const Json before = played.user(perceval);
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(played.fault("PATCH", "/user/" + perceval, row.sent).starts_with(row.said));
  }
  CHECK(played.fault("PATCH", "/user/" + perceval + "?x=1", "{}").starts_with("x"));
  CHECK(played.user(perceval) == before);
}

TEST_CASE("what is refused without a look at the body") {
  Tenovos played(people);
  played.rules.forbidden = {"perceval@kaamelott.example"};
  struct Row {
    const char* name;
    const char* method;
    std::string path;
    int status;
    const char* body;
  };
  const Row rows[] = {
      {"an unknown user read", "GET", "/user/nobody", 403, R"({"message":"User not found"})"},
      {"an unknown user updated", "PATCH", "/user/nobody", 403, R"({"message":"User not found"})"},
      {"a forbidden user", "PATCH", "/user/" + perceval, 403, R"({"message":"User not found"})"},
      {"an unknown path", "GET", "/users", 404, R"({"message":"Not Found"})"},
      {"a search for nothing", "GET", "/user/search/", 404, R"({"message":"Not Found"})"},
      {"another method", "PUT", "/user/" + perceval, 405, R"({"message":"Method Not Allowed"})"},
      {"there is no delete", "DELETE", "/user/" + perceval, 405, R"({"message":"Method Not Allowed"})"},
      {"a sign-in that is read", "GET", "/auth/token", 405, R"({"message":"Method Not Allowed"})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Answer answer = played.ask(row.method, row.path, *row.method == 'P' ? "{}" : "");
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.body);
  }
  const Request form = make_request("POST", "/v1/user", "text/plain", played.headers, "{}");
  CHECK(played.api.answer(form, route(form, Version::v1_5), {}).status == 400);
  Tenovos old(people, Version::v1);
  CHECK(old.ask("GET", "/roles").status == 404);
  CHECK(route(call("GET", "/v1/user/x", "", {}), Version::v1).operation == Operation::unknown);
}

TEST_CASE("roles and groups are told") {
  Tenovos played(people);
  const Json told = body_of(played.ask("GET", "/roles"));
  CHECK(told.at(0) == Json{{"id", "7d5620e0-f423-11e9-8071-89c0c4052141"}, {"name", "End user"}});
  CHECK(told.size() == roles().size());
  const Json grouped = body_of(played.ask("GET", "/security/groups"));
  CHECK(grouped.at(0) == Json{{"groupId", "7d6207c0-f423-11e9-8071-89c0c4052141"}, {"groupName", "Everyone"}});
  CHECK(grouped.size() == groups().size());
}

TEST_CASE("listings can lack attributes and disabled users; a read by id never does") {
  Tenovos played(people);
  played.rules.listing_omits = {"phone", "groups"};
  played.rules.hide_disabled = true;
  const Json everybody = played.found("*");
  CHECK(everybody.at("count") == 2);
  CHECK_FALSE(everybody.at("data").at(1).contains("phone"));
  CHECK(everybody.at("data").at(1).contains("contact"));
  CHECK(played.user(perceval).contains("phone"));
  CHECK(played.ask("GET", "/user/7d675ef0-f423-11e9-8071-89c0c4052142").status == 200);
}

TEST_CASE("what it ignores it takes and does not keep, and the answer of an update shows it") {
  Tenovos played(people);
  played.rules.ignores = {"firstName", "emailId", "roleId", "country"};
  const Answer updated = played.update(perceval, R"({"firstName": "P", "lastName": "G", "userRoleName": "Reviewer"})");
  CHECK(updated.committed);
  CHECK(body_of(updated).at("firstName") == "Perceval");
  CHECK(body_of(updated).at("lastName") == "G");
  CHECK(body_of(updated).at("roleId") == roles()[0].id);
  CHECK(played.ask("POST", "/user", new_user({{"customAttributes", {{"country", "UK"}}}})).committed);
  const Json user = played.found("yvain@kaamelott.example").at("data").at(0);
  CHECK(user.at("country") == "");
  CHECK(user.at("roleId") == roles()[0].id);
}

TEST_CASE("a lag shows who was written as before, by id and to a search for a text, but not to a listing") {
  Tenovos played(people);
  played.rules.lag = 2;
  CHECK(body_of(played.update(perceval, R"({"firstName": "Provencal"})")).at("firstName") == "Provencal");
  CHECK(played.user(perceval).at("firstName") == "Perceval");
  CHECK(first_names(played.found("kaamelott")) == std::vector<std::string>{"Perceval", "Élodie"});
  CHECK(played.user(perceval).at("firstName") == "Provencal");

  CHECK(played.ask("POST", "/user", new_user()).committed);
  CHECK(played.found("*").at("count") == 4);
  CHECK(played.found("yvain").at("count") == 0);
  const auto id = played.store.facts(*played.store.find_email("yvain@kaamelott.example")).id;
  CHECK(played.ask("GET", "/user/" + id).body == R"({"message":"User not found"})");
  CHECK(played.found("yvain").at("count") == 1);
}

TEST_CASE("the old e-mail is free after a change, and its next holder has an id of their own") {
  Tenovos played(people);
  CHECK(played.ask("POST", "/user", new_user()).committed);
  const auto id = played.store.facts(*played.store.find_email("yvain@kaamelott.example")).id;
  CHECK(played.update(id, R"({"email": "lion@kaamelott.example"})").committed);
  CHECK(played.ask("POST", "/user", new_user({{"username", "another"}})).committed);
  CHECK(played.store.facts(*played.store.find_email("yvain@kaamelott.example")).id != id);
}
