#include "directory/body.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/directory/api_profile.hpp"

using namespace rostersync;
using namespace rostersync::test;
using directory::Direction;
using json::Json;

namespace {

struct Fixture {
  profile::Profile profile = api_profile();
  profile::AttributePaths& paths(model::AttributeIndex index) { return profile.wire.attributes[index]; }

  Json sent(std::vector<model::AttributeChange> changes, Direction direction = Direction::update) const {
    return directory::body_of(profile.schema, profile.wire, nullptr, "", changes, direction);
  }
  Json sent_within(const char* constants, const std::string& at, std::vector<model::AttributeChange> changes) const {
    return directory::body_of(profile.schema, profile.wire, Json::parse(constants), at, changes, Direction::update);
  }
  Json whole(const char* as_read, std::vector<model::AttributeChange> changes = {}) const {
    return directory::whole_user_object(profile.schema, profile.wire, Json::parse(as_read), changes);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an attribute goes where its direction has it") {
  paths(first_name) = at("/name/given", "/name/first", "/given~1name");
  CHECK(sent({is(first_name, "Per")}) == Json{{"given/name", "Per"}});
  CHECK(sent({is(first_name, "Per")}, Direction::create) == Json{{"name", {{"first", "Per"}}}});
  CHECK(sent({is(title, "King")}, Direction::create) == Json::object());
  CHECK(sent({}) == Json::object());
}

TEST_CASE_FIXTURE(Fixture, "items of arrays, and names that are numbers") {
  paths(email).update = "/emails/0/value";
  paths(city).update = "/emails/0/type";
  paths(title).update = "/custom/360012";
  CHECK(sent({is(email, "a@b.c"), is(city, "work"), is(title, "x")}) ==
        Json{{"emails", {{{"value", "a@b.c"}, {"type", "work"}}}}, {"custom", {{"360012", "x"}}}});
}

TEST_CASE_FIXTURE(Fixture, "a place within what another attribute has set gives no exception") {
  paths(last_name).update = "/first_name/last";
  CHECK(sent({is(first_name, "Per"), is(last_name, "x")}) == Json{{"first_name", {{"last", "x"}}}});
}

TEST_CASE_FIXTURE(Fixture, "what has a code is sent as the code, by its type") {
  paths(role).codes = {{"ADMIN", 1}, {"USER", "u"}, {"BOT", true}};
  paths(disabled).codes = {{"true", 0}, {"false", 1}};
  paths(disabled).create = "/disabled";
  CHECK(sent({is(role, "ADMIN")}) == Json{{"role", 1}});
  CHECK(sent({is(role, "USER")}) == Json{{"role", "u"}});
  CHECK(sent({is(role, "BOT"), is(disabled, "true")}, Direction::create) == Json{{"role", true}, {"disabled", 0}});
  CHECK(sent({is(role, "other")}) == Json{{"role", "other"}});
  paths(role).cleared = "";
  CHECK(sent({cleared(role, "ADMIN")}) == Json{{"role", ""}});
}

TEST_CASE_FIXTURE(Fixture, "digits are sent as a number where no digit can be lost") {
  struct Case {
    std::string text;
    Json said;
  };
  paths(title).number_on_update = true;
  for (const Case& one : std::vector<Case>{{"17", 17},
                                           {"9", 9},
                                           {"123456789012345", 123456789012345},
                                           {"999999999999999", 999999999999999},
                                           {"1234567890123456", "1234567890123456"},
                                           {"0", "0"},
                                           {"007", "007"},
                                           {"+5", "+5"},
                                           {"-5", "-5"},
                                           {"1.5", "1.5"},
                                           {"1e3", "1e3"},
                                           {"1 2", "1 2"},
                                           {"A1", "A1"},
                                           {"\u0661\u0662", "\u0661\u0662"}}) {
    CAPTURE(one.text);
    CHECK(sent({is(title, one.text)}) == Json{{"title", one.said}});
  }
  paths(title).create = "/title";
  CHECK(sent({is(title, "17")}, Direction::create) == Json{{"title", "17"}});
  paths(title).number_on_create = true;
  paths(title).number_on_update = false;
  CHECK(sent({is(title, "17")}, Direction::create) == Json{{"title", 17}});
  CHECK(sent({is(title, "17")}) == Json{{"title", "17"}});
}

TEST_CASE_FIXTURE(Fixture, "a whole user is what was read, with the changes over it") {
  CHECK(whole(R"({"id": "u1", "email": "a@b.c", "first_name": "Per", "locale": {"lang": "fr"}, "teams": ["a"]})",
              {from(first_name, "Per", "Perceval"), from(city, "", "Vannes"), cleared(teams, R"(["a"])")}) ==
        Json{{"id", "u1"},
             {"email", "a@b.c"},
             {"first_name", "Perceval"},
             {"locale", {{"lang", "fr"}}},
             {"teams", Json::array()},
             {"address", {{"city", "Vannes"}}}});
  CHECK(whole("{}", {is(first_name, "Per")}) == Json{{"first_name", "Per"}});
}

TEST_CASE_FIXTURE(Fixture, "a whole user has each attribute where an update has it, and the others as they were read") {
  paths(id).read = "/meta/id";
  paths(email) = at("/contact/email", "", "/mail");
  paths(first_name) = at("/a", "", "/b");
  paths(last_name) = at("/b", "", "/a");
  paths(title) = at("/title", "", "");
  paths(city) = at("/address/city", "", "");
  CHECK(whole(R"({"meta": {"id": 1, "etag": "x"}, "contact": {"email": "a@b.c"}, "a": "Per", "b": "Galles",
                  "title": "King", "address": {"city": "Vannes", "zip": "56"}})") ==
        Json{{"meta", {{"id", 1}, {"etag", "x"}}},
             {"mail", "a@b.c"},
             {"b", "Per"},
             {"a", "Galles"},
             {"title", "King"},
             {"address", {{"city", "Vannes"}, {"zip", "56"}}}});
  CHECK(whole(R"({"contact": {"email": null}, "title": null})") == Json{{"title", nullptr}});
}

TEST_CASE_FIXTURE(Fixture, "a whole user goes without what the profile leaves out") {
  profile.wire.update.without = {"/id", "/address/since", "/nothing/there"};
  CHECK(whole(R"({"id": 1, "email": "a@b.c", "address": {"since": 2020}})") == Json{{"email", "a@b.c"}});
  CHECK(whole(R"({"id": 1, "address": {"since": 2020, "zip": "56"}})") == Json{{"address", {{"zip", "56"}}}});
}

TEST_CASE_FIXTURE(Fixture, "attributes stand beside constant members, in arrays too") {
  paths(title) = at("", "", "/logins/0/word");
  paths(first_name) = at("", "", "/name/given");
  CHECK(sent_within(R"({"logins": [{"kind": "password"}, {"kind": "key"}], "name": {"locale": "fr"}})", "",
                    {is(title, "x"), is(first_name, "Per")}) ==
        Json{{"logins", {{{"kind", "password"}, {"word", "x"}}, {{"kind", "key"}}}},
             {"name", {{"locale", "fr"}, {"given", "Per"}}}});
  CHECK(sent_within(R"({"notify": false, "user": {"logins": [{"kind": "password"}]}})", "/user", {is(title, "x")}) ==
        Json{{"notify", false}, {"user", {{"logins", {{{"kind", "password"}, {"word", "x"}}}}}}});
  CHECK(sent_within(R"({"user": "none"})", "/user", {is(first_name, "Per")}) ==
        Json{{"user", {{"name", {{"given", "Per"}}}}}});
}

TEST_CASE_FIXTURE(Fixture, "what an array holds stays where it is, and is sent elsewhere besides") {
  paths(email) = at("/emails/0/value", "", "/mail");
  paths(title) = at("/titles/1", "", "");
  CHECK(whole(R"({"emails": [{"value": "a@b.c"}, {"value": "d"}], "titles": ["x", "y", "z"]})") ==
        Json{{"emails", {{{"value", "a@b.c"}}, {{"value", "d"}}}}, {"mail", "a@b.c"}, {"titles", {"x", "y", "z"}}});
}

TEST_CASE_FIXTURE(Fixture, "whatever an API says of a user, nothing is thrown") {
  paths(first_name) = at("/name/given", "", "/name/given");
  paths(last_name) = at("/name/family", "", "/family/0/name");
  paths(title) = at("/job/0/title", "", "");
  paths(email) = at("/mail/", "", "/mail/99999999999999999999999");
  for (const std::string thing :
       {"null", "true", "7", "-1.5", R"("text")", "[]", R"(["x"])", R"([{"given": "x"}])", "{}",
        R"({"given": "x", "family": {"a": [1]}, "": 1})", R"([[[]]])", R"({"0": "x"})"}) {
    CAPTURE(thing);
    Json user = Json::object();
    for (const std::string member : {"name", "family", "job", "mail", "id"}) user[member] = Json::parse(thing);
    const Json sent = whole(user.dump().c_str(), {is(first_name, "Per"), is(last_name, "de Galles")});
    CHECK(sent.at("name").at("given") == "Per");
    CHECK(sent.at("family").dump().find("de Galles") != std::string::npos);
  }
}

TEST_CASE("the user stands where the request's body holds it") {
  using directory::enclosed;
  const Json user{{"name", {{"given", "Per"}}}, {"role", "x"}};
  CHECK(enclosed(nullptr, "", user) == user);
  CHECK(enclosed(nullptr, "/data/user", user) == Json{{"data", {{"user", user}}}});
  CHECK(enclosed(Json{{"notify", false}}, "/user", user) == Json{{"notify", false}, {"user", user}});
  CHECK(enclosed(Json{{"notify", false}}, "", user) == Json{{"notify", false}, {"name", user["name"]}, {"role", "x"}});
  CHECK(enclosed(Json{{"user", "none"}}, "/user", user) == Json{{"user", user}});
  CHECK(enclosed(Json{{"data", "none"}}, "/data/user", user) == Json{{"data", {{"user", user}}}});
  CHECK(enclosed(Json{{"users", Json::array()}}, "/users/0", user) == Json{{"users", {user}}});
}

TEST_CASE("constant members beside the user's stay, and the user wins") {
  const Json constants{{"user", {{"name", {{"locale", "fr"}, {"given", "nobody"}}}, {"kind", "person"}}}};
  CHECK(directory::enclosed(constants, "/user", Json{{"name", {{"given", "Per"}}}}) ==
        Json{{"user", {{"name", {{"locale", "fr"}, {"given", "Per"}}}, {"kind", "person"}}}});
}

TEST_CASE("the value that a code stands for") {
  profile::AttributePaths paths;
  CHECK_FALSE(directory::value_of_code(paths, 1));
  paths.codes = {{"active", 1}, {"locked", "3"}, {"gone", false}, {"none", "null"}};
  struct Case {
    Json said;
    std::optional<std::string> value;
  };
  for (const Case& one : std::vector<Case>{{1, "active"},
                                           {"1", "active"},
                                           {1.0, "active"},
                                           {3, "locked"},
                                           {"3", "locked"},
                                           {false, "gone"},
                                           {"false", "gone"},
                                           {"null", "none"},
                                           {2, std::nullopt},
                                           {true, std::nullopt},
                                           {"active", std::nullopt},
                                           {nullptr, std::nullopt},
                                           {Json::array({1}), std::nullopt},
                                           {Json::object(), std::nullopt}}) {
    CAPTURE(one.said.dump());
    CHECK(directory::value_of_code(paths, one.said) == one.value);
  }
}
