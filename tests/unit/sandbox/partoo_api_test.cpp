#include "sandbox/partoo_api.hpp"

#include <doctest/doctest.h>

#include <set>

#include "sandbox/body_check.hpp"
#include "sandbox/partoo_published.hpp"
#include "unit/sandbox/fixture.hpp"

using namespace rostersync;
using namespace rostersync::sandbox;
using namespace rostersync::sandbox::partoo;
using namespace rostersync::sandbox::testing;
using json::Json;

namespace {

constexpr const char* perceval_id = "5309c3a237bbc544d8e26737";
constexpr const char* people = R"([
  {"id": "5309c3a237bbc544d8e26700", "email": "arthur@kaamelott.example", "first_name": "Arthur", "last_name": "Pendragon",
   "role": "ORG_ADMIN", "me": true},
  {"id": "5309c3a237bbc544d8e26737", "email": "Perceval@kaamelott.example", "first_name": "Perceval",
   "last_name": "de Galles", "role": "BUSINESS_MANAGER", "business_ids": ["b2", "b1"]},
  {"id": "5309c3a237bbc544d8e26738", "email": "elodie@kaamelott.example", "first_name": "Élodie", "last_name": "Évrard",
   "role": "GROUP_MANAGER", "accesses": [[1, 2], [3]], "status": "invited", "disabled": true}
])";

struct Played {
  StoppedClock clock;
  Store store;
  PartooApi api{store, clock, base::Secret(key)};
  ApiRules rules;

  Played() : store(store_of(accounts_from(json::parse_document(people, "people")))) {}

  Answer ask(const Request& request) { return api.answer(request, route(request), rules); }
  Json user(const std::string& id) { return body_of(ask(get("/v2/user/" + id))); }
  Json found(const std::string& query) { return body_of(ask(get("/v2/user/search?" + query))); }
  Json fault(const std::string& target, const std::string& body) {
    const Answer answer = ask(post(target, body));
    CHECK(answer.status == 400);
    CHECK_FALSE(answer.committed);
    return body_of(answer).at("errors").at("json");
  }
};

std::vector<std::string> first_names(const Json& page) {
  std::vector<std::string> names;
  for (const Json& user : page.at("users")) names.push_back(user.at("first_name"));
  return names;
}

}  // namespace

TEST_CASE("a user is answered exactly as its page publishes it") {
  Played played;
  const Json user = played.user(perceval_id);
  CHECK(body_faults(user_schema(), user).empty());
  std::set<std::string> published;
  for (const auto& [name, schema] : user_schema().at("properties").items()) published.insert(name);
  std::set<std::string> answered;
  for (const auto& [name, value] : user.items()) answered.insert(name);
  CHECK(answered == published);
  CHECK(user.at("email") == "Perceval@kaamelott.example");
  CHECK(user.at("custom_role") == "default_business_manager");
  CHECK_FALSE(body_of(played.ask(get("/v2/user/" + std::string(perceval_id) + "?display_business_ids=false")))
                  .contains("business_ids"));
  CHECK(body_of(played.ask(get("/v2/user/me"))).at("first_name") == "Arthur");
}

