// The state directory of one installation: who may run, and against which directory. It belongs to one profile and base
// URL, so that a rehearsal's state is never taken for production's.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/file.hpp"

namespace rostersync::store {

class StateDirectory {
 public:
  // Makes the directory (0700) where there is none and takes its lock until destruction. Throws base::Busy when another
  // run holds it; base::CannotRun when it cannot be made, is of an unknown version, or belongs to another profile or
  // base URL.
  StateDirectory(const std::filesystem::path& path, const std::string& profile, const std::string& base_url);

 private:
  std::unique_ptr<base::DirectoryLock> lock_;
};

}  // namespace rostersync::store
