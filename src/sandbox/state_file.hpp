// Keeps a file of people up to date while the users change.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "sandbox/rehearsal.hpp"

namespace rostersync::sandbox {

// Writes the users of `rehearsal` to `path`, now, soon after every change, and at the end; whole or not at all. Many
// changes at once make one writing, so that no answer waits for the disk.
class StateFile {
 public:
  // Throws CannotRun if the file cannot be written now.
  StateFile(std::filesystem::path path, Rehearsal& rehearsal);
  ~StateFile();
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;

 private:
  void save() const;
  void save_quietly() const;  // a failure is said on standard error
  void keep();

  std::filesystem::path path_;
  Rehearsal& rehearsal_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool dirty_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace rostersync::sandbox
