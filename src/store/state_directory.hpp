// The state directory of one installation: who may run, and against which directory. It belongs to one profile, base
// URL and organization, so that a rehearsal's state is never taken for production's.
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

  // The organization that the credentials turned out to be of, remembered when it is first heard of; empty: the API
  // does not say. Throws base::CannotRun where it is another than the remembered one.
  void check_organization(const std::string& organization);

 private:
  std::filesystem::path file_;
  std::unique_ptr<base::DirectoryLock> lock_;
};

}  // namespace rostersync::store
