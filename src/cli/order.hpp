// From arguments, configuration, profile and environment to the order of a run.
#pragma once

#include <filesystem>

#include "cli/arguments.hpp"
#include "job/job.hpp"
#include "sync/order.hpp"

namespace rostersync::cli {

// Where profiles and schemas lie: ../share/rostersync beside the program's own folder.
std::filesystem::path config_directory();

// The configuration that is named, or ./rostersync.json if there is one, or the defaults; the command line wins over
// it. Throws base::CannotRun.
job::Job load_job(const Installation& arguments);

// Throws base::CannotRun naming what is missing or wrong, and where to mend it.
sync::Order make_order(const RunArguments& arguments);

// What a look at a profile's API takes: its credentials and address, and a run that may not write.
sync::Order make_probe(const ProfileArguments& arguments);

}  // namespace rostersync::cli
