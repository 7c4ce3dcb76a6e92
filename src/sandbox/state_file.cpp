#include "sandbox/state_file.hpp"

#include <cstdio>

#include "base/error.hpp"
#include "base/file.hpp"

namespace rostersync::sandbox {

StateFile::StateFile(std::filesystem::path path, Rehearsal& rehearsal) : path_(std::move(path)), rehearsal_(rehearsal) {
  save();
  rehearsal_.on_change([this] {
    const std::lock_guard lock(mutex_);
    dirty_ = true;
    changed_.notify_one();
  });
  thread_ = std::thread([this] { keep(); });
}

StateFile::~StateFile() {
  rehearsal_.on_change([] {});
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

void StateFile::save() const {
  base::AtomicFile file(path_);
  file.write(rehearsal_.users());
  file.commit();
}

void StateFile::save_quietly() const {
  try {
    save();
  } catch (const base::Error& error) {
    std::fprintf(stderr, "rostersync-sandbox: %s\n", error.what());
  }
}

void StateFile::keep() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return dirty_ || ending_; });
    if (!dirty_) return;
    dirty_ = false;
    lock.unlock();
    save_quietly();
    lock.lock();
  }
}

}  // namespace rostersync::sandbox
