// One session for all requests: got when it is needed, renewed before its end and where it is refused, and nobody who
// waits for it is lost.
#include "directory/session.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using http::testing::fault;

namespace {

profile::Profile with_sign_in() {
  profile::Profile made = api_profile();
  profile::AuthWay way;
  way.kind = profile::AuthKind::sign_in;
  way.by = "sign_in";
  way.credentials = {"username", "password"};
  way.headers = {{"Authorization", "Ticket {session.ticket}"}};
  way.sign_in.request = {
      "POST", "/auth/token", {{"X-Once", "1"}}, {{"user", "{credential.username}"}, {"word", "{credential.password}"}}};
  way.sign_in.session = {{"ticket", "/session/ticket"}, {"again", "/session/again"}};
  way.sign_in.expires = profile::Expiry{"/session/life", false, 1s};
  made.wire.auth = {way};
  return made;
}

// The API in memory behind a door: who has no ticket that is valid is answered 401.
struct Door : Remote {
  Door() {
    profile = with_sign_in();
    credentials.emplace("username", base::Secret("hr@x.com"));
    credentials.emplace("password", base::Secret("pa\"ss"));
    handler = [this](const Request& request, int nth) { return enter(request, nth); };
    restart();
  }

  void can_refresh() {
    profile.wire.auth[0].sign_in.refresh =
        profile::SignInRequest{"POST", "/auth/token", {}, {{"again", "{session.again}"}}};
    restart();
  }

  Response enter(const Request& request, int nth) {
    if (request.effect == http::Effect::sign_in) return sign_in(request);
    const auto header = [&](const std::string& name) {
      for (const auto& [key, value] : request.headers) {
        if (key == name) return value;
      }
      return std::string();
    };
    if (!valid.contains(header("Authorization"))) {
      return answer(401, R"({"error": "who is )" + header("Authorization") + "?\"}");
    }
    return api(request, nth);
  }

  Response sign_in(const Request& request) {
    const Json body = Json::parse(request.body);
    told.push_back(body.contains("again") ? "refresh" : "password");
    if (!at_sign_in.empty()) {
      auto next = std::move(at_sign_in.front());
      at_sign_in.pop_front();
      if (next) return *next;
    }
    const bool good = body.contains("again") ? body["again"] == "again-" + std::to_string(tickets)
                                             : body == Json{{"user", "hr@x.com"}, {"word", "pa\"ss"}};
    if (!good) return answer(403, R"({"error": "wrong"})");
    ++tickets;
    const std::string number = std::to_string(tickets);
    valid.insert("Ticket ticket-" + number);
    Json session{{"ticket", "ticket-" + number}, {"again", "again-" + number}};
    if (life > 0) session["life"] = life;
    return answer(200, Json{{"session", session}}.dump());
  }

  // How many requests went out that are no sign-in.
  std::size_t others() const { return transport.sent.size() - told.size(); }

  std::set<std::string> valid;
  std::vector<std::string> told;                   // the sign-ins, in order: password, refresh
  std::deque<std::optional<Response>> at_sign_in;  // for the next ones; nothing: as it should be
  int tickets = 0;
  int life = 0;  // seconds; 0: not told
};

const std::string key = "new@x.com";

}  // namespace

TEST_CASE_FIXTURE(Door, "nobody is signed in before there is something to ask, and then once") {
  CHECK(told.empty());
  const std::string user = api.add("p@x.com");
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  CHECK(only(directory::ReadUser{user}).attempts == 1);
  CHECK(told == std::vector<std::string>{"password"});
  const auto& first = transport.sent[0].request;
  CHECK(first.url == base_url + "/auth/token");
  CHECK(first.headers ==
        http::Headers{
            {"x-Key", "k/1"}, {"Accept", "application/json"}, {"Content-Type", "application/json"}, {"X-Once", "1"}});
}

TEST_CASE_FIXTURE(Door, "requests that wait go out in their order, once there is a session") {
  for (int n = 0; n < 20; ++n) rest->start(directory::ReadUser{api.add("p" + std::to_string(n) + "@x.com")});
  CHECK(transport.sent.empty());
  auto all = finish();
  CHECK(all.size() == 20);
  for (const auto& [ticket, done] : all) CHECK(done.status == Status::ok);
  CHECK(told.size() == 1);
  for (std::size_t n = 0; n < 20; ++n)
    CHECK(transport.sent[n + 1].request.url.ends_with("/user/u" + std::to_string(n + 1)));
}

