// Runs that read back what they wrote.
#include <doctest/doctest.h>

#include "sync/run.hpp"
#include "unit/sync/bench.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

struct Verifying : Bench {
  Verifying() {
    people(8);
    order.verify = directory::Verify::yes;
    order.job.http.timeout = 2s;
    order.job.limits.creates = {100.0, 0};
    order.job.limits.updates = {100.0, 0};
    handler = [this](const Request& request, int nth) {
      const auto before = api.users;
      Response response = api(request, nth);
      if (request.method == "POST" && api.users != before) ++effects;
      return response;
    };
  }
  // 3 updates and 3 creates, one of them with a completing update.
  void six_changes() {
    roster("email,first_name,title\n" + renamed(3) + "new1@x.com,New,\nnew2@x.com,New,\nmade@x.com,New,Knight\n");
  }
  static std::string renamed(int count) {
    std::string csv;
    for (int n = 1; n <= count; ++n) csv += fmt::format("p{}@x.com,Perceval,\n", n);
    return csv;
  }
  int effects = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Verifying, "every written user is read once, and nobody else") {
  six_changes();
  const auto& result = run(Command::sync);
  CHECK(result.run.exit_code == 0);
  CHECK(count(result, Outcome::created) == 3);
  CHECK(count(result, Outcome::updated) == 3);
  CHECK(api.calls["read"] == 6);
  CHECK(effects == 7);
  CHECK(run(Command::sync).run.exit_code == 0);
  CHECK(api.calls["read"] == 6);
}

TEST_CASE_FIXTURE(Verifying, "what is not kept fails, with what was sent and what is there") {
  six_changes();
  api.ignored = {"title"};
  const auto& result = run(Command::sync);
  CHECK(result.run.exit_code == 3);
  CHECK(count(result, Outcome::updated) == 3);
  CHECK(told(result, 5) == "failed/not_kept");
  CHECK_FALSE(result.user_id(5).empty());
  REQUIRE(result.find_detail(5)->faults.size() == 1);
  CHECK(result.find_detail(5)->faults[0].message == R"("Knight" was sent, and nothing is there)");
}

TEST_CASE_FIXTURE(Verifying, "a write that could not be read back is told as that") {
  six_changes();
  always("read", status(403));
  const auto& result = run(Command::sync);
  CHECK(result.run.exit_code == 3);
  for (model::Row row = 0; row < 6; ++row) CHECK(told(result, row) == "failed/unverified");
  api.chance = nullptr;
  CHECK(run(Command::sync).run.exit_code == 0);
  CHECK(writes() == 0);
}

TEST_CASE_FIXTURE(Verifying, "a stop while it reads back leaves confirmed writes, which resume does not send again") {
  six_changes();
  stop_requested = [this]() -> std::optional<std::string> {
    if (api.calls["create"] == 0) return std::nullopt;
    return "SIGTERM was received";
  };
  const auto& stopped = run(Command::sync);
  CHECK(stopped.run.exit_code == 6);
  std::size_t unverified = 0;
  for (model::Row row = 0; row < 6; ++row) {
    const auto* detail = stopped.find_detail(row);
    if (detail == nullptr || detail->warnings.empty()) continue;
    ++unverified;
    CHECK(detail->warnings[0].code == "unverified");
  }
  CHECK(unverified > 0);
  const int before = effects;
  stop_requested = [] { return std::nullopt; };
  const auto& result = run(Command::resume);
  CHECK(result.run.exit_code == 0);
  CHECK(count(result, Outcome::created) + count(result, Outcome::updated) == 6);
  CHECK(effects == 7);
  CHECK(before > 0);
}

TEST_CASE("killed at any request while it verifies, and resumed: each change once, and still read back") {
  Verifying undisturbed;
  undisturbed.six_changes();
  undisturbed.run(Command::sync);
  const std::size_t all = undisturbed.transport.sent.size();
  for (std::size_t at = 1; at <= all; ++at) {
    for (const bool reached : {false, true}) {
      CAPTURE(at);
      CAPTURE(reached);
      Verifying bench;
      bench.six_changes();
      bench.kill_at(at, reached);
      REQUIRE(bench.killed(Command::sync));
      bench.live_on();
      bench.order.verify = directory::Verify::no;  // the run remembers what it was asked for
      bench.api.calls.clear();
      const auto& result = bench.run(Command::resume);
      CHECK(result.run.exit_code == 0);
      CHECK(Bench::count(result, Outcome::created) == 3);
      CHECK(Bench::count(result, Outcome::updated) == 3);
      CHECK(bench.effects == 7);
      CHECK(bench.api.calls["read"] >= bench.api.calls["create"] + bench.api.calls["update"] - 1);
    }
  }
}
