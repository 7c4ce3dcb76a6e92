// The commands and their options, as CLI11 is told of them; only arguments.cpp includes this.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/arguments.hpp"

namespace rostersync::cli {

// What CLI11 fills in, before it is checked. Commands share the fields: one command is chosen at a time.
struct Raw {
  RunArguments run;
  std::vector<std::string> only;
  std::vector<std::string> allow;
  std::vector<std::string> formats;
  std::string output = "text";
  std::string log_level = "info";
  std::string log_format = "text";
  bool quiet = false;
  std::string profile_name;
  bool probe = false;
};

struct Commands {
  CLI::App* plan;
  CLI::App* sync;
  CLI::App* apply;
  CLI::App* resume;
  CLI::App* rollback;
  CLI::App* validate;
  CLI::App* report;
  CLI::App* runs;
  CLI::App* profile;
  CLI::App* check;  // of profile
};

// `raw` must outlive `app`.
Commands add_commands(CLI::App& app, Raw& raw);

}  // namespace rostersync::cli
