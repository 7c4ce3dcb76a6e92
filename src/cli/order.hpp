// From arguments, configuration, profile and environment to the order of a run.
#pragma once

#include <filesystem>

#include "cli/arguments.hpp"
#include "sync/run.hpp"

namespace rostersync::cli {

// Where profiles and schemas lie: ../share/rostersync beside the program's own folder.
std::filesystem::path config_directory();

// Throws base::CannotRun naming what is missing or wrong, and where to mend it.
sync::Order make_order(const RunArguments& arguments);

}  // namespace rostersync::cli