TEST_CASE_FIXTURE(Door, "a session is renewed before its end: a minute, or a tenth of its life") {
  struct Row {
    int life;
    base::Duration holds;
  };
  const std::string user = api.add("p@x.com");
  for (const Row& row : std::vector<Row>{{3600, 3540s}, {600, 540s}, {100, 90s}, {10, 9s}}) {
    CAPTURE(row.life);
    restart();
    told.clear();
    life = row.life;
    only(directory::ReadUser{user});
    const auto begun = transport.sent[0].at + 10ms;  // when its answer came
    clock.advance(begun + row.holds - 1ms - clock.now());
    only(directory::ReadUser{user});
    CHECK(told.size() == 1);
    clock.advance(begun + row.holds - clock.now());
    CHECK(only(directory::ReadUser{user}).status == Status::ok);
    CHECK(told.size() == 2);
  }
}

TEST_CASE_FIXTURE(Door, "an end that is told as a moment, by the server's clock") {
  profile.wire.auth[0].sign_in.expires = profile::Expiry{"/until", true, 1ms};
  const std::string user = api.add("p@x.com");
  struct Row {
    const char* name;
    std::string until;  // this machine says 1,700,000,000 s and a little
    http::Headers headers;
    int asked;
  };
  const auto date = [](const char* text) { return http::Headers{{"Date", text}}; };
  for (const Row& row : std::vector<Row>{
           {"in an hour", "1700007200000", {}, 1},
           {"soon", "1700003605000", {}, 2},
           {"soon, as a text", "\"1700003605000\"", {}, 2},
           {"in an hour for a server that is behind", "1699999200000", date("Tue, 14 Nov 2023 21:00:00 GMT"), 1},
           {"soon for a server that is ahead", "1700007201000", date("Wed, 15 Nov 2023 00:13:00 GMT"), 2},
           {"long ago, which cannot be", "1500000000000", {}, 1},
           {"never", "1e300", {}, 1},
           {"a word", "\"soon\"", {}, 1},
           {"nothing", "null", {}, 1}}) {
    CAPTURE(row.name);
    restart();
    told.clear();
    valid = {"Ticket a-ticket"};
    clock.elapsed = 1h;
    const std::string body = R"({"session": {"ticket": "a-ticket", "again": "x"}, "until": )" + row.until + "}";
    at_sign_in = {answer(200, body, row.headers), answer(200, body, row.headers)};
    only(directory::ReadUser{user});
    clock.advance(30s);
    only(directory::ReadUser{user});
    CHECK(told.size() == static_cast<std::size_t>(row.asked));
    at_sign_in.clear();
  }
}

TEST_CASE_FIXTURE(Door, "what the session has renews it, where the profile says how") {
  can_refresh();
  life = 600;
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  clock.advance(550s);
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  clock.advance(550s);
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  CHECK(told == std::vector<std::string>{"password", "refresh", "refresh"});
}

TEST_CASE_FIXTURE(Door, "a renewal that leaves something out leaves it as it was") {
  can_refresh();
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  valid = {"Ticket other"};
  at_sign_in = {answer(200, R"({"session": {"ticket": "other"}})")};
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  CHECK(told == std::vector<std::string>{"password", "refresh"});
  valid.clear();
  CHECK(only(directory::ReadUser{user}).status == Status::ok);  // by again-1
  CHECK(told == std::vector<std::string>{"password", "refresh", "refresh"});
}

TEST_CASE_FIXTURE(Door, "a renewal that fails gives way to the password") {
  can_refresh();
  const std::string user = api.add("p@x.com");
  for (const Response& refusal :
       {answer(403, "{}"), answer(401, "{}"), answer(200, "{}"), answer(200, "{\"session\": 1}"), answer(501, "{}")}) {
    CAPTURE(refusal.status);
    CAPTURE(refusal.body);
    restart();
    told.clear();
    valid.clear();
    only(directory::ReadUser{user});
    valid.clear();
    at_sign_in = {refusal};
    CHECK(only(directory::ReadUser{user}).status == Status::ok);
    CHECK(told == std::vector<std::string>{"password", "refresh", "password"});
  }
}

TEST_CASE_FIXTURE(Door, "a request that is refused is sent again, once, under a new session") {
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  valid.clear();
  const Done done = only(directory::ReadUser{user});
  CHECK(done.status == Status::ok);
  CHECK(done.attempts == 2);
  CHECK(told.size() == 2);
  CHECK(others() == 3);
}

