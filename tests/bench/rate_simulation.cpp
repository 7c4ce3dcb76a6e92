// Compares ways to find a server's rate, in virtual time. Prints Markdown; see RATE.md.
#include "bench/rate_simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/rate_simulation_rivals.hpp"

namespace {

using namespace rostersync;
using namespace rostersync::simulation;

constexpr std::size_t max_in_flight = 16;

struct Options {
  unsigned seeds = 21;
  std::size_t requests = 6000;  // over all clients together
  Duration latency_least = std::chrono::milliseconds(1);
  Duration latency_most = std::chrono::milliseconds(20);
  bool only_shared = false;
};

struct Way {
  const char* name;
  std::function<std::unique_ptr<Client>(unsigned seed)> client;
};

std::vector<Way> ways() {
  return {
      {"auto",
       [](unsigned seed) {
         return std::make_unique<LimiterClient>(http::make_adaptive_limiter({5, max_in_flight}), max_in_flight, seed);
       }},
      {"ATB", [](unsigned) { return std::make_unique<AdaptiveTokenBucketClient>(1); }},
      {"ATB, 16 in flight", [](unsigned) { return std::make_unique<AdaptiveTokenBucketClient>(max_in_flight); }},
      {"back-off", [](unsigned seed) { return std::make_unique<BackOffClient>(max_in_flight, seed); }}};
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::fixed:
      return "fixed window";
    case Kind::sliding:
      return "sliding window";
    case Kind::bucket:
      break;
  }
  return "bucket";
}

Outcome simulate(const Quota& quota, std::size_t clients, const Workload& work, const Way& way, unsigned seed) {
  Server server(quota, seconds(in_seconds(quota.per) * (seed % 10) / 10));
  Loop loop(server, work, seed);
  std::vector<std::unique_ptr<Client>> all;
  for (std::size_t i = 0; i < clients; ++i) {
    all.push_back(way.client(seed * 1000 + static_cast<unsigned>(i)));
    loop.add(*all.back());
  }
  return loop.run();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Result {
  double per_thousand;
  double time;
  double used;
};

Result medians(const Quota& quota, std::size_t clients, const Workload& work, const Way& way, unsigned seeds) {
  std::vector<double> throttled;
  std::vector<double> times;
  std::vector<double> used;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    const Outcome outcome = simulate(quota, clients, work, way, seed);
    const double time = in_seconds(outcome.time);
    throttled.push_back(outcome.per_thousand());
    times.push_back(time);
    used.push_back(static_cast<double>(outcome.admitted) /
                   (time / in_seconds(quota.per) * static_cast<double>(quota.requests)));
  }
  return {median(throttled), median(times), median(used)};
}

// A fixed amount of work, in equal parts, over a quota of 100 a second.
void print_shared(const Options& options) {
  fmt::print("| server | Retry-After | clients |");
  for (const Way& way : ways()) fmt::print(" {} |", way.name);
  fmt::print("\n|---|---|---:|---:|---:|---:|---:|\n");
  for (const bool retry_after : {false, true}) {
    for (const Kind kind : {Kind::fixed, Kind::sliding, Kind::bucket}) {
      for (const std::size_t clients : {1, 10, 50}) {
        fmt::print("| {} | {} | {} |", name_of(kind), retry_after ? "yes" : "no", clients);
        Workload work;
        work.requests_each = options.requests / clients;
        work.latency_least = options.latency_least;
        work.latency_most = options.latency_most;
        for (const Way& way : ways()) {
          const Quota quota{kind, 100, std::chrono::seconds(1), retry_after, false};
          const Result result = medians(quota, clients, work, way, options.seeds);
          fmt::print(" {:.1f}, {:.0f} s, {:.0f}% |", result.per_thousand, result.time, 100 * result.used);
        }
        fmt::print("\n");
      }
    }
  }
}

// One client with work without end, once it has found its feet.
void print_alone(const Options& options) {
  fmt::print("\n| quota | server | nothing said | Retry-After | RateLimit headers |\n|---|---|---:|---:|---:|\n");
  const Way way = ways().front();
  for (const bool by_minute : {false, true}) {
    for (const Kind kind : {Kind::fixed, Kind::sliding, Kind::bucket}) {
      fmt::print("| {} | {} |", by_minute ? "300 a minute" : "100 a second", name_of(kind));
      for (const auto& [retry_after, headers] :
           {std::pair(false, false), std::pair(true, false), std::pair(true, true)}) {
        Quota quota{kind, 100, std::chrono::seconds(1), retry_after, headers};
        Workload work{1'000'000, std::chrono::minutes(3), std::chrono::seconds(30)};
        if (by_minute) {
          quota.requests = 300;
          quota.per = std::chrono::minutes(1);
          work.most = std::chrono::minutes(15);
          work.count_from = std::chrono::minutes(2);
        }
        const Result result = medians(quota, 1, work, way, options.seeds);
        fmt::print(" {:.1f}, {:.0f}% |", result.per_thousand, 100 * result.used);
      }
      fmt::print("\n");
    }
  }
}

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const auto number = [&] {
      if (++i >= count) throw std::invalid_argument(fmt::format("{} needs a number", word));
      return static_cast<unsigned>(std::max(1, std::atoi(words[i])));
    };
    if (word == "--seeds") {
      options.seeds = number();
    } else if (word == "--requests") {
      options.requests = number();
    } else if (word == "--latency-ms") {
      options.latency_least = std::chrono::milliseconds(number());
      options.latency_most = std::chrono::milliseconds(number());
    } else if (word == "--only-shared") {
      options.only_shared = true;
    } else {
      throw std::invalid_argument(
          "usage: bench_rate_simulation [--seeds N] [--requests N] [--latency-ms LEAST MOST] [--only-shared]");
    }
  }
  return options;
}

}  // namespace

int main(int count, char** words) {
  try {
    const Options options = parse(count, words);
    print_shared(options);
    if (!options.only_shared) print_alone(options);
    return 0;
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
