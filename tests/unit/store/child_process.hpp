// A piece of a test in a process of its own, which may be killed, limited, or run as somebody else.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace rostersync::test {

class ChildProcess {
 public:
  // Runs `body(say)` in the child, where say(text) sends a line to this process; what it throws is sent as a line too.
  template <class Body>
  explicit ChildProcess(const Body& body) {
    int ends[2];
    if (::pipe(ends) != 0 || (pid_ = ::fork()) < 0) throw std::runtime_error("no child process");
    reading_ = ends[0];
    if (pid_ == 0) {
      ::close(ends[0]);
      const auto say = [&](std::string_view text) {
        const std::string line = std::string(text) + "\n";
        if (::write(ends[1], line.data(), line.size()) < 0) ::_exit(1);
      };
      try {
        body(say);
      } catch (const std::exception& error) {
        say(error.what());
      }
      ::_exit(0);
    }
    ::close(ends[1]);
  }
  ~ChildProcess() {
    kill();
    ::close(reading_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next line; empty when the child has ended.
  std::string hear() {
    std::string line;
    char next = 0;
    while (::read(reading_, &next, 1) == 1 && next != '\n') line += next;
    return line;
  }

  // At once (SIGKILL), and for good when it returns.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  int reading_ = -1;
};

}  // namespace rostersync::test