TEST_CASE_FIXTURE(Door, "twenty requests in flight that are refused share one new session") {
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  valid.clear();
  // Answers come one by one, and the new session while some are still under way.
  int n = 0;
  transport.latency = [&](const Request&) { return 10ms * (++n % 7 + 1); };
  for (int i = 0; i < 20; ++i) rest->start(directory::ReadUser{user});
  auto all = finish();
  CHECK(all.size() == 20);
  for (const auto& [ticket, done] : all) CHECK(done.status == Status::ok);
  CHECK(told.size() == 2);
  CHECK(others() == 1 + 20 + 20);
}

TEST_CASE_FIXTURE(Door, "what waits for its turn goes out under the session of that time") {
  const std::string user = api.add("p@x.com");
  int served = 0;
  transport.latency = [&](const Request& request) {
    if (request.effect != http::Effect::sign_in && ++served == 50) valid.clear();
    return 10ms;
  };
  for (int i = 0; i < 200; ++i) rest->start(directory::ReadUser{user});
  auto all = finish();
  CHECK(all.size() == 200);
  for (const auto& [ticket, done] : all) CHECK(done.status == Status::ok);
  CHECK(told.size() == 2);
  CHECK(others() <= 200 + 2 * 16);  // those that were in flight, and while the new session was being got
}

TEST_CASE_FIXTURE(Door, "what was sent under an older session than the present one is just sent again") {
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  valid.clear();
  transport.latency = [&](const Request& request) { return request.url.ends_with("/me") ? base::Duration(60s) : 10ms; };
  api.own_id = user;
  rest->start(directory::ReadOwnUser{});  // refused long after
  rest->start(directory::ReadUser{user});
  auto all = finish();
  CHECK(all.size() == 2);
  for (const auto& [ticket, done] : all) CHECK(done.status == Status::ok);
  CHECK(told.size() == 2);
}

TEST_CASE_FIXTURE(Door, "whoever is refused under a new session too is not accepted") {
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  profile.wire.errors.rules.clear();  // not even then is it for the profile to say what a 401 is
  handler = [this](const Request& request, int) {
    return request.effect == http::Effect::sign_in
               ? sign_in(request)
               : answer(401, "{\"error\": \"not ticket-" + std::to_string(tickets) + "\"}");
  };
  restart();
  told.clear();
  const model::Change rename = update_of(user, {from(first_name, "Karadoc", "Perceval")});
  const Done done = update(rename);
  CHECK(done.status == Status::credentials);
  CHECK(done.message == "HTTP 401: not (secret) (signed in anew before)");
  CHECK(done.http_status == 401);
  CHECK(done.attempts == 2);
  CHECK_FALSE(done.in_doubt);
  CHECK(told.size() == 2);
  CHECK(others() == 2);
}

TEST_CASE_FIXTURE(Door, "what the profile calls a matter of credentials is one of the session") {
  profile.wire.errors.rules = {{{403}, {"forbidden"}, profile::Meaning::credentials}};
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  api.trouble["read"] = {before(answer(403, R"({"error": "Forbidden"})"))};
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  CHECK(told.size() == 2);
  api.trouble["read"] = {before(answer(403, R"({"error": "User not found"})"))};
  CHECK(only(directory::ReadUser{user}).status == Status::refused);
  CHECK(told.size() == 2);
}

TEST_CASE_FIXTURE(Door, "a refused write is not in doubt, and is carried out once") {
  only(directory::FindUser{key});
  valid.clear();
  const model::Change fresh = create_of(key);
  const Done done = create(fresh);
  CHECK(done.status == Status::ok);
  CHECK(done.attempts == 2);
  CHECK(api.created[key] == 1);
  CHECK(api.calls["create"] == 1);
}

TEST_CASE_FIXTURE(Door, "where signing in is refused, nobody is let in, and it is not tried again") {
  at_sign_in = {answer(403, R"({"error": "pa\"ss is not the word of hr@x.com"})")};
  const model::Change fresh = create_of(key);
  const std::string user = api.add("p@x.com");
  const auto write = rest->start(directory::CreateUser{&fresh});
  const auto read = rest->start(directory::ReadUser{user});
  auto all = finish();
  for (const auto ticket : {write, read}) {
    const Done& done = all.at(ticket);
    CHECK(done.status == Status::credentials);
    CHECK(done.message == "signing in failed: HTTP 403: (secret) is not the word of (secret)");
    CHECK(done.http_status == 403);
    CHECK_FALSE(done.sent);
    CHECK_FALSE(done.in_doubt);
    CHECK(done.attempts == 0);
  }
  CHECK(only(directory::ReadUser{user}).status == Status::credentials);
  CHECK(told.size() == 1);  // more might lock the account
  CHECK(others() == 0);
}

