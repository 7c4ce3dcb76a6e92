// The command line as the person typed it; the only place that knows CLI11.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "base/log.hpp"

namespace rostersync::cli {

enum class Output { text, json };

// Options of plan, sync and validate; empty where not given.
struct RunArguments {
  enum class Command { plan, sync, validate };
  Command command = Command::plan;
  std::string roster;
  std::string config;
  std::string profile;
  std::string base_url;
  std::string report_dir;
  std::string state_dir;
  std::string rate;
  std::string fetch;
  std::optional<std::uint64_t> max_in_flight;
  std::optional<std::uint64_t> limit;
  std::set<std::string> only;
  std::map<std::string, std::uint64_t> allow;
  bool insecure_http = false;
  bool no_progress = false;
  Output output = Output::text;
};

struct ProfileArguments {
  std::string name;  // empty: list them
  Output output = Output::text;
};

// Help or version was asked for: print this and end well.
struct Information {
  std::string text;
};

struct Arguments {
  std::variant<Information, RunArguments, ProfileArguments> what;
  base::log::Level log_level = base::log::Level::info;
  base::log::Format log_format = base::log::Format::text;
  bool quiet = false;
};

// Throws base::CannotRun with one sentence that names the argument and what was probably meant.
Arguments parse(int argc, char** argv);

}  // namespace rostersync::cli
