#include "cli/signals.hpp"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace rostersync::cli {

namespace {

sigset_t handled() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = handled();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  descriptor_ = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

Signals::~Signals() {
  ::close(descriptor_);
}

std::optional<std::string> Signals::received() {
  signalfd_siginfo info{};
  if (!received_ && ::read(descriptor_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    received_ = fmt::format("SIG{} was received", ::sigabbrev_np(static_cast<int>(info.ssi_signo)));
    const sigset_t set = handled();
    ::sigprocmask(SIG_UNBLOCK, &set, nullptr);  // a second one has its usual effect
  }
  return received_;
}

}  // namespace rostersync::cli
