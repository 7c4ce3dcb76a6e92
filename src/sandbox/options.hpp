// The command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sandbox/behaviour.hpp"

namespace rostersync::sandbox {

struct Options {
  int port = 0;
  int control_port = 0;
  std::shared_ptr<const Profile> profile;
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
