// A RestDirectory over the API in memory, in virtual time.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>

#include "base/log.hpp"
#include "directory/rest_directory.hpp"
#include "unit/directory/fake_api.hpp"

namespace rostersync::test {

using namespace std::chrono_literals;
using directory::Approach;
using directory::Done;
using directory::Status;

inline std::vector<model::AttributeIndex> all_readable(const model::Schema& schema) {
  std::vector<model::AttributeIndex> readable;
  for (model::AttributeIndex index = 0; index < schema.size(); ++index) {
    if (schema[index].readable) readable.push_back(index);
  }
  return readable;
}

struct Remote {
  explicit Remote(profile::Profile told = api_profile()) : profile(std::move(told)) {
    base::log::configure(base::log::Level::off, base::log::Format::text);
    restart();
  }

  // As after a kill: whatever was under way is forgotten, and the directory goes on by itself.
  void restart() {
    rest.reset();
    dispatcher.reset();
    const auto latency = transport.latency;
    transport = http::testing::FakeTransport{clock, handler};
    transport.latency = latency;
    http::DispatcherOptions options;
    options.retry.retries = 3;
    options.dry_run = dry_run;
    dispatcher = std::make_unique<http::Dispatcher>(transport, clock, *limiter, options, [] { return 0.5; });
    rest = std::make_unique<directory::RestDirectory>(
        profile.schema, profile.wire, directory::Requests(profile.schema, profile.wire, base_url, credentials),
        directory::Answers(profile.schema, profile.wire, all_readable(profile.schema)), *dispatcher, clock,
        directory::Persistence{3, 30s, 500ms, 30s}, [] { return 0.5; });
  }

  // Everything that is under way, to its end.
  std::map<directory::Ticket, Done> finish() {
    std::map<directory::Ticket, Done> all;
    for (int rounds = 0; rest->under_way() > 0; ++rounds) {
      REQUIRE(rounds < 10000);
      for (Done& done : rest->wait(1h)) REQUIRE(all.emplace(done.ticket, std::move(done)).second);
    }
    return all;
  }
  Done only(directory::Operation operation) {
    const auto ticket = rest->start(std::move(operation));
    auto all = finish();
    REQUIRE(all.size() == 1);
    return std::move(all.at(ticket));
  }
  Done create(const model::Change& change, Approach approach = Approach::send, base::Duration may_still_arrive = {}) {
    return only(directory::CreateUser{&change, approach, may_still_arrive});
  }
  Done update(const model::Change& change, Approach approach = Approach::send) {
    return only(directory::UpdateUser{&change, approach});
  }
  // The user as they are now, as an update would be planned on them.
  model::Fingerprint as_read(const std::string& user_id) {
    const Done done = only(directory::ReadUser{user_id});
    REQUIRE(done.users);
    return model::fingerprint(profile.schema, done.users->columns(), {&*done.users, 0});
  }

  // The operations that were sent, in order: "create find read".
  std::string story() const {
    std::string told;
    for (const auto& one : transport.sent) {
      const std::string path = one.request.url.substr(base_url.size());
      const bool post = one.request.method == "POST";
      told += told.empty() ? "" : " ";
      told += post                             ? (path == "/user" ? "create" : "update")
              : path.starts_with("/users?ema") ? "find"
              : path.starts_with("/users?nam") ? "search"
              : path.starts_with("/users")     ? "list"
              : path == "/me"                  ? "me"
                                               : "read";
    }
    return told;
  }

  profile::Profile profile;
  directory::Credentials credentials{{"api_key", base::Secret("k/1")}};
  http::DryRun dry_run = http::DryRun::no;
  FakeClock clock;
  FakeApi api{clock};
  http::testing::FakeTransport::Handler handler = [this](const Request& request, int nth) { return api(request, nth); };
  http::testing::FakeTransport transport{clock, handler};
  std::unique_ptr<http::RateLimiter> limiter = http::make_window_limiter(1000000, 1s);
  std::unique_ptr<http::Dispatcher> dispatcher;
  std::unique_ptr<directory::RestDirectory> rest;
};

}  // namespace rostersync::test
