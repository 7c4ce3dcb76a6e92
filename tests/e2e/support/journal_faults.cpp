// Preloaded into rostersync, it strikes at the n-th thing that the process does to a file whose name contains
// "journal.db": a write, a truncation or a sync.
//
//   JOURNAL_FAULT=KIND:N   kill-before  the process kills itself (SIGKILL) instead
//                          kill-after   or when it is done
//                          full         there is no room: this one and every later one but a sync fails with ENOSPC
//                          full-once    only this one fails
//                          failing      this one and every later one fails with EIO
//   JOURNAL_TRACE=FILE     gets a line for each, with its name and the file's
//
// System calls are made directly: a sanitizer's own wrappers stand in front of the C library's.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

struct Fault {
  std::string kind;
  long at = 0;  // counted from 1; 0: never

  Fault() {
    const char* text = std::getenv("JOURNAL_FAULT");
    const char* colon = text == nullptr ? nullptr : std::strchr(text, ':');
    if (colon == nullptr) return;
    kind.assign(text, colon);
    at = std::atol(colon + 1);
  }
};

const Fault& fault() {
  static const Fault the_one;
  return the_one;
}

std::atomic<long> done{0};

std::string name_of(int descriptor) {
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  std::array<char, 4096> name{};
  const long size = ::syscall(SYS_readlink, link.c_str(), name.data(), name.size());
  const std::string_view path(name.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return std::string(path.substr(path.rfind('/') + 1));
}

void note(const char* what, const std::string& name) {
  const char* path = std::getenv("JOURNAL_TRACE");
  if (path == nullptr) return;
  const long file = ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string line = std::string(what) + " " + name + "\n";
  ::syscall(SYS_write, file, line.data(), line.size());
  ::syscall(SYS_close, file);
}

[[noreturn]] void die() {
  ::syscall(SYS_kill, ::syscall(SYS_getpid), SIGKILL);
  while (true) ::pause();
}

// What `call` answers, unless the fault strikes.
template <class Call>
long struck(int descriptor, const char* what, bool sync, Call call) {
  const std::string name = name_of(descriptor);
  if (name.find("journal.db") == std::string::npos) return call();
  note(what, name);
  const std::string& kind = fault().kind;
  const long number = ++done;
  const bool now = number == fault().at;
  const bool reached = fault().at > 0 && number >= fault().at;
  if (now && kind == "kill-before") die();
  const bool full = !sync && ((reached && kind == "full") || (now && kind == "full-once"));
  if (full || (reached && kind == "failing")) {
    errno = full ? ENOSPC : EIO;
    return -1;
  }
  const long answer = call();
  if (now && kind == "kill-after") die();
  return answer;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  return struck(descriptor, "write", false, [&] { return ::syscall(SYS_write, descriptor, bytes, size); });
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return struck(descriptor, "pwrite", false, [&] { return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset); });
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  return struck(descriptor, "pwrite", false, [&] { return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset); });
}

int ftruncate(int descriptor, off_t size) noexcept {
  return static_cast<int>(
      struck(descriptor, "ftruncate", false, [&] { return ::syscall(SYS_ftruncate, descriptor, size); }));
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  return static_cast<int>(
      struck(descriptor, "ftruncate", false, [&] { return ::syscall(SYS_ftruncate, descriptor, size); }));
}

int fsync(int descriptor) {
  return static_cast<int>(struck(descriptor, "fsync", true, [&] { return ::syscall(SYS_fsync, descriptor); }));
}

int fdatasync(int descriptor) {
  return static_cast<int>(struck(descriptor, "fdatasync", true, [&] { return ::syscall(SYS_fdatasync, descriptor); }));
}

}  // extern "C"
