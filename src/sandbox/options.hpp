// The command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/secret.hpp"
#include "sandbox/behaviour.hpp"

namespace rostersync::sandbox {

struct Options {
  int port = 0;
  int control_port = 0;
  base::Secret key;
  bool key_is_default = true;
  std::size_t users = 200;
  std::uint64_t seed = 1;
  std::filesystem::path people;      // "": seeded
  std::filesystem::path state;       // "": kept nowhere
  std::filesystem::path ready_file;  // "": none
  bool dump_people = false;
  Behaviour behaviour;
};

// Nothing where the command line asked for help or the version, which is printed then. Throws CannotRun.
std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace rostersync::sandbox
