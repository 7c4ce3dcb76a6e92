// The command line as the person typed it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/log.hpp"

namespace rostersync::cli {

enum class Output { text, json };

// What is said of the installation, whatever is asked of it; empty where not given.
struct Installation {
  std::string config;
  std::string profile;
  std::string base_url;
  std::string report_dir;
  std::string state_dir;
};

// Options of plan, sync, validate, resume, apply and rollback; empty where not given.
struct RunArguments : Installation {
  enum class Command { plan, sync, validate, resume, apply, rollback };
  Command command = Command::plan;
  std::string roster;      // plan, sync, validate
  std::string run;         // resume, rollback; resume, empty: the latest
  std::string plan;        // apply: the plan; plan, rollback: --out
  bool carry_out = false;  // rollback --apply
  std::string rate;
  std::string fetch;
  std::string deadline;
  std::optional<std::uint64_t> max_in_flight;
  std::optional<std::uint64_t> limit;
  std::set<std::string> only;
  std::map<std::string, std::uint64_t> allow;
  bool assume_current = false;
  bool verify = false;                     // of what writes: sync, apply, resume, rollback
  std::vector<std::string> accept_rename;  // OLD=NEW, or @FILE
  std::vector<std::string> accept_new;     // a key, or @FILE
  bool insecure_http = false;
  bool no_progress = false;
  Output output = Output::text;
};

// Of what has been: runs and report.
struct HistoryArguments : Installation {
  enum class Command { runs, report };
  Command command = Command::runs;
  std::string run;                   // report; empty: the latest
  std::vector<std::string> formats;  // report; empty: as configured
  Output output = Output::text;
};

struct ProfileArguments : Installation {
  std::string name;    // empty: list them
  bool check = false;  // `name` is checked, and what follows from it is told
  bool probe = false;  // likewise, and the API is asked for one page
  bool insecure_http = false;
  Output output = Output::text;
};

// Help or version was asked for: print this and end well.
struct Information {
  std::string text;
};

struct Arguments {
  std::variant<Information, RunArguments, HistoryArguments, ProfileArguments> what;
  base::log::Level log_level = base::log::Level::info;
  base::log::Format log_format = base::log::Format::text;
  bool quiet = false;
};

// Throws base::CannotRun with one sentence that names the argument and what was probably meant.
Arguments parse(int argc, char** argv);

}  // namespace rostersync::cli
