#include "sync/settings.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "base/error.hpp"
#include "unit/directory/api_profile.hpp"
#include "unit/http/fake_transport.hpp"

using namespace rostersync;
using namespace rostersync::test;
using namespace std::chrono_literals;
using sync::Command;
using sync::Order;

namespace {

struct Fixture {
  Fixture() { order.profile = api_profile(); }
  Order order;
};

std::set<std::string> wanted_of(const Order& order, std::vector<model::AttributeIndex> columns) {
  const model::Users roster(order.profile.schema.size(), std::move(columns));
  std::set<std::string> names;
  for (const auto index : sync::wanted_attributes(order, roster.columns()))
    names.insert(order.profile.schema[index].name);
  return names;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "all but sync and resume are dry runs, in which the dispatcher itself refuses to write") {
  for (const Command command : {Command::plan, Command::validate, Command::sync, Command::resume}) {
    order.command = command;
    const auto options = sync::dispatcher_options(order, {});
    const bool writes = command == Command::sync || command == Command::resume;
    CHECK((options.dry_run == http::DryRun::yes) == !writes);
    http::testing::FakeClock clock;
    http::testing::FakeTransport transport(clock, [](const auto&, int) { return http::testing::answer(200); });
    const auto limiter = sync::rate_limiter(order, nullptr);
    http::Dispatcher dispatcher(transport, clock, *limiter, options, [] { return 0.5; });
    const auto send = [&] { dispatcher.submit(http::testing::post(base_url + "/user")); };
    if (writes) {
      CHECK_NOTHROW(send());
    } else {
      CHECK_THROWS_AS(send(), std::logic_error);
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "what is needed of remote users: the roster's columns, and all that decides beside them") {
  using Names = std::set<std::string>;
  CHECK(wanted_of(order, {email, city}) == Names{"id", "email", "first_name", "last_name", "city", "disabled"});
  CHECK(wanted_of(order, {id, phone, password}) == Names{"id", "email", "first_name", "last_name", "disabled"});
  order.profile.schema.attributes[teams].applies_when = {{role, {"ADMIN"}}};
  CHECK(wanted_of(order, {email, teams}).contains("role"));
  order.job.roster.defaults = {{"city", "Vannes"}};
  CHECK(wanted_of(order, {email}).contains("city"));
  order.job.protect = {{"", {{"title", "King"}}}};
  CHECK(wanted_of(order, {email}).contains("title"));
}

TEST_CASE_FIXTURE(Fixture,
                  "a configuration that names what the profile does not have is refused before anything is read") {
  struct Case {
    std::string name;
    void (*spoil)(Order&);
    std::string words;
  };
  const std::vector<Case> cases = {
      {"blank", [](Order& o) { o.job.roster.blank_by_attribute["titel"] = job::Blank::clear; },
       "did you mean \"title\""},
      {"defaults",
       [](Order& o) {
         o.job.roster.defaults = {{"rol", "x"}};
       },
       "did you mean \"role\""},
      {"defaults, read-only",
       [](Order& o) {
         o.job.roster.defaults = {{"id", "x"}};
       },
       "cannot be written"},
      {"defaults, of another type",
       [](Order& o) {
         o.job.roster.defaults = {{"disabled", "maybe"}};
       },
       "roster.defaults.disabled"},
      {"defaults, empty",
       [](Order& o) {
         o.job.roster.defaults = {{"role", " "}};
       },
       "a value is needed"},
      {"protect",
       [](Order& o) {
         o.job.protect = {{"", {{"rolle", "x"}}}};
       },
       "did you mean \"role\""},
      {"limits",
       [](Order& o) {
         o.job.limits.attributes["emial"] = {5.0, 0};
       },
       "did you mean \"email\""},
      {"a stable key that is not stable", [](Order& o) { o.job.roster.key = "E-mail"; },
       "roster.key: people are matched by email anyway"},
      {"a stable key that is a secret", [](Order& o) { o.job.roster.key = "password"; },
       "roster.key: password is a secret"},
      {"merge", [](Order& o) { o.job.merge = {"team"}; },
       "merge: \"team\" is no attribute of this profile; did you mean \"teams\"?"},
      {"merge, of one value", [](Order& o) { o.job.merge = {"city"}; }, "merge: city is one value, not a list"},
      {"manage",
       [](Order& o) {
         o.job.manage = {{"emial", {"*@x.com"}}};
       },
       "manage: \"emial\" is no attribute of this profile; did you mean \"email\"?"},
      {"manage, unreadable",
       [](Order& o) {
         o.job.manage = {{"password", {"*"}}};
       },
       "manage.password: this attribute cannot be read"},
      {"--allow", [](Order& o) { o.allow["update"] = 5; }, "--allow update=5"},
  };
  order.job.merge = {"teams"};
  order.job.manage = {{"email", {"*@x.com"}}, {"city", {"*"}}};
  CHECK_NOTHROW(sync::check_settings(order));
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Order spoilt = order;
    one.spoil(spoilt);
    CHECK_THROWS_WITH_AS(sync::check_settings(spoilt), doctest::Contains(one.words.c_str()), base::CannotRun);
  }
}

TEST_CASE_FIXTURE(Fixture, "limits: the defaults stay where nothing is configured") {
  order.job.limits.attributes["title"] = {std::nullopt, 3};
  order.allow = {{"creates", 7}, {"title", 9}};
  const auto limits = sync::plan_limits(order);
  CHECK(limits.creates.percent == 20.0);
  CHECK(limits.attributes.at("email").percent == 5.0);
  CHECK(limits.attributes.at("role").percent == 5.0);
  CHECK(limits.attributes.at("title").count == 3);
  CHECK(limits.allowed.at("creates") == 7);
  CHECK(limits.privileged == 0);
  order.job.limits.attributes["role"] = {50.0, 0};
  CHECK(sync::plan_limits(order).attributes.at("role").percent == 50.0);
}

TEST_CASE_FIXTURE(Fixture, "limits: the key's, and those of what the profile guards") {
  order.profile.schema.key = title;
  order.profile.schema.guarded = {city, teams};
  auto limits = sync::plan_limits(order);
  for (const char* name : {"title", "city", "teams", "email", "role"}) {
    CAPTURE(name);
    CHECK(limits.attributes.at(name).percent == 5.0);
  }
  CHECK(limits.attributes.size() == 5);
  order.job.limits.attributes["city"] = {std::nullopt, 3};
  order.allow = {{"teams", 9}};
  limits = sync::plan_limits(order);
  CHECK(limits.attributes.at("city").count == 3);
  CHECK_FALSE(limits.attributes.at("city").percent);
  CHECK(limits.allowed.at("teams") == 9);
}

TEST_CASE_FIXTURE(Fixture, "whoever is missing shows in a listing, be it one that nothing proves") {
  order.job.missing = job::Missing::deactivate;
  CHECK((sync::fetch_mode(order) == job::Fetch::list));
  order.profile.wire.list.paging.reset();
  CHECK_NOTHROW(sync::check_settings(order));
}

TEST_CASE_FIXTURE(Fixture, "--only names people as keys compare") {
  order.only = {"A@X.com", "e\u0301@x.com"};
  CHECK(sync::plan_options(order, "me").only == std::set<std::string>{"a@x.com", "\u00e9@x.com"});
  CHECK(sync::plan_options(order, "me").own_user_id == "me");
}

TEST_CASE_FIXTURE(Fixture, "the rate: the profile's share, or what is told") {
  const base::Instant now{};
  const auto most_at_once = [&] {
    const auto limiter = sync::rate_limiter(order, nullptr);
    int sent = 0;
    for (; sent < 1000 && limiter->earliest(now) <= now; ++sent) limiter->sent(now);
    return sent;
  };
  order.profile.wire.rate.requests = 300;
  order.profile.wire.rate.share = 0.8;
  CHECK(most_at_once() == 240);
  order.job.http.rate = job::RateTold{10, 1s};
  CHECK(most_at_once() == 10);
  order.job.http.rate.reset();
  order.profile.wire.rate.share = 0.0001;
  CHECK(most_at_once() == 1);
}

TEST_CASE_FIXTURE(Fixture, "how hard to push: the profile's, or what is told") {
  order.profile.wire.rate.max_in_flight = 7;
  CHECK(sync::dispatcher_options(order, {}).max_in_flight == 7);
  CHECK(sync::transport_options(order, -1).max_in_flight == 7);
  order.job.http.max_in_flight = 3;
  order.job.http.retries = 2;
  order.job.http.max_wait = 90s;
  order.job.http.timeout = 9s;
  CHECK(sync::dispatcher_options(order, {}).max_in_flight == 3);
  CHECK(sync::dispatcher_options(order, {}).retry.retries == 2);
  CHECK(sync::dispatcher_options(order, {}).retry.max_wait == 90s);
  CHECK(sync::transport_options(order, 5).timeout == 9s);
  CHECK(sync::transport_options(order, 5).wake_up_descriptor == 5);
}

TEST_CASE_FIXTURE(Fixture, "where no rate is published it is found out, unless one is told") {
  order.profile.wire.rate.requests = 0;
  order.profile.wire.rate.retry_after = 60s;
  CHECK(sync::dispatcher_options(order, {}).retry.throttle_pause == 0s);
  CHECK(sync::rate_limiter(order, nullptr)->per_second() < 20);
  CHECK(sync::rate_limiter(order, nullptr)->most_in_flight() <= order.profile.wire.rate.max_in_flight);
  order.job.http.rate = job::RateTold{100, 1s};
  CHECK(sync::dispatcher_options(order, {}).retry.throttle_pause == 60s);
  CHECK(sync::rate_limiter(order, nullptr)->per_second() > 50);
}

TEST_CASE_FIXTURE(Fixture, "what tells the own user is read of everybody") {
  order.profile.wire.me.of = {title, phone};
  CHECK(wanted_of(order, {email}).contains("title"));
  CHECK_FALSE(wanted_of(order, {email}).contains("phone"));  // which cannot be read
}

TEST_CASE_FIXTURE(Fixture, "a rate to be found: slow at first, and a 429 without Retry-After is the limiter's affair") {
  order.profile.wire.rate.retry_after = 60s;
  CHECK(sync::dispatcher_options(order, {}).retry.throttle_pause == 60s);
  order.job.http.rate = job::RateTold{0, 0ms, true};
  CHECK(sync::dispatcher_options(order, {}).retry.throttle_pause == 0s);
  order.job.http.max_in_flight = 3;
  const auto limiter = sync::rate_limiter(order, nullptr);
  CHECK(limiter->per_second() < 20);
  CHECK(limiter->most_in_flight() <= 3);
}
