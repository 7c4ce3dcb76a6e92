// How the sandbox behaves beyond the published pages: what can be set on the command line and changed at run time,
// under the same names.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "json/json.hpp"
#include "sandbox/api.hpp"
#include "sandbox/kills.hpp"
#include "sandbox/quota_headers.hpp"
#include "sandbox/rate.hpp"

namespace rostersync::sandbox {

struct Behaviour {
  ApiRules rules;
  std::optional<Rate> rate = Rate{};
  RateKind rate_kind = RateKind::fixed;
  QuotaHeaders rate_headers = QuotaHeaders::none;
  bool retry_after = true;  // whether a 429 says how long to wait
  bool retry_after_date = false;

  std::uint64_t fault_seed = 1;
  double disturb_writes = 0;  // percent
  double disturb_reads = 0;   // percent
  std::vector<std::string> disturb_kinds = {"reset-before", "reset-after", "500-after", "truncated"};
  unsigned disturb_max = 3;  // for one write; for one read, in a row
  double throttle = 0;       // percent
  unsigned throttle_seconds = 1;
  std::chrono::milliseconds latency{0};
  std::chrono::milliseconds latency_jitter{0};
  std::optional<unsigned> revoke_after;  // writes done
  std::optional<unsigned> fail_after;    // writes done
  Kills kills;
};

// What the API's pages say, and nothing more.
Behaviour published_behaviour(const Profile& profile);

// `behaviour` with the settings of `changes` (an object; names as on the command line, '-' or '_' alike). Throws
// CannotRun naming the setting, what it got and what it takes.
Behaviour changed(Behaviour behaviour, const json::Json& changes, const Profile& profile);

// The settings that there are for an API, as they stand.
json::OrderedJson describe(const Behaviour& behaviour, const Profile& profile);

}  // namespace rostersync::sandbox