TEST_CASE_FIXTURE(Door, "an answer without a session is none, and its words are not repeated") {
  struct Row {
    const char* name;
    std::string body;
    const char* words;
  };
  for (const Row& row : std::vector<Row>{
           {"nothing there", R"({"ticket": "s3cr3t"})", "HTTP 200, and the answer has no text at /session/ticket"},
           {"an object", R"({"session": {"ticket": {"s3cr3t": 1}, "again": "x"}})", "no text at /session/ticket"},
           {"an empty one", R"({"session": {"ticket": "", "again": "s3cr3t"}})", "no text at /session/ticket"},
           {"a line break", "{\"session\": {\"ticket\": \"s3cr3t\\r\\nX: y\", \"again\": \"x\"}}",
            "a control character at /session/ticket"}}) {
    CAPTURE(row.name);
    restart();
    at_sign_in = {answer(200, row.body)};
    const Done done = only(directory::ReadUser{"u1"});
    CAPTURE(done.message);
    CHECK(done.status == Status::credentials);
    CHECK(done.message.find(row.words) != std::string::npos);
    CHECK(done.message.find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE_FIXTURE(Door, "a sign-in is repeated as a read is: its answer may be lost, or make no sense") {
  const std::string user = api.add("p@x.com");
  for (const Response& trouble :
       {answer(500, "{}"), answer(503, "{}"), fault(Failure::lost), fault(Failure::timed_out),
        answer(429, "{}", {{"Retry-After", "7"}}), answer(200, "<html>"), answer(200, "{\"ses")}) {
    CAPTURE(trouble.status);
    CAPTURE(trouble.body);
    restart();
    told.clear();
    at_sign_in = {trouble, trouble};
    CHECK(only(directory::ReadUser{user}).status == Status::ok);
    CHECK(told.size() == 3);
  }
}

TEST_CASE_FIXTURE(Door, "a sign-in that gets no answer gives up whoever waited, and no more") {
  const std::string user = api.add("p@x.com");
  const model::Change rename = update_of(user, {from(first_name, "Karadoc", "Perceval")});
  struct Row {
    const char* name;
    Response trouble;
    const char* words;
    bool unusable;
  };
  for (const Row& row : std::vector<Row>{
           {"500", answer(500, R"({"error": "s3cr3t"})"), "signing in failed: HTTP 500: s3cr3t (after 4 attempts)",
            false},
           {"lost", fault(Failure::lost, "reset"), "signing in failed: no answer: reset (after 4 attempts)", false},
           {"insecure", fault(Failure::insecure, "no trust"),
            "signing in failed: no answer: no trust (after 1 attempt)", true},
           {"a page of a proxy", answer(200, "<html>"), "signing in failed: HTTP 200, and the answer is not JSON",
            false}}) {
    CAPTURE(row.name);
    restart();
    told.clear();
    at_sign_in = {row.trouble, row.trouble, row.trouble, row.trouble};
    const Done done = update(rename);
    CAPTURE(done.message);
    CHECK(done.status == Status::gave_up);
    CHECK(done.message.starts_with(row.words));
    CHECK_FALSE(done.sent);
    CHECK_FALSE(done.in_doubt);
    CHECK(done.unusable == row.unusable);
    CHECK(others() == 0);
    at_sign_in.clear();
  }
  CHECK(api.find(user)->at("first_name") == "Karadoc");
}

TEST_CASE_FIXTURE(Door, "the next one tries again where a sign-in got no answer") {
  const std::string user = api.add("p@x.com");
  at_sign_in = {answer(500, ""), answer(500, ""), answer(500, ""), answer(500, "")};
  CHECK(only(directory::ReadUser{user}).status == Status::gave_up);
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
}

TEST_CASE_FIXTURE(Door, "a session that could not be renewed before its time is used to its end") {
  life = 600;
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  clock.advance(545s);
  at_sign_in = {answer(500, ""), answer(500, ""), answer(500, ""), answer(500, "")};
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  CHECK(told.size() == 5);
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  CHECK(told.size() == 5);
  clock.advance(60s);
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  CHECK(told.size() == 6);
}

TEST_CASE_FIXTURE(Door, "a stop while requests wait for a session: none is sent, and all are answered") {
  const std::string user = api.add("p@x.com");
  const model::Change rename = update_of(user, {from(first_name, "Karadoc", "Perceval")});
  const model::Change doubtful = create_of(key);
  rest->start(directory::UpdateUser{&rename});
  rest->start(directory::ReadUser{user});
  const auto in_doubt = rest->start(directory::CreateUser{&doubtful, Approach::settle_first});
  CHECK(rest->wait(1ms).empty());  // the sign-in is under way
  CHECK(told.size() == 1);
  rest->stop("enough");
  auto all = finish();
  CHECK(all.size() == 3);
  for (const auto& [ticket, done] : all) {
    CHECK(done.status == (ticket == in_doubt ? Status::unsettled : Status::stopped));
    CHECK_FALSE(done.sent);
  }
  CHECK(only(directory::ReadUser{user}).status == Status::stopped);
  CHECK(others() == 0);
}

TEST_CASE_FIXTURE(Door, "a stop when the sign-in has just been answered: nothing more is sent") {
  rest->start(directory::ReadOwnUser{});
  CHECK(rest->wait(1h).empty());
  CHECK(tickets == 1);
  rest->stop("enough");
  CHECK(finish().begin()->second.status == Status::stopped);
  CHECK(others() == 0);
}

TEST_CASE_FIXTURE(Door, "a stop before the sign-in has left") {
  rest->start(directory::ReadOwnUser{});
  rest->stop("enough");
  CHECK(finish().begin()->second.status == Status::stopped);
  CHECK(transport.sent.empty());
}

TEST_CASE_FIXTURE(Door, "a stop while a request is refused") {
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  valid.clear();
  const model::Change rename = update_of(user, {from(first_name, "Karadoc", "Perceval")});
  const auto ticket = rest->start(directory::UpdateUser{&rename});
  CHECK(rest->wait(1ms).empty());
  rest->stop("enough");
  const auto all = finish();
  CHECK(all.at(ticket).status == Status::stopped);
  CHECK(all.at(ticket).attempts == 1);
  CHECK_FALSE(all.at(ticket).in_doubt);
  CHECK(told.size() == 1);
}

TEST_CASE_FIXTURE(Door, "a wait for the sign-in that is too long stops everything") {
  at_sign_in = {answer(429, "", {{"Retry-After", "86400"}})};
  CHECK(only(directory::ReadOwnUser{}).status == Status::stopped);
  CHECK(rest->stopped().has_value());
}

TEST_CASE_FIXTURE(Door, "a dry run signs in, and writes nothing") {
  dry_run = http::DryRun::yes;
  restart();
  const std::string user = api.add("p@x.com");
  CHECK(only(directory::ReadUser{user}).status == Status::ok);
  const model::Change rename = update_of(user, {from(first_name, "Karadoc", "Perceval")});
  CHECK_THROWS_AS(update(rename), std::logic_error);
}

TEST_CASE_FIXTURE(Door, "a write that is to go later goes no sooner for having waited") {
  const std::string user = api.add("p@x.com");
  api.trouble["update"] = {lost_before()};
  life = 600;
  const model::Change rename = update_of(user, {from(first_name, "Karadoc", "Perceval")});
  CHECK(update(rename).status == Status::ok);
  // sign-in, update, read, and after a pause of 250 ms the update again
  REQUIRE(transport.sent.size() == 4);
  CHECK(transport.sent[3].at - transport.sent[2].at >= 250ms);
}

TEST_CASE_FIXTURE(Door, "no token, of this session or an earlier one, and no password is repeated") {
  const std::string user = api.add("p@x.com");
  only(directory::ReadUser{user});
  valid.clear();
  only(directory::ReadUser{user});
  api.trouble["read"] = {before(answer(400, R"({"error": "ticket-1 ticket-2 again-1 again-2 pa\"ss hr@x.com k/1"})"))};
  CHECK(only(directory::ReadUser{user}).message ==
        "HTTP 400: (secret) (secret) (secret) (secret) (secret) (secret) (secret)");
  api.trouble["read"] = {before(answer(400, R"({"error": {"deep": "pa\"ss"}})"))};
  CHECK(only(directory::ReadUser{user}).message == "HTTP 400: {\"deep\":\"(secret)\"}");
}