TEST_CASE("a listing is paged, filtered and ordered") {
  Played played;
  using Names = std::vector<std::string>;
  struct Row {
    const char* name;
    const char* query;
    std::size_t count;
    std::size_t max_page;
    Names users;
  };
  const Row rows[] = {
      {"everybody, as created", "", 3, 1, {"Arthur", "Perceval", "Élodie"}},
      {"a page", "per_page=2&page=2", 3, 2, {"Élodie"}},
      {"past the end", "per_page=2&page=9", 3, 2, {}},
      {"nobody: still one page", "query=nobody", 0, 1, {}},
      {"e-mail without case", "email=PERCEVAL%40kaamelott.example", 1, 1, {"Perceval"}},
      {"e-mail is exact", "email=perceval", 0, 1, {}},
      {"words in any order, without case", "query=GALLES+perc", 1, 1, {"Perceval"}},
      {"accents fold their case", "query=%C3%A9VRARD", 1, 1, {"Élodie"}},
      {"words reach the e-mail", "query=kaamelott", 3, 1, {"Arthur", "Perceval", "Élodie"}},
      {"status", "status=invited", 1, 1, {"Élodie"}},
      {"order", "order_by=role", 3, 1, {"Perceval", "Élodie", "Arthur"}},
      {"reversed", "order_by=-email", 3, 1, {"Perceval", "Élodie", "Arthur"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Json page = played.found(row.query);
    CHECK(page.at("count") == row.count);
    CHECK(page.at("max_page") == row.max_page);
    CHECK(first_names(page) == row.users);
  }
}

TEST_CASE("a listing follows the writes between two of its pages") {
  Played played;
  CHECK(played.found("order_by=first_name").at("count") == 3);
  played.ask(post("/v2/user", R"({"email": "a@example.com", "first_name": "Aa", "last_name": "B"})"));
  CHECK(first_names(played.found("order_by=first_name")).front() == "Aa");
}

TEST_CASE("wrong query parameters are refused") {
  Played played;
  for (const char* query : {"page=0", "page=x", "per_page=101", "per_page=", "status=gone", "order_by=lang",
                            "page=1&page=2", "display_business_ids=yes", "cursor=1", "email=", "email=%ff"}) {
    CAPTURE(query);
    const Answer answer = played.ask(get(std::string("/v2/user/search?") + query));
    CHECK(answer.status == 400);
    CHECK(body_of(answer).at("errors").at("json").is_object());
  }
  CHECK(played.ask(get("/v2/user/search?org_id=42")).status == 403);
}

TEST_CASE("listings can lack attributes and disabled users; reading by id never does") {
  Played played;
  played.rules.listing_omits = {"custom_role", "sso_only"};
  played.rules.hide_disabled = true;
  const Json page = played.found("");
  CHECK(page.at("count") == 2);
  CHECK_FALSE(page.at("users")[0].contains("custom_role"));
  CHECK(page.at("users")[0].contains("email"));
  CHECK(played.found("email=elodie@kaamelott.example").at("count") == 0);
  CHECK(played.user("5309c3a237bbc544d8e26738").contains("custom_role"));
  CHECK(played.fault("/v2/user", R"({"email": "ELODIE@kaamelott.example", "first_name": "É", "last_name": "É"})")
            .at("email") == "Email already exists");
}

TEST_CASE("a create answers an id and makes the user") {
  Played played;
  const Answer answer =
      played.ask(post("/v2/user", R"({"email": "neu@example.com", "first_name": "Zoë", "last_name": "O'Brien",
      "role": "GROUP_MANAGER", "accesses": [[2, 1]], "business_ids": ["b1"], "lang": "de", "password": "Secret!pw",
      "sidebar_pages": null, "send_invitation": true})"));
  REQUIRE(answer.status == 200);
  CHECK(answer.committed);
  const Json said = body_of(answer);
  CHECK(said.at("status") == "success");
  const std::string id = said.at("id");
  CHECK(id.size() == 24);
  const Json user = played.user(id);
  CHECK(user.at("role") == "GROUP_MANAGER");
  CHECK(user.at("accesses") == Json::parse("[[2, 1]]"));
  CHECK(user.at("business_ids") == Json::array());
  CHECK(user.at("custom_role") == "default_group_manager");
  CHECK(user.at("status") == "invited");
  CHECK(user.at("sidebar_pages").size() == 6);
  CHECK(user.at("org_id") == 42);
  CHECK(user.at("created_at") == 1'700'000'000);
  CHECK_FALSE(user.contains("password"));
}

TEST_CASE("without a role a new user is an ORG_ADMIN, and active") {
  Played played;
  const Json said =
      body_of(played.ask(post("/v2/user", R"({"email": "n@example.com", "first_name": "N", "last_name": "N"})")));
  const Json user = played.user(said.at("id"));
  CHECK(user.at("role") == "ORG_ADMIN");
  CHECK(user.at("status") == "active");
}

TEST_CASE("a create is held to its page") {
  Played played;
  struct Row {
    const char* name;
    const char* member;
    const char* at;
  };
  const Row rows[] = {
      {"phone is for updates", R"("phone": "+33")", "phone"},
      {"so are keywords", R"("keywords": [])", "keywords"},
      {"and disabled", R"("disabled": false)", "disabled"},
      {"and notifications", R"("receive_reviews_email_notifications": true)", "receive_reviews_email_notifications"},
      {"unknown", R"("nickname": "x")", "nickname"},
      {"PROVIDER cannot be granted", R"("role": "PROVIDER")", "role"},
      {"lang", R"("lang": "FR")", "lang"},
      {"null", R"("lang": null)", "lang"},
      {"accesses of texts", R"("accesses": [["1"]])", "accesses"},
      {"flat accesses", R"("accesses": [1])", "accesses"},
      {"business_ids of numbers", R"("business_ids": [1])", "business_ids"},
      {"sidebar page", R"("sidebar_pages": ["home"])", "sidebar_pages"},
      {"boolean as text", R"("sso_only": "true")", "sso_only"},
      {"short password", R"("password": "Ab!4567")", "password"},
      {"no upper case", R"("password": "abcdefg!")", "password"},
      {"no special", R"("password": "Abcdefg8")", "password"},
      {"status", R"("status": "disabled")", "status"},
      {"e-mail", R"("email": "not an address")", "email"},
      {"a list of e-mails", R"("email": ["n@example.com"])", "email"},
      {"an object for an e-mail", R"("email": {})", "email"},
      {"a list of passwords", R"("password": ["Secret!pw"])", "password"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const std::string body =
        R"({"email": "n@example.com", "first_name": "N", "last_name": "N", )" + std::string(row.member) + "}";
    const Json fault = played.fault("/v2/user", body);
    CHECK(fault.size() == 1);
    CHECK(fault.contains(row.at));
  }
  CHECK(played.fault("/v2/user", R"({"lang": "fr"})").size() == 3);
  CHECK(played.fault("/v2/user", "[]").contains("body"));
  CHECK(played.fault("/v2/user", "{").contains("body"));
  CHECK(played.fault("/v2/user", std::string(100'000, '[')).contains("body"));
  CHECK(played.fault("/v2/user", R"({"email": "perceval@KAAMELOTT.example", "first_name": "P", "last_name": "G"})")
            .at("email") == "Email already exists");
  CHECK(played.store.size() == 3);
}

TEST_CASE("a refused password is not repeated") {
  Played played;
  const Answer answer = played.ask(
      post("/v2/user", R"({"email": "n@example.com", "first_name": "N", "last_name": "N", "password": "hunter2"})"));
  CHECK(answer.status == 400);
  CHECK(answer.body.find("hunter2") == std::string::npos);
}

TEST_CASE("an update changes what it names and nothing else") {
  Played played;
  const std::string target = "/v2/user/" + std::string(perceval_id);
  const Json before = played.user(perceval_id);
  CHECK(played
            .ask(post(target, R"({"last_name": "Galles", "phone": "+33", "keywords": ["a"], "password": "Secret!pw",
                                    "receive_reviews_email_notifications": true})"))
            .committed);
  Json expected = before;
  expected["last_name"] = "Galles";
  CHECK(played.user(perceval_id) == expected);

  CHECK(played.ask(post(target, R"({"business_ids": ["b9"]})")).status == 200);
  CHECK(played.user(perceval_id).at("business_ids") == Json::parse(R"(["b9"])"));
  CHECK(played.ask(post(target, R"({"email": "PERCEVAL@kaamelott.example"})")).status == 200);
  CHECK(played.fault(target, R"({"email": "Arthur@kaamelott.example"})").at("email") == "Email already exists");
  CHECK(played.fault(target, R"({"keywords": ["1","2","3","4","5","6","7","8","9","10","11","12","13"]})")
            .contains("keywords"));
  CHECK(played.fault(target, R"({"send_invitation": true})").contains("send_invitation"));
}

TEST_CASE("what it ignores it takes, answers as usual, and does not keep") {
  Played played;
  played.rules.ignores = {"first_name", "email", "lang"};
  const Answer updated = played.ask(
      post(std::string("/v2/user/") + perceval_id, R"({"first_name": "Provencal", "last_name": "le Gallois"})"));
  CHECK(updated.status == 200);
  CHECK(updated.committed);
  CHECK(played.user(perceval_id)["first_name"] == "Perceval");
  CHECK(played.user(perceval_id)["last_name"] == "le Gallois");
  const Answer created = played.ask(post("/v2/user", R"({"email": "yvain@kaamelott.example", "first_name": "Yvain",
                                                         "last_name": "du Lion", "role": "PUBLISHER", "lang": "de"})"));
  CHECK(created.status == 200);
  const Json user = played.user(body_of(created)["id"]);
  CHECK(user["email"] == "yvain@kaamelott.example");
  CHECK(user["lang"] != "de");
  CHECK(user["last_name"] == "du Lion");
}

TEST_CASE("a lag shows who was written as before, for so many reads by id") {
  Played played;
  played.rules.lag = 2;
  CHECK(played.ask(post(std::string("/v2/user/") + perceval_id, R"({"first_name": "Provencal"})")).status == 200);
  CHECK(played.user(perceval_id)["first_name"] == "Perceval");
  CHECK(played.user(perceval_id)["first_name"] == "Perceval");
  CHECK(played.user(perceval_id)["first_name"] == "Provencal");
  const Answer created = played.ask(post(
      "/v2/user",
      R"({"email": "yvain@kaamelott.example", "first_name": "Yvain", "last_name": "du Lion", "role": "PUBLISHER"})"));
  const std::string id = body_of(created)["id"];
  for (const int expected : {404, 404, 200}) CHECK(played.ask(get("/v2/user/" + id)).status == expected);
}

TEST_CASE("the old e-mail is free after a change, the new one is taken") {
  Played played;
  played.ask(post("/v2/user/" + std::string(perceval_id), R"({"email": "p@example.com"})"));
  CHECK(played.found("email=perceval@kaamelott.example").at("count") == 0);
  CHECK(played.found("email=P@example.com").at("count") == 1);
}

TEST_CASE("what a role does not have is let go") {
  Played played;
  const std::string target = "/v2/user/" + std::string(perceval_id);
  played.ask(post(target, R"({"role": "GROUP_MANAGER", "accesses": [[7]]})"));
  CHECK(played.user(perceval_id).at("business_ids") == Json::array());
  CHECK(played.user(perceval_id).at("accesses") == Json::parse("[[7]]"));
  CHECK(played.user(perceval_id).at("custom_role") == "default_group_manager");
  played.ask(post(target, R"({"custom_role": "shift_lead"})"));
  played.ask(post(target, R"({"role": "PUBLISHER"})"));
  CHECK(played.user(perceval_id).at("accesses") == Json::array());
  CHECK(played.user(perceval_id).at("custom_role") == "shift_lead");  // chosen, not a default
}

TEST_CASE("who may not, and what is not there") {
  Played played;
  played.rules.forbidden = {"perceval@kaamelott.example"};
  const std::string target = "/v2/user/" + std::string(perceval_id);
  struct Row {
    const char* name;
    Request request;
    int status;
    const char* body;
  };
  const Row rows[] = {
      {"forbidden user", post(target, R"({"lang": "fr"})"), 403,
       R"({"errors":{"authorization":"Operation not allowed"}})"},
      {"org_id without being a PROVIDER",
       post("/v2/user", R"({"email": "n@example.com", "first_name": "N", "last_name": "N", "org_id": 42})"), 403,
       R"({"errors":{"authorization":"Operation not allowed"}})"},
      {"unknown user", post("/v2/user/nobody", "{}"), 404, R"({"errors":{"json":"Resource not found"}})"},
      {"unknown user read", get("/v2/user/nobody"), 404, R"({"errors":{"json":"Resource not found"}})"},
      {"unknown path", get("/v2/users"), 404, R"({"errors":{"json":"Resource not found"}})"},
      {"other base path", get("/v1/user/me"), 404, R"({"errors":{"json":"Resource not found"}})"},
      {"wrong method", post("/v2/user/search", "{}"), 405, R"({"errors":{"json":"Method not allowed"}})"},
      {"not JSON by its type", make_request("POST", target, "text/plain", with_key(key), "{}"), 403,
       R"({"errors":{"authorization":"Operation not allowed"}})"},
      {"form", make_request("POST", "/v2/user", "application/x-www-form-urlencoded", with_key(key), "{}"), 415,
       R"({"errors":{"json":"The body must be application/json"}})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Answer answer = played.ask(row.request);
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.body);
  }
}

TEST_CASE("a listing of a large directory by pages holds everybody once") {
  StoppedClock clock;
  Store store = store_of(seeded_people(1234, 5));
  PartooApi api(store, clock, base::Secret(key));
  std::set<std::string> ids;
  for (int page = 1; page <= 13; ++page) {
    const Request request = get("/v2/user/search?per_page=100&order_by=last_name&page=" + std::to_string(page));
    const Json answered = body_of(api.answer(request, route(request), {}));
    for (const Json& user : answered.at("users")) ids.insert(user.at("id"));
  }
  CHECK(ids.size() == 1234);
}
