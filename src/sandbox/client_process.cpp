#include "sandbox/client_process.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

extern "C" {  // which the header itself forgets before glibc 2.37
#include <sys/pidfd.h>
}

namespace rostersync::sandbox {

namespace {

constexpr int patience_ms = 10'000;  // for a killed process to be gone
constexpr int looks = 10;            // for a client

// What /proc/PID/fd calls the client's end, by the kernel's table of sockets (proc(5), /proc/net/tcp); nothing where it
// is not on this machine.
std::optional<std::string> client_socket(const Ports& ports) {
  constexpr std::size_t local = 1, remote = 2, inode = 9;
  const auto address = [](unsigned port) { return fmt::format("{:08X}:{:04X}", htonl(INADDR_LOOPBACK), port); };
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    const std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
    if (fields.size() > inode && fields[local] == address(ports.client) && fields[remote] == address(ports.server))
      return fmt::format("socket:[{}]", fields[inode]);
  }
  return std::nullopt;
}

bool is_ours(const std::filesystem::path& process) {
  struct stat facts {};
  return ::stat(process.c_str(), &facts) == 0 && facts.st_uid == ::geteuid();
}

bool holds(const std::filesystem::path& process, const std::string& socket) {
  std::error_code error;  // of a process that ends meanwhile
  for (std::filesystem::directory_iterator file(process / "fd", error), end; !error && file != end;
       file.increment(error)) {
    std::error_code gone;
    if (std::filesystem::read_symlink(file->path(), gone) == socket) return true;
  }
  return false;
}

std::optional<pid_t> holder_of(const std::string& socket) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size() || pid == ::getpid()) continue;
    if (is_ours(entry.path()) && holds(entry.path(), socket)) return pid;
  }
  return std::nullopt;
}

// The kernel's tables are read piece by piece, and pass over an entry while others come and go: who is not found is
// looked for again.
std::optional<pid_t> client_of(const Ports& ports) {
  for (int look = 0; look < looks; ++look) {
    const auto socket = client_socket(ports);
    if (const auto pid = socket ? holder_of(*socket) : std::nullopt) return pid;
  }
  return std::nullopt;
}

bool end_of(int pidfd) {
  pollfd watched{pidfd, POLLIN, 0};
  int ready = -1;
  do {
    ready = ::poll(&watched, 1, patience_ms);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

bool kill_client(const Ports& ports) {
  const auto pid = client_of(ports);
  if (!pid) return false;
  const int pidfd = ::pidfd_open(*pid, 0);
  if (pidfd < 0) return false;
  const bool killed = ::pidfd_send_signal(pidfd, SIGKILL, nullptr, 0) == 0 && end_of(pidfd);
  ::close(pidfd);
  return killed;
}

}  // namespace rostersync::sandbox
