// Whole runs in virtual time, one after another, with one directory and one state directory.
#pragma once

#include <doctest/doctest.h>

#include "store/state_directory.hpp"
#include "sync/run.hpp"
#include "unit/directory/harness.hpp"
#include "unit/support/temporary_folder.hpp"

namespace rostersync::test {

using json::Json;
using model::Outcome;
using sync::Command;

// What a SIGKILL is to a run in this process: it unwinds everything, and nothing catches it.
struct Killed {};

// A network that outlives the runs which use it; `before` and `after` see each request that leaves.
class Borrowed final : public http::Transport {
 public:
  using Witness = std::function<void()>;
  Borrowed(http::Transport& transport, Witness before, Witness after)
      : transport_(transport), before_(std::move(before)), after_(std::move(after)) {}
  void start(http::RequestId request, const Request& what) override {
    before_();
    transport_.start(request, what);
    after_();
  }
  void wait(base::Duration max, std::vector<http::Completion>& completions) override {
    transport_.wait(max, completions);
  }
  std::size_t in_flight() const override { return transport_.in_flight(); }

 private:
  http::Transport& transport_;
  Witness before_;
  Witness after_;
};

struct Bench {
  Bench() {
    base::log::configure(base::log::Level::off, base::log::Format::text);
    order.profile = api_profile();
    order.base_url = base_url;
    order.credentials.emplace("api_key", base::Secret("k/1"));
    order.job.state_dir = folder.path() / "state";
    order.job.http.retries = 2;
    api.own_id = api.add("admin@x.com");
  }

  void people(int count) {
    for (int n = 1; n <= count; ++n) api.add("p" + std::to_string(n) + "@x.com");
  }
  // People 1 to `same` as they are, the next `renamed` with another name, and `created` new ones.
  void roster_of(int same, int renamed, int created, const std::string& more = {}) {
    std::string csv = "email,first_name\n";
    for (int n = 1; n <= same + renamed; ++n)
      csv += fmt::format("p{}@x.com,{}\n", n, n <= same ? "Karadoc" : "Perceval");
    for (int n = 1; n <= created; ++n) csv += fmt::format("new{}@x.com,New\n", n);
    roster(csv + more);
  }
  void roster(const std::string& bytes) { order.roster_path = folder.write("roster.csv", bytes).string(); }

  const model::Reconciliation& run(Command command) {
    order.command = command;
    current.reset();  // gives the lock back
    transport = http::testing::FakeTransport{clock, handler};
    current = std::make_unique<sync::Run>(
        order,
        sync::World{clock,
                    [this](const http::TransportOptions&) {
                      return std::make_unique<Borrowed>(
                          transport, [this] { before_request(); }, [this] { after_request(); });
                    },
                    [this] { return stop_requested(); }, -1,
                    [this] { return 0.3 + 0.001 * static_cast<double>(++drawn % 400); }, [](const sync::Progress&) {}});
    const model::Reconciliation& result = current->carry_out();
    message = result.run.message;
    const model::Totals totals = model::totals(result);
    std::uint64_t sum = 0;
    for (const auto one : totals.by_outcome) sum += one;
    CHECK(sum == totals.rows);
    CHECK(totals.rows == result.entries.size());
    if (result.run.dry_run) {
      CHECK(totals.of(Outcome::created) + totals.of(Outcome::updated) == 0);
      CHECK(writes() == 0);
    } else {
      CHECK(totals.of(Outcome::planned_create) + totals.of(Outcome::planned_update) == 0);
    }
    if (command == Command::resume) return result;  // which counts what went before as well
    CHECK(result.http.writes == writes());
    CHECK(result.http.requests == transport.sent.size());
    return result;
  }
  // Whether the run was killed; if not, it came to its end as usual.
  bool killed(Command command) {
    try {
      run(command);
      return false;
    } catch (const Killed&) {
      current.reset();
      return true;
    }
  }
  // Kills the next process at its n-th request (from 1), before or after it has reached the API.
  void kill_at(std::size_t request, bool reached) {
    seen = 0;
    before_request = [this, request, reached] {
      if (++seen == request && !reached) throw Killed{};
    };
    after_request = [this, request, reached] {
      if (seen == request && reached) throw Killed{};
    };
  }
  void live_on() {
    before_request = after_request = [] {};
  }
  int code(Command command) { return run(command).run.exit_code; }

  std::size_t writes() const { return transport.count("POST"); }
  static std::uint64_t count(const model::Reconciliation& result, Outcome outcome) {
    return model::totals(result).of(outcome);
  }
  static std::string told(const model::Reconciliation& result, model::Row row) {
    const auto* detail = result.find_detail(row);
    return std::string(model::to_string(result.entries[row].outcome)) + "/" + (detail == nullptr ? "" : detail->reason);
  }
  void always(const std::string& operation, const Trouble& what) {
    api.chance = [operation, what](const std::string& which, const Request&) -> std::optional<Trouble> {
      if (which != operation) return std::nullopt;
      return what;
    };
  }

  TemporaryFolder folder;
  FakeClock clock;
  FakeApi api{clock};
  http::testing::FakeTransport::Handler handler = [this](const Request& request, int nth) { return api(request, nth); };
  http::testing::FakeTransport transport{clock, handler};
  std::function<void()> before_request = [] {};
  std::function<void()> after_request = [] {};
  std::size_t seen = 0;
  unsigned drawn = 0;  // no two runs have one name
  sync::Order order;
  sync::StopRequested stop_requested = [] { return std::nullopt; };
  std::unique_ptr<sync::Run> current;
  std::string message;  // of the last run
};

}  // namespace rostersync::test
